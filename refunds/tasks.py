"""What workers do for refunds; beat calls the first three (portal/settings/queue.py)."""

from datetime import datetime
from uuid import UUID

from celery import shared_task

from portal import clock
from portal.audit.actors import WORKER
from portal.observability import request_context
from refunds.models import Refund
from refunds.services import notifications, policy_changes, sweep


@shared_task(name="refunds.sweep_due", max_retries=0)
def sweep_due(**_later: object) -> None:
    """Hand every refund that is due to a worker, and call strays off: they are very few."""
    now = clock.now()
    with request_context.job():
        sweep.end_strays(by=WORKER, now=now)
    for refund_id in Refund.objects.claim_due(now=now):
        process_refund.delay(refund_id=str(refund_id), claimed_at=now.isoformat())


@shared_task(name="refunds.enqueue_notifications", max_retries=0)
def enqueue_notifications(**_later: object) -> None:
    """Write the letters that are owed: another task sends them."""
    with request_context.job():
        notifications.write_due(now=clock.now())


@shared_task(name="refunds.change_policies", max_retries=0)
def change_policies(**_later: object) -> None:
    """Let the changes of rules take effect that have waited their day."""
    with request_context.job():
        policy_changes.take_effect(now=clock.now())


@shared_task(name="refunds.process_refund", max_retries=0)
def process_refund(*, refund_id: str, claimed_at: str, **_later: object) -> None:
    """Look after one refund; what fails is due again by itself.

    A message that waited until the refund was handed out again is left to its successor.
    """
    if not Refund.objects.is_claimed(UUID(refund_id), at=datetime.fromisoformat(claimed_at)):
        return
    with request_context.job(refund=refund_id):
        sweep.process(refund_id=UUID(refund_id), by=WORKER, now=clock.now())
