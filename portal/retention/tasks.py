"""What a worker forgets; beat calls it (portal/settings/queue.py)."""

from celery import shared_task

from portal import clock
from portal.observability import request_context
from portal.retention import services

# Of each kind: the worker is free again within a minute, and goes on with the rest in an hour.
AT_MOST = 100_000


@shared_task(name="retention.tidy", max_retries=0)
def tidy(**_later: object) -> None:
    """Forget what is over its time."""
    with request_context.job():
        services.tidy(now=clock.now(), at_most=AT_MOST)
