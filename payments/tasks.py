"""What workers do for payments; beat calls the first two (portal/settings/queue.py)."""

from datetime import datetime
from uuid import UUID

from celery import shared_task

from payments.models import Payment
from payments.services import orphans, sweep
from portal import clock
from portal.audit.actors import WORKER
from portal.observability import request_context


@shared_task(name="payments.sweep_due", max_retries=0)
def sweep_due(**_later: object) -> None:
    """Hand every payment that is due to a worker."""
    now = clock.now()
    for payment_id in Payment.objects.claim_due(now=now):
        process_payment.delay(payment_id=str(payment_id), claimed_at=now.isoformat())


@shared_task(name="payments.adopt_orphaned_reservations", max_retries=0)
def adopt_orphaned_reservations(**_later: object) -> None:
    """Bring reserved payments that only MobilePay knows into our records."""
    with request_context.job():
        orphans.adopt_orphaned_reservations(by=WORKER, now=clock.now())


@shared_task(name="payments.process_payment", max_retries=0)
def process_payment(*, payment_id: str, claimed_at: str, **_later: object) -> None:
    """Look after one payment; what fails is due again by itself.

    A message that waited until the payment was handed out again is left to its successor.
    """
    if not Payment.objects.is_claimed(UUID(payment_id), at=datetime.fromisoformat(claimed_at)):
        return
    with request_context.job(payment=payment_id):
        sweep.process(payment_id=UUID(payment_id), by=WORKER, now=clock.now())
