"""Pays reserved refunds out: tills do so with those they created, workers with the others."""

from datetime import datetime

from portal.audit.actors import Actor
from portal.operations.models import Operation
from refunds.models import Refund
from refunds.services import exchanges, lookups
from refunds.services.refusals import (
    AwaitingApproval,
    RefundEnded,
    RefundNotReserved,
    RefundRejected,
)
from refunds.states import State


def capture(*, refund: Refund, by: Actor, now: datetime) -> Refund:
    """Pay a reserved refund out; one that is paid already counts as done.

    Raises AwaitingApproval, RefundRejected, RefundEnded, RefundNotReserved, RefundPending, RefundContradicted,
    OutcomeUnknown or Refused.
    """
    is_seen = refund.state == State.RESERVED and not refund.contradiction
    if refund.is_at_mobilepay and not is_seen and not _is_asked_for(refund):
        refund = lookups.sync_now(refund=refund, by=by, now=now)
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
    seen = exchanges.request(refund, Operation.CAPTURE, again=capture, by=by, now=now)
    if not seen.is_paid:
        raise RefundNotReserved(seen) if seen.is_open else RefundEnded(seen)
    return seen


def _is_asked_for(refund: Refund) -> bool:
    """Whether somebody wants it paid out or cancelled already; that it is still to be opened is not such a wish."""
    return refund.operation not in {Operation.NONE, Operation.CREATE}
