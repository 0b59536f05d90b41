"""What a till does with a payment it has begun: give its amount, capture it, cancel it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from payments.models import Payment
from payments.services import moves, reading, speaking, starting
from payments.services.refusals import (
    AlreadyCaptured,
    AmountDiffers,
    CannotCancel,
    CaptureTooHigh,
    IntentPending,
    NoPartialCapture,
    NotPrepared,
    NotReserved,
)
from payments.states import ACTIVE, Intent, State
from portal.audit.actors import Actor
from portal.money import Money

_UNANSWERED = "MobilePay has not answered about this payment yet: wait until it is known how it stands."


def ready(*, payment: Payment, amount: Money, by: Actor, now: datetime) -> Payment:
    """Give a prepared payment its amount; the same amount again changes nothing.

    Raises CurrencyNotAccepted, NotPrepared, AmountDiffers, IntentPending, OutcomeUnknown or Refused.
    """
    starting.require_currency(payment.merchant, amount)
    if payment.flow != Payment.Flow.PREPARED:
        raise NotPrepared(payment)
    if payment.state == State.CREATED:
        payment = speaking.settle(payment=payment, by=by, now=now)
    given = payment.amount or payment.intended_amount
    if given is not None and given != amount:
        raise AmountDiffers(payment)
    if payment.amount == amount and (payment.is_open or payment.state == State.CAPTURED):
        return payment
    if payment.state not in {State.PREPARED, State.PAIRED}:
        raise NotPrepared(payment)
    again = partial(ready, amount=amount)
    return _carry_out(payment, Intent.READY, amount=amount, by=by, now=now, again=again)


def capture(*, payment: Payment, amount: Money | None, by: Actor, now: datetime) -> Payment:
    """Take reserved money, all of it unless an amount is given; the same amount again changes nothing.

    Raises NotReserved, AlreadyCaptured, CaptureTooHigh, NoPartialCapture, IntentPending, Contradicted,
    OutcomeUnknown or Refused.
    """
    if payment.is_active or (payment.contradiction and payment.intent == Intent.NONE):
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
    return _carry_out(payment, Intent.CAPTURE, amount=wanted, by=by, now=now, again=again)


def cancel_forgotten(*, payment: Payment, by: Actor, now: datetime) -> Payment:
    """End a payment that its till has forgotten, unless the customer has accepted it meanwhile."""
    if not payment.is_active:
        return payment
    return _carry_out(payment, Intent.CANCEL, amount=None, by=by, now=now, again=cancel_forgotten, allowed=ACTIVE)


def cancel(*, payment: Payment, by: Actor, now: datetime) -> Payment:
    """End a payment that is not captured; one we cancelled already counts as done.

    Raises CannotCancel, IntentPending, OutcomeUnknown or Refused.
    """
    if payment.state == State.CANCELLED_BY_CLIENT:
        return payment
    if not payment.is_open:
        raise CannotCancel(payment)
    return _carry_out(payment, Intent.CANCEL, amount=None, by=by, now=now, again=cancel)


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
    is_pending = payment.intent in {Intent.READY, Intent.CAPTURE} and not payment.contradiction
    return _UNANSWERED if is_pending else ""


def _carry_out(
    payment: Payment,
    intent: Intent,
    *,
    amount: Money | None,
    by: Actor,
    now: datetime,
    again: Callable[..., Payment],
    allowed: tuple[State, ...] | None = None,
) -> Payment:
    """Note the intent and settle it, finish the same one if it is on its way, or judge a changed payment again."""
    # While MobilePay reports it otherwise nothing is taken, and what was to be taken can be called off.
    is_called_off = bool(payment.contradiction) and intent == Intent.CANCEL != payment.intent
    if payment.intent == Intent.NONE or is_called_off:
        before = Intent(payment.intent)
        is_new = moves.intend(
            payment=payment, intent=intent, allowed=allowed, amount=amount, by=by, now=now, instead_of=before
        )
        fresh = reading.fresh(payment)
        if not is_new:
            return again(payment=fresh, by=by, now=now)
        return speaking.settle(payment=fresh, by=by, now=now, is_first=fresh.state != State.CREATED)
    if payment.intent != intent or payment.intended_amount != amount:
        raise IntentPending(payment)
    return speaking.settle(payment=payment, by=by, now=now)
