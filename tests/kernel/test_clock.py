"""The portal's clock."""

from datetime import UTC, datetime

import time_machine

from portal import clock


def test_now_is_this_moment_in_utc():
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)

    with time_machine.travel(noon, tick=False):
        now = clock.now()

    assert now == noon
    assert now.tzinfo is UTC
