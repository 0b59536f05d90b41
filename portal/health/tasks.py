"""What workers do to show that they live; beat calls it (portal/settings/queue.py)."""

from celery import shared_task

from portal.health import services


@shared_task(name="health.leave_heartbeats", max_retries=0)
def leave_heartbeats(**_later: object) -> None:
    """Leave a sign that beat, the queue and a worker live."""
    services.leave_heartbeats()
