"""What workers do for terminals; beat calls them (portal/settings/queue.py)."""

from celery import shared_task

from portal import clock
from portal.audit import context
from portal.audit.actors import WORKER
from terminals.services import points_of_sale


@shared_task(name="terminals.follow_up_due", max_retries=0)
def follow_up_due(**_later: object) -> None:
    """Settle the points of sale whose registration or deletion MobilePay has not confirmed."""
    with context.job():
        points_of_sale.follow_up_due(by=WORKER, now=clock.now())
