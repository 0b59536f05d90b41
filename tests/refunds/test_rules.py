"""Which way a rule lets more through, and how it reads."""

from datetime import time, timedelta

import pytest

from refunds.models import Policy
from refunds.services import rules
from refunds.services.rules import Line

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EMPTY_IS_NO_LIMIT = [
    "terminal_day_limit_minor",
    "tills_day_limit_minor",
    "two_approvers_above_minor",
    "person_day_limit_minor",
    "day_limit_minor",
]


def _which_way(now, wanted):
    stricter, looser = rules.split(Policy(**now), wanted)
    return "looser" if wanted == looser else "stricter" if wanted == stricter else (stricter, looser)


def test_every_rule_of_a_policy_has_a_name_and_a_way():
    own = {field.name for field in Policy._meta.concrete_fields} - {"id", "merchant", "currency"}

    assert set(rules.NAMES) == own


@pytest.mark.parametrize(
    "name",
    [*EMPTY_IS_NO_LIMIT, "till_limit_minor", "desk_limit_minor"],
)
def test_a_higher_limit_lets_more_through_and_a_lower_one_less(name):
    ways = [_which_way({name: 1000}, {name: value}) for value in (1001, 999)]

    assert ways == ["looser", "stricter"]


@pytest.mark.parametrize("name", EMPTY_IS_NO_LIMIT)
def test_an_empty_limit_lets_everything_through(name):
    ways = [_which_way({name: 1000}, {name: None}), _which_way({name: None}, {name: 1000})]

    assert ways == ["looser", "stricter"]


@pytest.mark.parametrize("name", ["lifetime", "window"])
def test_a_longer_time_lets_more_through(name):
    ways = [_which_way({name: DAY}, {name: value}) for value in (DAY + HOUR, DAY - HOUR)]

    assert ways == ["looser", "stricter"]


@pytest.mark.parametrize(
    ("hours", "wanted", "way"),
    [
        (("08:00", "23:00"), ("07:59", "23:00"), "looser"),
        (("08:00", "23:00"), ("08:00", "23:01"), "looser"),
        (("08:00", "23:00"), ("08:01", "22:59"), "stricter"),
        (("08:00", "23:00"), ("09:00", "09:00"), "looser"),
        (("08:00", "08:00"), ("07:00", "09:00"), "stricter"),
        (("18:00", "03:00"), ("19:00", "02:00"), "stricter"),
        (("18:00", "03:00"), ("01:00", "02:00"), "stricter"),
        (("18:00", "03:00"), ("02:00", "19:00"), "looser"),
        (("18:00", "03:00"), ("17:00", "02:00"), "looser"),
        (("08:00", "23:00"), ("22:00", "07:00"), "looser"),
    ],
)
def test_hours_let_more_through_when_shops_are_open_that_were_closed(hours, wanted, way):
    names = ("opens_at", "closes_at")
    now, then = (
        {name: time.fromisoformat(at) for name, at in zip(names, each, strict=True)} for each in (hours, wanted)
    )
    changed = {name: at for name, at in then.items() if now[name] != at}

    assert _which_way(now, changed) == way


def test_what_stays_as_it_is_goes_no_way():
    found = rules.split(Policy(), {"desk_limit_minor": 0, "day_limit_minor": None, "window": 90 * DAY})

    assert found == ({}, {})


def test_each_rule_goes_its_own_way():
    policy = Policy(desk_limit_minor=1000, till_limit_minor=1000)

    found = rules.split(policy, {"desk_limit_minor": 2000, "till_limit_minor": 500, "opens_at": time(7)})

    assert found == ({"till_limit_minor": 500}, {"desk_limit_minor": 2000, "opens_at": time(7)})


def test_rules_read_as_words():
    was = {
        "desk_limit_minor": 0,
        "day_limit_minor": None,
        "lifetime": 36 * HOUR,
        "window": 30 * DAY,
        "opens_at": time(8),
    }
    becomes = {
        "opens_at": time(7, 30),
        "window": 90 * DAY,
        "lifetime": 24 * HOUR,
        "day_limit_minor": 123_450,
        "desk_limit_minor": 100,
    }

    found = rules.compared(was, becomes, currency="DKK")

    assert found == [
        Line("The desk needs no approver up to", "nothing", "1.00\xa0DKK"),
        Line("Everybody together may ask for, a day", "no limit", "1,234.50\xa0DKK"),
        Line("Requests lapse after", "36 hours", "24 hours"),
        Line("Refunds are possible for", "30 days", "90 days"),
        Line("Shops open at", "08:00", "07:30"),
    ]
    assert found[-1].change == "07:30 instead of 08:00"
