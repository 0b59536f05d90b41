"""What follows a delivery: it never writes a payment's state, it wakes a reading, or pairs who has checked in."""

from datetime import datetime, timedelta
import logging

from payments.models import Payment
from payments.services import pairings, sweep
from portal import clock
from portal.audit.actors import Actor
from portal.errors import PortalError
from portal.gateway import deliveries
from portal.gateway.schedule import retry_at
from portal.webhooks.models import CLAIM_TIMEOUT, Delivery
from refunds.services import adoptions
from terminals.models import PointOfSale

logger = logging.getLogger(__name__)

BATCH = 200
# So long a reference may be one that the answer to our own call has not told us yet.
_UNKNOWN_FOR = timedelta(minutes=1)
_WAIT = timedelta(seconds=2)


def process(*, delivery_id: int, by: Actor) -> None:
    """Do what one delivery brings about; what fails is due again by itself."""
    delivery = Delivery.objects.free(clock.now()).filter(pk=delivery_id).first()
    if delivery is not None:
        _process(delivery, by=by)


def process_due(*, by: Actor, now: datetime, batch: int = BATCH) -> None:
    """Take on what the queue has lost, and what was to be tried again."""
    for delivery in Delivery.objects.due(now)[:batch]:
        _process(delivery, by=by)


def _process(delivery: Delivery, *, by: Actor) -> None:
    now = clock.now()
    until = now + CLAIM_TIMEOUT
    if not Delivery.objects.claim(delivery, until=until):
        return
    try:
        outcome, due_at = _carry_out(delivery, by=by, now=now)
    except Exception:
        # Whatever it is, the other deliveries are read all the same: this one steps back.
        logger.exception("A delivery could not be processed", extra={"delivery": delivery.pk})
        outcome, due_at = Delivery.Outcome.WAITING, _later(delivery, now)
    # Who has taken longer than that leaves the word to the next one.
    Delivery.objects.filter(pk=delivery.pk, due_at=until).update(outcome=outcome, due_at=due_at)


def _carry_out(delivery: Delivery, *, by: Actor, now: datetime) -> tuple[Delivery.Outcome, datetime | None]:
    said = deliveries.parse(str(delivery.body).encode())
    if said.name in deliveries.CHECK_IN_EVENTS:
        return _pair(delivery, said, by=by, now=now), None
    payment = Payment.objects.filter(account=delivery.account_id, remote_id=delivery.reference).first()
    if payment is not None:
        is_read = _read(payment, by=by, now=now)
        return (Delivery.Outcome.READ, None) if is_read else (Delivery.Outcome.WAITING, _later(delivery, now))
    if now - delivery.received_at < _UNKNOWN_FOR:
        return Delivery.Outcome.WAITING, now + _WAIT
    return Delivery.Outcome.UNKNOWN, None


def _pair(delivery: Delivery, said: deliveries.Delivery, *, by: Actor, now: datetime) -> Delivery.Outcome:
    here = PointOfSale.objects.registered().filter(account=delivery.account_id).with_code(said.merchant_qr_id)
    pos = here.whole().first()
    if pos is None:
        return Delivery.Outcome.UNKNOWN
    try:
        # Who scans early by their clock is there by ours.
        at = min(said.at or delivery.received_at, now)
        pairings.check_in(pos=pos, token=said.customer_token, at=at, by=by, now=now)
    except PortalError:
        pass  # The network said no, or nothing: that is written down with the payment, and has its own clock.
    return Delivery.Outcome.PAIRED


def _read(payment: Payment, *, by: Actor, now: datetime) -> bool:
    """Look the payment up; False when that is to be tried again. An open one that fails is due by itself."""
    if not payment.is_open:
        return adoptions.adopt(payment=payment, by=by, now=now)
    Payment.objects.filter(pk=payment.pk).open().update(due_at=now, fresh_until=now)
    if not Payment.objects.claim(payment.pk, now=now):
        # Whoever looks after it at this moment may have read it before this came.
        return False
    sweep.process(payment_id=payment.pk, by=by, now=now)
    return True


def _later(delivery: Delivery, now: datetime) -> datetime:
    return retry_at(attempts=delivery.attempts + 1, now=now)
