"""Time, and the worker's Celery app, for tests of payments."""

from datetime import UTC, datetime, timedelta

import pytest

from portal import celery  # noqa: F401 - as in a worker: tasks that send tasks need its settings


@pytest.fixture
def later(time_machine):
    """Let time pass at once, for the portal and MobilePay alike: `later(minutes=5)`."""
    time_machine.move_to(datetime.now(tz=UTC))

    def pass_by(**duration):
        time_machine.shift(timedelta(**duration))

    return pass_by
