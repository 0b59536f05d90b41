"""Ends payments that are not captured: for a till, for staff, or because the till has forgotten them."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from payments.models import Payment
from payments.services import exchanges, transitions
from payments.services.refusals import (
    UNANSWERED,
    CannotCancel,
)
from payments.states import State
from portal.audit.actors import Actor
from portal.operations.models import Operation


def cancel(*, payment: Payment, by: Actor, now: datetime) -> Payment:
    """End a payment that is not captured; one we cancelled already counts as done.

    Raises CannotCancel, OperationPending, OutcomeUnknown or Refused.
    """
    if payment.state == State.CANCELLED_BY_CLIENT:
        return payment
    if not payment.is_open:
        raise CannotCancel(payment)
    if payment.is_unsent:
        return _end_unsent(payment, again=cancel, by=by, now=now)
    return exchanges.request(payment, Operation.CANCEL, again=cancel, by=by, now=now)


def cancel_forgotten(*, payment: Payment, by: Actor, now: datetime) -> Payment:
    """End a payment that its till has forgotten, unless the customer has accepted it meanwhile."""
    if not payment.is_active:
        return payment
    if payment.is_unsent:
        return _end_unsent(payment, again=_leave, by=by, now=now)
    return exchanges.request(payment, Operation.EXPIRE, again=cancel_forgotten, by=by, now=now)


def why_not_cancel(payment: Payment) -> str:
    """Why nobody can cancel the payment at this moment; empty when somebody can."""
    if not payment.is_open:
        return f"This payment is over: {State(payment.state).in_a_sentence}."
    is_pending = payment.operation in {Operation.READY, Operation.CAPTURE} and not payment.contradiction
    return UNANSWERED if is_pending else ""


def _leave(*, payment: Payment, by: Actor, now: datetime) -> Payment:  # noqa: ARG001 - asked like the others
    """It has just been told to its network, so its till has not forgotten it."""
    return payment


def _end_unsent(payment: Payment, *, again: Callable[..., Payment], by: Actor, now: datetime) -> Payment:
    """End what its network was never told of, unless somebody has told it just now."""
    with transaction.atomic():
        held = Payment.objects.locked(payment.pk)
        if held.is_active and held.is_unsent:
            cause = "cancelled before MobilePay was told"
            return transitions.transition(payment=held, to=State.CANCELLED_BY_CLIENT, cause=cause, by=by, now=now)
    return again(payment=held, by=by, now=now)
