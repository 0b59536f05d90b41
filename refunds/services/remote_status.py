"""Applies what MobilePay reports about a refund to our record of it."""

from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.audit.actors import Actor
from portal.mobilepay.errors import Contradiction
from portal.mobilepay.types import RefundStatus
from portal.plain_text import clean
from refunds.models import Refund
from refunds.services import transitions
from refunds.states import TRANSITIONS, State

LONGEST = 40


def apply(*, refund: Refund, status: RefundStatus, by: Actor, now: datetime) -> Refund:
    """Take over MobilePay's state; one that lies behind ours is an old answer and is ignored.

    Raises Contradiction, and takes nothing over, when MobilePay speaks of another refund than we asked for.
    """
    said = contradictions(refund, status)
    if said:
        raise Contradiction(said)
    if refund.contradiction:
        transitions.LEDGER.contradict(refund, {}, by=by, now=now)
    details: dict[str, Any] = {
        "poll_delay_ms": status.poll_delay_ms,
        "unanswered_since": None,
        # Counted from the answer, not from the question: MobilePay asks for so much time between two.
        "fresh_until": clock.now() + timedelta(milliseconds=status.poll_delay_ms),
    }
    to = State(status.state)
    if to in TRANSITIONS[State(refund.state)]:
        cause = "MobilePay reported it"
        # An id that is known already never changes: it came with the answer to our own key.
        remote_id = refund.remote_id or status.remote_id
        return transitions.transition(refund=refund, to=to, cause=cause, by=by, now=now, remote_id=remote_id, **details)
    Refund.objects.filter(pk=refund.pk).update(**details)
    for name, value in details.items():
        setattr(refund, name, value)
    return refund


def contradictions(refund: Refund, status: RefundStatus) -> dict[str, str]:
    """What MobilePay says otherwise than we asked for, by name; what it leaves out contradicts nothing."""
    said = dict(status.odd)
    if status.payment_remote_id not in (None, refund.payment.remote_id):
        said["payment"] = str(status.payment_remote_id)
    if status.refund_order_id not in (None, refund.refund_order_id):
        said["order"] = clean(str(status.refund_order_id), longest=LONGEST)
    if status.amount not in (None, refund.amount.major) or status.currency not in (None, refund.currency):
        said["amount"] = f"{status.amount} {status.currency}"[:LONGEST]
    return said
