"""What others did at the network: captures and refunds made in its own portal come into our books.

Else a till would be promised money that has gone back already, and read the wrong number when it asks for more.
"""

from datetime import datetime
import logging
from uuid import uuid4

from django.db import transaction

from payments.models import Payment
from payments.services import refundable
from payments.services.transitions import LEDGER
from payments.states import State as PaymentState
from portal.audit.actors import Actor
from portal.gateway import networks
from portal.mobilepay.errors import NetworkError
from portal.mobilepay.types import PaymentStatus
from portal.money import Money
from refunds.models import Refund
from refunds.services import transitions
from refunds.states import Origin, RefundReason, State

logger = logging.getLogger(__name__)

_CAUSE = "given back at MobilePay directly"


def adopt(*, payment: Payment, by: Actor, now: datetime) -> bool:
    """Bring the sums of a captured payment up to its network's; False when that has to be tried again later.

    A network that keeps refunds as things of their own is not asked: there they are found one by one.
    """
    network = networks.network_for(payment.account)
    if network.payouts is None or payment.state != PaymentState.CAPTURED:
        return True
    try:
        status = network.payments.status(payment.ref)
    except NetworkError:
        logger.warning("The sums of a payment cannot be read", extra={"payment": str(payment.pk)})
        return False
    return _take_over(payment, status, by=by, now=now)


@transaction.atomic
def _take_over(payment: Payment, status: PaymentStatus, *, by: Actor, now: datetime) -> bool:
    held = Payment.objects.locked(payment.pk)
    if status.captured is not None:
        refundable.note_captured(payment=held, amount=status.captured, by=by)
    if status.refunded is None or (status.refunded == held.refunded and not held.contradiction):
        return True
    if Refund.objects.filter(payment=held).in_doubt().exists():
        # It may be ours, and its answer still to come.
        return False
    if status.refunded.minor <= held.refunded_minor:
        if held.refunded_minor != payment.refunded_minor:
            # Ours came through while the sums were on their way: they tell of before.
            return False
        _show(held, status.refunded, by=by, now=now)
        return True
    held = Payment.objects.locked(held.pk)
    excess = status.refunded - held.refunded
    amount = min(excess, held.refundable, key=lambda each: each.minor)
    if amount.minor > 0 and refundable.hold(payment_id=held.pk, amount=amount):
        _note(held, amount, by=by, now=now)
    # What is promised to somebody already, and has gone all the same, finds its room when that promise fails.
    return amount == excess


def _show(payment: Payment, theirs: Money, *, by: Actor, now: datetime) -> None:
    """Show staff that less has gone back there than we know of; or that it agrees again."""
    said = {} if theirs == payment.refunded else {"refunded": str(theirs)}
    LEDGER.contradict(payment, said, by=by, now=now, has_ended=True)


def _note(payment: Payment, amount: Money, *, by: Actor, now: datetime) -> None:
    refund = Refund(
        merchant=payment.merchant,
        store_id=payment.store_id,
        payment=payment,
        origin=Origin.NETWORK,
        refund_order_id=f"network-{uuid4().hex[:12]}",
        amount_minor=amount.minor,
        refundable_before_minor=payment.refundable.minor,
        currency=amount.currency,
        reason=RefundReason.OTHER,
        approvals_needed=0,
        created_at=now,
        changed_at=now,
        fresh_until=now,
        lapses_at=now,
        state=State.CAPTURED,
    )
    transitions.record_new(refund, by=by, cause=_CAUSE)
    refundable.mark_refunded(payment_id=payment.pk, amount=amount)
