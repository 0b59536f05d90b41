"""Signs of life, left and read by the database's clock: beat's, MobilePay's, and one of each sweep."""

from datetime import datetime, timedelta

from celery import current_app
from django.db.models.functions import Now

from portal.health.models import Heartbeat

# Beat leaves a sign every ten seconds; a few may come late.
SILENCE = timedelta(seconds=45)
# So many times in a row a sweep may fail to run.
_MISSED = 3


def leave(of: str) -> None:
    """Leave a sign in the place of the last one."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(of=of, at=Now())], update_conflicts=True, unique_fields=["of"], update_fields=["at"]
    )


def read() -> dict[str, datetime]:
    return dict(Heartbeat.objects.values_list("of", "at"))


def sweeps() -> dict[str, timedelta]:
    """The sweeps by their tasks' names, and how long each may not have run before that is news."""
    entries = current_app.conf.beat_schedule.values()
    return {each["task"]: max(SILENCE, _MISSED * timedelta(seconds=each["schedule"])) for each in entries}


def await_sweeps() -> None:
    """Let one that has never run be missed from now on."""
    awaited = [Heartbeat(of=task, at=Now()) for task in sweeps()]
    Heartbeat.objects.bulk_create(awaited, ignore_conflicts=True)


def starving(found: dict[str, datetime], *, now: datetime) -> list[str]:
    """The sweeps that have not run for too long, in words; `now` is the database's."""
    late = [task for task, patience in sweeps().items() if task in found and abs(now - found[task]) > patience]
    return [f"{task} has not run since {found[task]:%Y-%m-%d %H:%M:%S} UTC" for task in late]


def silence(at: datetime | None, *, now: datetime) -> str:
    """Empty while the sign is fresh, else since when there was none."""
    if at is None:
        return "no sign yet"
    return f"no sign since {at:%Y-%m-%d %H:%M:%S} UTC" if abs(now - at) > SILENCE else ""
