"""What workers do for letters; beat calls it (portal/settings/queue.py)."""

from celery import shared_task

from portal import clock
from portal.emails import services
from portal.observability import request_context


@shared_task(name="emails.send_due", max_retries=0)
def send_due(**_later: object) -> None:
    """Send the letters that are owed."""
    with request_context.job():
        services.send_due(now=clock.now())
