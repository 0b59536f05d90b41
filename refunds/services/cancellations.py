"""Ends refunds that are not paid out: for a till, for the desk, or because the till has forgotten them."""

from datetime import datetime

from django.db import transaction

from portal.audit.actors import Actor
from portal.operations.models import Operation
from refunds.models import Refund
from refunds.services import exchanges, transitions
from refunds.services.refusals import (
    OfTheDesk,
    RefundEnded,
    RefundPending,
    RefundRejected,
)
from refunds.states import LOCAL, Origin, State


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
    if refund.remote_id is None and refund.operation == Operation.CAPTURE:
        # Paid in one step, it may have gone back already: that cannot be called off.
        raise RefundPending(refund)
    if refund.is_unsent:
        return _end_unsent(refund, cause=cause, by=by, now=now)
    if refund.state not in LOCAL:
        seen = exchanges.request(refund, Operation.CANCEL, again=cancel, by=by, now=now, cause=cause)
        if seen.is_paid:
            # What the network had denied has been paid all the same.
            raise RefundEnded(seen)
        return seen
    ended = transitions.transition(refund=refund, to=State.WITHDRAWN, cause=cause, by=by, now=now, only_if_unmoved=True)
    return ended if ended.state == State.WITHDRAWN else cancel(refund=ended, by=by, now=now)


def cancel_at_till(*, refund: Refund, by: Actor, now: datetime) -> Refund:
    """Cancel a refund that a till asked for; raises OfTheDesk for others, and what `cancel` raises."""
    if refund.origin == Origin.BACK_OFFICE:
        raise OfTheDesk(refund)
    return cancel(refund=refund, by=by, now=now)


def _end_unsent(refund: Refund, *, cause: str, by: Actor, now: datetime) -> Refund:
    """Cancel what only the portal has reserved, unless somebody has asked for its payout just now."""
    with transaction.atomic():
        held = Refund.objects.locked(refund.pk)
        if held.is_unsent:
            return transitions.transition(refund=held, to=State.CANCELLED_BY_CLIENT, cause=cause, by=by, now=now)
    return cancel(refund=held, by=by, now=now, cause=cause)
