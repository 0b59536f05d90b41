"""Pays a refund out or cancels it: tills do so with those they created, workers with the others."""

from datetime import datetime

from portal.audit.actors import Actor
from refunds.models import Refund
from refunds.services import moves, reading, speaking
from refunds.services.refusals import (
    AwaitingApproval,
    OfTheDesk,
    RefundEnded,
    RefundNotReserved,
    RefundPending,
    RefundRejected,
)
from refunds.states import AT_HOME, Intent, State


def capture(*, refund: Refund, by: Actor, now: datetime) -> Refund:
    """Pay a reserved refund out; one that is paid already counts as done.

    Raises AwaitingApproval, RefundRejected, RefundEnded, RefundNotReserved, RefundPending, RefundContradicted,
    OutcomeUnknown or Refused.
    """
    is_seen = refund.state == State.RESERVED and not refund.contradiction
    if refund.is_at_mobilepay and not is_seen and refund.intent == Intent.NONE:
        refund = reading.refreshed(refund=refund, by=by, now=now)
    if refund.is_paid:
        return refund
    if refund.is_requested:
        raise AwaitingApproval(refund)
    if refund.state in {State.DECLINED, State.LAPSED}:
        raise RefundRejected(refund)
    if not refund.is_open:
        raise RefundEnded(refund)
    if refund.intent == Intent.NONE and refund.state != State.RESERVED:
        raise RefundNotReserved(refund)
    return _carry_out(refund, Intent.CAPTURE, by=by, now=now)


def cancel(*, refund: Refund, by: Actor, now: datetime, cause: str = "cancelled before MobilePay was told") -> Refund:
    """End a refund that is not paid out; one that was cancelled or withdrawn already counts as done.

    Raises RefundRejected, RefundEnded, RefundPending, OutcomeUnknown or Refused.
    """
    if refund.state in {State.CANCELLED_BY_CLIENT, State.WITHDRAWN}:
        return refund
    if refund.state in {State.DECLINED, State.LAPSED}:
        raise RefundRejected(refund)
    if not refund.is_open:
        raise RefundEnded(refund)
    if refund.state not in AT_HOME:
        return _carry_out(refund, Intent.CANCEL, by=by, now=now, cause=cause)
    ended = moves.move(refund=refund, to=State.WITHDRAWN, cause=cause, by=by, now=now, only_if_unmoved=True)
    return ended if ended.state == State.WITHDRAWN else cancel(refund=ended, by=by, now=now)


def cancel_at_till(*, refund: Refund, by: Actor, now: datetime) -> Refund:
    """Cancel a refund that a till asked for; raises OfTheDesk for others, and what `cancel` raises."""
    if refund.origin == Refund.Origin.DESK:
        raise OfTheDesk(refund)
    return cancel(refund=refund, by=by, now=now)


def _carry_out(refund: Refund, intent: Intent, *, by: Actor, now: datetime, cause: str = "") -> Refund:
    """Note the intent and settle it, finish the same one if it is on its way, or judge a changed refund again."""
    # While MobilePay reports it otherwise nothing is paid, and what was to be paid can be called off.
    is_called_off = bool(refund.contradiction) and intent == Intent.CANCEL != refund.intent
    if refund.intent == Intent.NONE or is_called_off:
        before = Intent(refund.intent)
        is_new = moves.intend(refund=refund, intent=intent, by=by, now=now, cause=cause, instead_of=before)
        fresh = reading.fresh(refund)
        if is_new:
            return speaking.settle(refund=fresh, by=by, now=now, is_first=fresh.is_confirmed)
        again = capture if intent == Intent.CAPTURE else cancel
        return again(refund=fresh, by=by, now=now)
    if refund.intent != intent:
        raise RefundPending(refund)
    return speaking.settle(refund=refund, by=by, now=now)
