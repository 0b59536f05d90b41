"""Pays a refund out or cancels it: tills do so with those they created, workers with the others."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from portal.audit.actors import Actor
from portal.operations import engine
from portal.operations.models import Operation
from refunds.models import Refund
from refunds.services import moves, reading
from refunds.services.exchanges import REFUNDS
from refunds.services.refusals import (
    AwaitingApproval,
    OfTheDesk,
    RefundEnded,
    RefundNotReserved,
    RefundRejected,
)
from refunds.states import AT_HOME, POSSIBLE_FROM, Origin, State


def capture(*, refund: Refund, by: Actor, now: datetime) -> Refund:
    """Pay a reserved refund out; one that is paid already counts as done.

    Raises AwaitingApproval, RefundRejected, RefundEnded, RefundNotReserved, RefundPending, RefundContradicted,
    OutcomeUnknown or Refused.
    """
    is_seen = refund.state == State.RESERVED and not refund.contradiction
    if refund.is_at_mobilepay and not is_seen and not _is_asked_for(refund):
        refund = reading.refreshed(refund=refund, by=by, now=now)
    if refund.is_paid:
        return refund
    if refund.is_requested:
        raise AwaitingApproval(refund)
    if refund.state in {State.DECLINED, State.LAPSED}:
        raise RefundRejected(refund)
    if not refund.is_open:
        raise RefundEnded(refund)
    if not _is_asked_for(refund) and refund.state != State.RESERVED:
        raise RefundNotReserved(refund)
    return _request(refund, Operation.CAPTURE, again=capture, by=by, now=now)


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
    if refund.state == State.RESERVED and refund.is_unsent:
        return _end_unsent(refund, cause=cause, by=by, now=now)
    if refund.state not in AT_HOME:
        return _request(refund, Operation.CANCEL, again=cancel, by=by, now=now, cause=cause)
    ended = moves.move(refund=refund, to=State.WITHDRAWN, cause=cause, by=by, now=now, only_if_unmoved=True)
    return ended if ended.state == State.WITHDRAWN else cancel(refund=ended, by=by, now=now)


def cancel_at_till(*, refund: Refund, by: Actor, now: datetime) -> Refund:
    """Cancel a refund that a till asked for; raises OfTheDesk for others, and what `cancel` raises."""
    if refund.origin == Origin.BACK_OFFICE:
        raise OfTheDesk(refund)
    return cancel(refund=refund, by=by, now=now)


def _is_asked_for(refund: Refund) -> bool:
    """Whether somebody wants it paid out or cancelled already; that it is still to be opened is not such a wish."""
    return refund.operation not in {Operation.NONE, Operation.CREATE}


def _end_unsent(refund: Refund, *, cause: str, by: Actor, now: datetime) -> Refund:
    """Cancel what only the portal has reserved, unless somebody has asked for its payout just now."""
    with transaction.atomic():
        held = Refund.objects.locked(refund.pk)
        if held.state == State.RESERVED and held.is_unsent:
            return moves.move(refund=held, to=State.CANCELLED_BY_CLIENT, cause=cause, by=by, now=now)
    return cancel(refund=held, by=by, now=now, cause=cause)


def _request(
    refund: Refund, operation: Operation, *, again: Callable[..., Refund], by: Actor, now: datetime, cause: str = ""
) -> Refund:
    return engine.request(
        REFUNDS,
        refund,
        operation,
        states=POSSIBLE_FROM[operation],
        again=lambda current: again(refund=current, by=by, now=now),
        by=by,
        now=now,
        amount=str(refund.amount),
        cause=cause,
    )
