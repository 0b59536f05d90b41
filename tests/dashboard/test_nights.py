"""The days on which the clocks change, and the weeks after them."""

import pytest

from portal.money import Money


def _hours(takings):
    return {hour.label: hour.taken.minor for hour in takings.hours if hour.taken.minor}


def _labels(takings):
    return [hour.label for hour in takings.hours]


ALL_DAY = [f"{hour:02}" for hour in range(24)]


def test_the_hour_that_an_autumn_night_has_twice_is_one_bar_with_all_of_it(shop):
    shop.sells(1, "2026-10-24 22:00")
    shop.sells(20, "2026-10-25 00:30")
    shop.sells(300, "2026-10-25 01:30")
    shop.sells(4000, "2026-10-25 02:00")
    shop.sells(50_000, "2026-10-25 11:30")

    [takings] = shop.takings("2026-10-25 11:45:00")

    assert (_labels(takings), _hours(takings)) == (ALL_DAY, {"00": 1, "02": 320, "03": 4000, "12": 50_000})
    assert sum(hour.taken.minor for hour in takings.hours) == takings.today.minor == 54_321


def test_the_hour_that_a_spring_night_lacks_stays_empty(shop):
    shop.sells(1, "2026-03-28 23:00")
    shop.sells(20, "2026-03-29 00:59")
    shop.sells(300, "2026-03-29 01:00")
    shop.sells(4000, "2026-03-29 10:00")

    [takings] = shop.takings("2026-03-29 10:45:00")

    assert (_labels(takings), _hours(takings)) == (ALL_DAY, {"00": 1, "01": 20, "03": 300, "12": 4000})


@pytest.mark.parametrize(
    ("start", "end", "after", "now"),
    [
        ("2026-10-24 22:00", "2026-10-25 22:59", "2026-10-25 23:00", "2026-10-25 22:59:30"),
        ("2026-03-28 23:00", "2026-03-29 21:59", "2026-03-29 22:00", "2026-03-29 21:59:30"),
    ],
    ids=["autumn", "spring"],
)
def test_such_a_day_begins_and_ends_at_its_own_midnights(start, end, after, now, shop):
    shop.sells(10, start)
    shop.sells(200, end)
    shop.sells(3000, after)

    [takings] = shop.takings(now)

    assert takings.today == Money(210, "DKK")


@pytest.mark.parametrize(
    ("now", "counted", "not_yet"),
    [
        # Noon in winter, a week after noon in summer.
        ("2026-10-27 11:00:00", "2026-10-20 09:59:59", "2026-10-20 10:00:01"),
        ("2026-10-31 11:00:00", "2026-10-24 09:59:59", "2026-10-24 10:30:00"),
        # Noon in summer, a week after noon in winter.
        ("2026-03-31 10:00:00", "2026-03-24 10:59:59", "2026-03-24 11:00:01"),
        ("2026-04-04 10:00:00", "2026-03-28 10:30:00", "2026-03-28 11:00:01"),
        # A week later all is as always.
        ("2026-11-03 11:00:00", "2026-10-27 10:59:59", "2026-10-27 11:00:01"),
    ],
)
def test_in_the_week_after_the_clocks_changed_the_same_time_of_day_is_compared(now, counted, not_yet, shop):
    shop.sells(10, counted)
    shop.sells(200, not_yet)

    [takings] = shop.takings(now)

    assert takings.before == Money(10, "DKK")


@pytest.mark.parametrize("now", ["2026-10-25 00:30:00", "2026-10-25 01:30:00", "2026-03-29 01:30:00"])
def test_in_the_middle_of_such_a_night_the_figures_are_those_so_far(now, shop):
    shop.sells(10, "2026-10-24 23:30" if now.startswith("2026-10") else "2026-03-29 00:30")

    [takings] = shop.takings(now)

    assert (takings.today, takings.before) == (Money(10, "DKK"), Money(0, "DKK"))
