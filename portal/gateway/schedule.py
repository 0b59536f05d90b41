"""When a network that has not answered is asked again: for payments, refunds, points of sale and letters alike."""

from datetime import datetime, timedelta

_WAITS = (2, 5, 10, 30, 120, 300, 3600)


def retry_at(*, attempts: int, now: datetime) -> datetime:
    """When to try again after so many tries; the last of the waits, an hour, repeats."""
    return now + timedelta(seconds=_WAITS[min(attempts, len(_WAITS)) - 1])
