"""Tells MobilePay what is noted about a refund and applies the answer: `settle` is the one way to do both.

Nothing here holds a lock or a transaction while MobilePay is asked. Whatever dies in between is repeated
later with the same key.
"""

from collections.abc import Callable
from datetime import datetime

from portal.audit.actors import Actor
from portal.gateway import Refused
from portal.mobilepay.errors import Contradiction, Reason, Rejected, Unreachable, Unreadable
from refunds.models import Refund
from refunds.services import creating, moves
from refunds.services.refusals import RefundEnded, RefundNotReserved, outcome_unknown
from refunds.services.talk import Talk
from refunds.states import Intent, State


def settle(*, refund: Refund, by: Actor, now: datetime, is_first: bool = False) -> Refund:
    """Finish what MobilePay was or is to be told about the refund; running it twice is running it once.

    Pass `is_first=True` right after noting it, when nobody can have told MobilePay before.
    Raises OutcomeUnknown when MobilePay does not answer, and otherwise the refusal that fits its answer.
    """
    talk = Talk.about(refund, by=by, now=now, is_first=is_first)
    try:
        if refund.state == State.CREATED:
            refund = creating.create(talk, refund)
        if refund.state == State.WAITING_FOR_BALANCE and refund.intent == Intent.CANCEL:
            seen = creating.found(talk, refund)
            if seen is None:
                return talk.move(refund, State.WITHDRAWN, "cancelled before MobilePay took it", only_if_unmoved=True)
            refund = seen
        act = _ACTS.get(Intent(refund.intent))
        return act(talk, refund) if act and refund.is_at_mobilepay else refund
    except Unreachable as error:
        Refund.objects.postpone(refund, now=now)
        _note_contradiction(refund, error, by=by, now=now)
        raise outcome_unknown(refund, error) from error


def find(*, refund: Refund, by: Actor, now: datetime) -> Refund | None:
    """Find what MobilePay has of a refund it has refused, and apply it; may raise OutcomeUnknown."""
    try:
        return creating.found(Talk.about(refund, by=by, now=now), refund)
    except Unreachable as error:
        Refund.objects.postpone(refund, now=now)
        _note_contradiction(refund, error, by=by, now=now)
        raise outcome_unknown(refund, error) from error


def look_up(*, refund: Refund, by: Actor, now: datetime) -> Refund:
    """Ask MobilePay how the refund stands and apply it; may raise MobilePay's errors."""
    try:
        return Talk.about(refund, by=by, now=now).look_up(refund)
    except Contradiction as error:
        _note_contradiction(refund, error, by=by, now=now)
        raise


def end_stray(*, refund: Refund, by: Actor, now: datetime) -> None:
    """Try again to call off the second refund that MobilePay has."""
    Talk.about(refund, by=by, now=now).end_stray(refund)


def is_gone(*, refund: Refund, by: Actor, now: datetime) -> bool:
    """Whether MobilePay neither knows nor lists the refund any more; False when it does not say."""
    try:
        return Talk.about(refund, by=by, now=now).is_gone(refund)
    except Unreachable:
        return False


def _note_contradiction(refund: Refund, error: Unreachable, *, by: Actor, now: datetime) -> None:
    if isinstance(error, Contradiction):
        moves.contradict(refund=refund, said=error.said, by=by, now=now)


def _capture(talk: Talk, refund: Refund) -> Refund:
    refund = talk.agreed(refund)
    try:
        talk.network.refunds.pay_out(refund.ref, key=refund.intent_key)
    except (Rejected, Unreadable) as error:
        seen = talk.seen_after_refusal(refund)
        if seen.is_paid:
            return seen
        if not seen.is_open:
            raise RefundEnded(seen) from error
        refusal = talk.give_up(seen, error)
        if refusal.reason is Reason.NOT_RESERVED:
            raise RefundNotReserved(seen) from error
        raise Refused(refusal) from error
    return talk.move(refund, State.CAPTURED, f"paid back {refund.amount}")


def _cancel(talk: Talk, refund: Refund) -> Refund:
    try:
        talk.network.refunds.cancel(refund.ref, key=refund.intent_key)
    except (Rejected, Unreadable) as error:
        if error.reason is Reason.NOT_FOUND and talk.is_gone(refund):
            return talk.move(refund, State.CANCELLED_BY_MOBILEPAY, "MobilePay does not have it")
        seen = talk.seen_after_refusal(refund)
        if seen.state == State.CANCELLED_BY_CLIENT:
            return seen
        if not seen.is_open:
            raise RefundEnded(seen) from error
        raise Refused(talk.give_up(seen, error)) from error
    return talk.move(refund, State.CANCELLED_BY_CLIENT, "cancelled")


_ACTS: dict[Intent, Callable[[Talk, Refund], Refund]] = {
    Intent.CAPTURE: _capture,
    Intent.CANCEL: _cancel,
}
