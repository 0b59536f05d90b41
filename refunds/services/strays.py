"""Second refunds of one intention: a try that MobilePay once denied and made later all the same.

Left alone it would be paid out as well, so it is called off until it has ended.
"""

from datetime import timedelta
from uuid import uuid4

from portal.mobilepay.errors import NetworkError, Rejected, Unreachable, Unreadable
from portal.mobilepay.types import RefundRef
from portal.operations.engine import Exchange
from refunds.models import Refund
from refunds.services import observations, transitions
from refunds.states import PAID, UNPAID, State

_RETRY_INTERVAL = timedelta(seconds=30)


def call_off(exchange: Exchange, refund: Refund, remote_id: str) -> None:
    """Cancel what MobilePay has of the refund besides the one that counts, and write that down first."""
    transitions.note_stray(refund, remote_id=remote_id, by=exchange.by, now=exchange.now)
    end(exchange, refund)


def end(exchange: Exchange, refund: Refund) -> None:
    """Cancel the second refund that MobilePay has: it would pay that out by itself. What fails is due again."""
    state = _cancelled(exchange, RefundRef(refund.stray_id, refund.payment.ref))
    if state in PAID:
        transitions.note_paid_stray(refund, by=exchange.by, now=exchange.now)
    elif state in UNPAID:
        transitions.write_stray(refund, remote_id="", due_at=None)
    else:
        transitions.write_stray(refund, remote_id=refund.stray_id, due_at=exchange.now + _RETRY_INTERVAL)


def _cancelled(exchange: Exchange, stray: RefundRef) -> State | None:
    """How the second refund stands after it was to be cancelled; None when MobilePay does not say."""
    refunds = observations.in_two_steps(exchange)
    try:
        refunds.cancel(stray, key=uuid4())
    except (Rejected, Unreadable):
        pass
    except Unreachable:
        return None
    else:
        return State.CANCELLED_BY_CLIENT
    try:
        return State(refunds.status(stray).state)
    except NetworkError:
        return None
