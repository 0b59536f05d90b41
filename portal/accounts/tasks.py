"""What workers do for people at the door; beat calls it (portal/settings/queue.py)."""

from celery import shared_task

from portal import clock
from portal.accounts.services import knocks


@shared_task(name="accounts.answer_knocks", max_retries=0)
def answer_knocks(**_later: object) -> None:
    """Look at what was said at the door."""
    knocks.answer_due(now=clock.now())
