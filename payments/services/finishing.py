"""What a till does with a payment it has begun: give its amount, capture it, cancel it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import transaction

from payments.flows import leader
from payments.models import Payment
from payments.services import exchanges, moves, reading, starting
from payments.services.exchanges import PAYMENTS
from payments.services.refusals import (
    AlreadyCaptured,
    AmountDiffers,
    CannotCancel,
    CaptureTooHigh,
    NoPartialCapture,
    NotPrepared,
    NotReserved,
)
from payments.states import ACTIVE, POSSIBLE_FROM, Flow, State
from portal.audit.actors import Actor
from portal.gateway import networks
from portal.money import Money
from portal.operations import engine
from portal.operations.models import Operation

_UNANSWERED = "MobilePay has not answered about this payment yet: wait until it is known how it stands."


def ready(*, payment: Payment, amount: Money, by: Actor, now: datetime) -> Payment:
    """Give a prepared payment its amount; the same amount again changes nothing.

    Raises CurrencyNotAccepted, NotPrepared, AmountDiffers, OperationPending, OutcomeUnknown or Refused.
    """
    starting.require_currency(payment.merchant, amount)
    if payment.flow != Flow.PREPARED:
        raise NotPrepared(payment)
    if payment.is_opening:
        payment = exchanges.execute(payment=payment, by=by, now=now)
    given = payment.amount or payment.operation_amount
    if given is not None and given != amount:
        raise AmountDiffers(payment)
    if payment.amount == amount and (payment.is_open or payment.state == State.CAPTURED):
        return payment
    if payment.state not in {State.PREPARED, State.PAIRED}:
        raise NotPrepared(payment)
    again = partial(ready, amount=amount)
    step = leader(networks.network_for(payment.account)).ready(State(payment.state), is_checked_in=False)
    return _request(payment, step.operation, amount=amount, again=again, by=by, now=now)


def capture(*, payment: Payment, amount: Money | None, by: Actor, now: datetime) -> Payment:
    """Take reserved money, all of it unless an amount is given; the same amount again changes nothing.

    Raises NotReserved, AlreadyCaptured, CaptureTooHigh, NoPartialCapture, OperationPending, Contradicted,
    OutcomeUnknown or Refused.
    """
    if payment.is_active or (payment.contradiction and not payment.is_in_doubt):
        payment = reading.refreshed(payment=payment, by=by, now=now)
    wanted = amount or payment.amount
    if payment.state == State.CAPTURED:
        if wanted == payment.captured:
            return payment
        raise AlreadyCaptured(payment)
    if payment.state != State.RESERVED or wanted is None or payment.amount is None:
        raise NotReserved(payment)
    if wanted.minor > payment.amount.minor:
        raise CaptureTooHigh(payment)
    if wanted != payment.amount and payment.partial_capture_possible is False:
        raise NoPartialCapture(payment)
    again = partial(capture, amount=amount)
    return _request(payment, Operation.CAPTURE, amount=wanted, again=again, by=by, now=now)


def cancel_forgotten(*, payment: Payment, by: Actor, now: datetime) -> Payment:
    """End a payment that its till has forgotten, unless the customer has accepted it meanwhile."""
    if not payment.is_active:
        return payment
    if payment.is_unsent:
        return _end_unsent(payment, again=cancel_forgotten, by=by, now=now)
    return _request(payment, Operation.CANCEL, again=cancel_forgotten, by=by, now=now, states=ACTIVE)


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
    return _request(payment, Operation.CANCEL, again=cancel, by=by, now=now)


def why_not_capture(payment: Payment) -> str:
    """Why nobody can capture the payment at this moment; empty when somebody can."""
    if not payment.is_open:
        return f"This payment is over: {State(payment.state).in_a_sentence}."
    if payment.is_in_doubt:
        return _UNANSWERED
    if payment.contradiction:
        return f"MobilePay reports this payment otherwise ({payment.contradiction_in_words}): nothing can be taken."
    if payment.state != State.RESERVED:
        return "Only money that the customer has agreed to, and that is reserved, can be captured."
    return ""


def why_not_cancel(payment: Payment) -> str:
    """Why nobody can cancel the payment at this moment; empty when somebody can."""
    if not payment.is_open:
        return f"This payment is over: {State(payment.state).in_a_sentence}."
    is_pending = payment.operation in {Operation.READY, Operation.CAPTURE} and not payment.contradiction
    return _UNANSWERED if is_pending else ""


def _end_unsent(payment: Payment, *, again: Callable[..., Payment], by: Actor, now: datetime) -> Payment:
    """End what its network was never told of, unless somebody has told it just now."""
    with transaction.atomic():
        held = Payment.objects.locked(payment.pk)
        if held.is_active and held.is_unsent:
            cause = "cancelled before MobilePay was told"
            return moves.move(payment=held, to=State.CANCELLED_BY_CLIENT, cause=cause, by=by, now=now)
    return again(payment=held, by=by, now=now)


def _request(
    payment: Payment,
    operation: Operation,
    *,
    amount: Money | None = None,
    again: Callable[..., Payment],
    by: Actor,
    now: datetime,
    states: tuple[State, ...] | None = None,
) -> Payment:
    return engine.request(
        PAYMENTS,
        payment,
        operation,
        states=states or POSSIBLE_FROM[operation],
        again=lambda current: again(payment=current, by=by, now=now),
        by=by,
        now=now,
        columns={
            # What it is opened with is its amount; what is asked for later is only done with the yes.
            "amount_minor" if operation == Operation.CREATE else "operation_minor": amount.minor if amount else None,
            "currency": amount.currency if amount else payment.currency,
        },
        amount=str(amount) if amount else None,
    )
