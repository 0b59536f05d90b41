"""Tells MobilePay what is noted about a payment and applies the answer: `settle` is the one way to do both.

Nothing here holds a lock or a transaction while MobilePay is asked. Whatever dies in between is repeated
later with the same key.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from payments.models import Payment
from payments.services import creating, moves
from payments.services.refusals import (
    AlreadyCaptured,
    CannotCancel,
    CapturedDifferently,
    CaptureTooHigh,
    NoPartialCapture,
    NotPrepared,
    NotReserved,
    outcome_unknown,
)
from payments.services.talk import Talk
from payments.states import UNPAID, Intent, State
from portal import gateway
from portal.audit.actors import Actor
from portal.errors import PortalError
from portal.gateway import Refused
from portal.mobilepay.errors import Contradiction, NetworkError, Reason, Rejected, Unreachable, Unreadable
from portal.mobilepay.ports import PreparedPayments
from portal.money import Money


def settle(*, payment: Payment, by: Actor, now: datetime, is_first: bool = False) -> Payment:
    """Finish what MobilePay was or is to be told about the payment; running it twice is running it once.

    Pass `is_first=True` right after noting it, when nobody can have told MobilePay before.
    Raises OutcomeUnknown when MobilePay does not answer, and otherwise the refusal that fits its answer.
    """
    talk = Talk(gateway.network_for(payment.account), by, now, is_first)
    try:
        if payment.state == State.CREATED:
            payment = creating.create(talk, payment)
        act = _ACTS.get(Intent(payment.intent))
        return act(talk, payment) if act else payment
    except Unreachable as error:
        Payment.objects.postpone(payment, now=now)
        _note_contradiction(payment, error, by=by, now=now)
        raise outcome_unknown(payment, error) from error


def look_up(*, payment: Payment, by: Actor, now: datetime) -> Payment:
    """Ask MobilePay how the payment stands and apply it; may raise MobilePay's errors."""
    try:
        return Talk(gateway.network_for(payment.account), by, now).look_up(payment)
    except Contradiction as error:
        _note_contradiction(payment, error, by=by, now=now)
        raise


def _note_contradiction(payment: Payment, error: Unreachable, *, by: Actor, now: datetime) -> None:
    if isinstance(error, Contradiction):
        moves.contradict(payment=payment, said=error.said, by=by, now=now)


def _ready(talk: Talk, payment: Payment) -> Payment:
    amount = cast("Money", payment.intended_amount)

    def fulfilled(seen: Payment) -> dict[str, Any]:
        # Somebody may have told it to be cancelled meanwhile: that intent stays.
        return {"intent": Intent.NONE, "amount_minor": amount.minor} if seen.intent == Intent.READY else {}

    try:
        cast("PreparedPayments", talk.network.prepared).ready(payment.ref, amount=amount, key=payment.intent_key)
    except (Rejected, Unreadable) as error:
        seen = talk.seen_after(error, payment)
        if seen.intent == Intent.READY:
            raise Refused(talk.give_up(seen, error)) from error
        if not seen.is_open:
            raise NotPrepared(seen) from error
        return seen
    to = State.ISSUED_TO_USER if payment.state == State.PAIRED else State.INITIATED
    return talk.move(payment, to, f"the till asked for {amount}", work_out=fulfilled, fresh_until=talk.now)


def _capture(talk: Talk, payment: Payment) -> Payment:
    amount = cast("Money", payment.intended_amount)
    payment = talk.agreed(payment)
    try:
        talk.network.payments.capture(payment.ref, amount=amount, key=payment.intent_key)
    except (Rejected, Unreadable) as error:
        seen = talk.seen_after(error, payment)
        if seen.state == State.CAPTURED:
            return _captured_all_the_same(seen, amount, error)
        if seen.state in UNPAID:
            raise NotReserved(seen) from error
        raise _capture_refusal(seen, talk.give_up(seen, error)) from error
    return talk.move(payment, State.CAPTURED, f"captured {amount}", captured_minor=amount.minor)


def _captured_all_the_same(payment: Payment, amount: Money, error: NetworkError) -> Payment:
    if error.reason is Reason.CAPTURED_ALREADY:
        raise CapturedDifferently(payment, amount) from error
    if payment.captured != amount:
        raise AlreadyCaptured(payment) from error
    return payment


def _cancel(talk: Talk, payment: Payment) -> Payment:
    try:
        talk.network.payments.cancel(payment.ref, key=payment.intent_key)
    except (Rejected, Unreadable) as error:
        if error.reason is Reason.NOT_FOUND and payment.is_active and talk.is_gone(payment):
            return talk.move(payment, State.CANCELLED_BY_MOBILEPAY, "MobilePay does not have it")
        seen = talk.seen_after(error, payment)
        if seen.state == State.CANCELLED_BY_CLIENT:
            return seen
        if not seen.is_open:
            raise CannotCancel(seen) from error
        raise Refused(talk.give_up(seen, error)) from error
    return talk.move(payment, State.CANCELLED_BY_CLIENT, "cancelled")


_ACTS: dict[Intent, Callable[[Talk, Payment], Payment]] = {
    Intent.READY: _ready,
    Intent.CAPTURE: _capture,
    Intent.CANCEL: _cancel,
}


_CAPTURE_REFUSALS: dict[Reason, Callable[[Payment], PortalError]] = {
    Reason.AMOUNT_TOO_HIGH: CaptureTooHigh,
    Reason.NO_PARTIAL_CAPTURE: NoPartialCapture,
    Reason.NOT_RESERVED: NotReserved,
}


def _capture_refusal(payment: Payment, error: Rejected) -> PortalError:
    kind = _CAPTURE_REFUSALS.get(error.reason)
    return kind(payment) if kind else Refused(error)
