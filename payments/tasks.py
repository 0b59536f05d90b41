"""What workers do for payments; beat calls the first two (portal/settings/queue.py)."""

from uuid import UUID

from celery import shared_task

from payments.services import following, strangers
from portal import clock
from portal.audit import context
from portal.audit.actors import WORKER
from portal.followed import CLAIM


@shared_task(name="payments.follow_up_due", max_retries=0)
def follow_up_due(**_later: object) -> None:
    """Hand every payment that is due to a worker."""
    for payment_id in following.claim_due(now=clock.now()):
        # A claim lapses and is handed out again, so a message that waited too long has a successor.
        follow_payment.apply_async(kwargs={"payment_id": str(payment_id)}, expires=CLAIM.total_seconds())


@shared_task(name="payments.adopt_strangers", max_retries=0)
def adopt_strangers(**_later: object) -> None:
    """Bring reserved payments that only MobilePay knows into our records."""
    with context.job():
        strangers.adopt_all(by=WORKER, now=clock.now())


@shared_task(name="payments.follow_payment", max_retries=0)
def follow_payment(*, payment_id: str, **_later: object) -> None:
    """Look after one payment; what fails is due again by itself."""
    with context.job(payment=payment_id):
        following.follow(payment_id=UUID(payment_id), by=WORKER, now=clock.now())
