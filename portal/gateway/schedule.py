"""When a network that has not answered is asked again: for payments, refunds, points of sale and letters alike."""

from datetime import datetime, timedelta

_WAITS = (2, 5, 10, 30, 120, 300, 3600)


# Where a network counts how often it is told something: five times in a minute, and never much later.
_WAITS_WHEN_HELD_UP = (5, 15)


def retry_at(*, attempts: int, now: datetime, is_held_up: bool = False) -> datetime:
    """When to try again after so many tries; the last of the waits, an hour, repeats.

    `is_held_up` says that the network has asked to come back, and counts.
    """
    waits = _WAITS_WHEN_HELD_UP if is_held_up else _WAITS
    return now + timedelta(seconds=waits[min(attempts, len(waits)) - 1])
