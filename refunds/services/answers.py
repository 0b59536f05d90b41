"""Applies what MobilePay reports about a refund to our record of it."""

from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.audit.actors import Actor
from portal.mobilepay.types import RefundStatus
from refunds.models import Refund
from refunds.services import moves
from refunds.states import MOVES, State


def apply(*, refund: Refund, status: RefundStatus, by: Actor, now: datetime) -> Refund:
    """Take over MobilePay's state; one that lies behind ours is an old answer and is ignored."""
    facts: dict[str, Any] = {
        "poll_delay_ms": status.poll_delay_ms,
        "unanswered_since": None,
        # Counted from the answer, not from the question: MobilePay asks for so much time between two.
        "fresh_until": clock.now() + timedelta(milliseconds=status.poll_delay_ms),
    }
    to = State(status.state)
    if to in MOVES[State(refund.state)]:
        cause = "MobilePay reported it"
        return moves.move(refund=refund, to=to, cause=cause, by=by, now=now, remote_id=status.remote_id, **facts)
    Refund.objects.filter(pk=refund.pk).update(**facts)
    for name, value in facts.items():
        setattr(refund, name, value)
    return refund
