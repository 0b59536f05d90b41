"""What workers do for refunds; beat calls the first three (portal/settings/queue.py)."""

from uuid import UUID

from celery import shared_task

from portal import clock
from portal.audit import context
from portal.audit.actors import WORKER
from portal.followed import CLAIM
from refunds.services import following, notices, policy_changes


@shared_task(name="refunds.follow_up_due", max_retries=0)
def follow_up_due(**_later: object) -> None:
    """Hand every refund that is due to a worker."""
    for refund_id in following.claim_due(now=clock.now()):
        # A claim lapses and is handed out again, so a message that waited too long has a successor.
        follow_refund.apply_async(kwargs={"refund_id": str(refund_id)}, expires=CLAIM.total_seconds())


@shared_task(name="refunds.send_notices", max_retries=0)
def send_notices(**_later: object) -> None:
    """Write the letters that are owed: another task sends them."""
    with context.job():
        notices.write_due(now=clock.now())


@shared_task(name="refunds.change_policies", max_retries=0)
def change_policies(**_later: object) -> None:
    """Let the changes of rules take effect that have waited their day."""
    with context.job():
        policy_changes.take_effect(now=clock.now())


@shared_task(name="refunds.follow_refund", max_retries=0)
def follow_refund(*, refund_id: str, **_later: object) -> None:
    """Look after one refund; what fails is due again by itself."""
    with context.job(refund=refund_id):
        following.follow(refund_id=UUID(refund_id), by=WORKER, now=clock.now())
