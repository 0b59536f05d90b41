"""Writes down that a sweep has run: to its end, so that one that always fails is missed as well."""

from celery.signals import task_success

from portal.health import heartbeats


@task_success.connect
def on_success(*, sender: object, **_details: object) -> None:
    task = getattr(sender, "name", "")
    if task in heartbeats.sweeps():
        heartbeats.leave(task)
