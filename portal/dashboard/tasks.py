"""What workers do for the figures; beat calls it (portal/settings/queue.py)."""

from celery import shared_task

from portal import clock
from portal.dashboard import collection
from portal.observability import request_context


@shared_task(name="dashboard.collect_finished_days", max_retries=0)
def collect_finished_days(**_later: object) -> None:
    """Add up what was taken and paid back on days that are over."""
    with request_context.job():
        collection.collect_finished_days(now=clock.now())
