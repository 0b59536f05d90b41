"""What an approver is told to look at twice."""

from contextlib import contextmanager
from datetime import time, timedelta

from django.utils.dateparse import parse_datetime
import pytest

from portal.audit.models import Entry
from portal.observability import request_context
from refunds.models import Policy
from refunds.services import risk_flags
from tests.payments.factories import new_payment
from tests.places import new_counter
from tests.refunds.factories import at_till
from tests.refunds.scenarios import approve, ask, decline, fresh, rules, traces

NOON = parse_datetime("2026-03-02T11:00:00Z")
SAME_ADDRESS = "It was asked for from the network address that you, Asta, are at (192.0.2.7)."
SAME_SELLER = "The person who asks also took the payment."
OTHER_STORE = "The payment is of another store than the ones this person usually asks for."


@pytest.fixture(autouse=True)
def _noon(simulator, time_machine):
    """Noon in Copenhagen, unless a test says otherwise."""
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def payment(pos):
    return new_payment(pos, state="Captured", amount_minor=100_000)


@contextmanager
def _at(address):
    """Somebody's request to the portal, from a network address."""
    entered = request_context.enter(request_context.RequestContext("a-request", address))
    try:
        yield
    finally:
        request_context.leave(entered)


def _hints(refund, person):
    return risk_flags.for_request(refund=fresh(refund), by=person.user)


def _captured_by(payment, kind, actor, state="Captured"):
    payment.events.create(to_state=state, cause="captured", actor_kind=kind, actor=actor, correlation_id="c")


def test_of_an_ordinary_request_nothing_is_said(payment, clerk, approver):
    with _at("192.0.2.1"):
        refund = ask(payment, clerk)

    with _at("192.0.2.7"):
        said = _hints(refund, approver)

    assert said == []


def test_a_request_from_the_readers_own_address(payment, clerk, approver):
    with _at("192.0.2.7"):
        refund = ask(payment, clerk)

        said = _hints(refund, approver)

    assert said == [SAME_ADDRESS]


def test_no_address_is_no_common_address(payment, clerk, approver):
    refund = ask(payment, clerk)

    said = _hints(refund, approver)

    assert said == []


def test_a_tills_address_says_nothing_about_people(payment, approver):
    rules(payment.merchant, till_limit_minor=0)
    with _at("192.0.2.7"):
        refund = at_till(payment)

        said = _hints(refund, approver)

    assert (refund.state, said) == ("Requested", [])


def test_whoever_asks_has_taken_the_payment(payment, clerk, approver):
    _captured_by(payment, "person", clerk.user.email)

    said = _hints(ask(payment, clerk), approver)

    assert said == [SAME_SELLER]


@pytest.mark.parametrize(
    ("kind", "actor", "state"),
    [
        ("person", "anna@kino.example", "Captured"),
        ("till", "carl@kino.example", "Captured"),
        ("person", "carl@kino.example", "Reserved"),
    ],
)
def test_somebody_else_has_taken_the_payment(kind, actor, state, payment, clerk, approver):
    _captured_by(payment, kind, actor, state)

    said = _hints(ask(payment, clerk), approver)

    assert said == []


def test_a_till_that_asks_is_nobody_who_took_the_payment(payment, approver):
    rules(payment.merchant, till_limit_minor=0)
    _captured_by(payment, "person", "carl@kino.example")

    said = _hints(at_till(payment), approver)

    assert said == []


def test_a_persons_third_request_that_day(payment, clerk, administrator, approver, time_machine):
    ask(payment, administrator, 100)
    refunds = []
    for _ in range(4):
        time_machine.shift(timedelta(minutes=1))
        refunds.append(ask(payment, clerk, 100))

    said = [_hints(refund, approver) for refund in refunds]

    assert said == [
        [],
        [],
        ["It is this person's request number 3 that day."],
        ["It is this person's request number 4 that day."],
    ]


def test_a_request_that_was_declined_is_a_request_all_the_same(payment, clerk, approver):
    for _ in range(2):
        decline(ask(payment, clerk, 100), approver)

    said = _hints(ask(payment, clerk, 100), approver)

    assert said == ["It is this person's request number 3 that day."]


@pytest.mark.parametrize(("first", "said"), [("22:59:59Z", []), ("23:00:00Z", [3])])
def test_a_day_begins_at_the_merchants_own_midnight(first, said, payment, clerk, approver, time_machine):
    time_machine.move_to(parse_datetime(f"2026-03-01T{first}"), tick=False)
    ask(payment, clerk, 100)
    time_machine.move_to(NOON, tick=False)
    ask(payment, clerk, 100)

    found = _hints(ask(payment, clerk, 100), approver)

    assert found == [f"It is this person's request number {number} that day." for number in said]


def test_a_terminals_third_request_that_day(pos, payment, clerk, approver, time_machine):
    rules(payment.merchant, till_limit_minor=0)
    neighbour = new_payment(new_counter(payment.merchant), state="Captured")
    at_till(neighbour, 100)
    ask(payment, clerk, 100)
    refunds = []
    for number in range(3):
        time_machine.shift(timedelta(minutes=1))
        refunds.append(at_till(payment, 100, order=f"refund-{number}"))

    said = [_hints(refund, approver) for refund in refunds]

    assert said == [[], [], ["It is this terminal's request number 3 that day."]]


def test_another_store_than_the_ones_somebody_usually_asks_for(payment, clerk, approver, time_machine):
    ask(payment, clerk, 100)
    time_machine.shift(timedelta(days=1))
    elsewhere = new_payment(new_counter(payment.merchant, store="Randers"), state="Captured")

    said = _hints(ask(elsewhere, clerk, 100), approver)

    assert said == [OTHER_STORE]


def test_a_store_that_somebody_asks_for_now_and_then(payment, clerk, approver, time_machine):
    elsewhere = new_payment(new_counter(payment.merchant, store="Randers"), state="Captured")
    for each in (payment, elsewhere):
        ask(each, clerk, 100)
        time_machine.shift(timedelta(days=1))

    said = _hints(ask(elsewhere, clerk, 100), approver)

    assert said == []


@pytest.mark.parametrize(("days", "said"), [(30, [OTHER_STORE]), (31, [])])
def test_what_is_usual_is_that_of_the_last_thirty_days(days, said, payment, clerk, approver, time_machine):
    ask(payment, clerk, 100)
    time_machine.shift(timedelta(days=days))
    elsewhere = new_payment(new_counter(payment.merchant, store="Randers"), state="Captured")

    found = _hints(ask(elsewhere, clerk, 100), approver)

    assert found == said


def test_a_till_has_no_usual_store(payment, clerk, approver, time_machine):
    rules(payment.merchant, till_limit_minor=0)
    ask(payment, clerk, 100)
    time_machine.shift(timedelta(days=1))
    elsewhere = new_payment(new_counter(payment.merchant, store="Randers"), state="Captured")

    said = _hints(at_till(elsewhere, 100), approver)

    assert said == []


@pytest.mark.parametrize(
    ("at", "local"),
    [
        ("2026-03-02T06:59:59Z", "07:59"),
        ("2026-03-02T07:00:00Z", None),
        ("2026-03-02T21:59:59Z", None),
        ("2026-03-02T22:00:00Z", "23:00"),
        ("2026-07-02T06:00:00Z", None),
        ("2026-07-02T21:30:00Z", "23:30"),
    ],
)
def test_a_request_outside_opening_hours_by_the_shops_own_clock(at, local, payment, clerk, approver, time_machine):
    time_machine.move_to(parse_datetime(at), tick=False)
    fresh_payment = new_payment(payment.point_of_sale, state="Captured", order_id="order-2")

    said = _hints(ask(fresh_payment, clerk), approver)

    assert said == ([f"It was asked for at {local}, outside opening hours."] if local else [])


def test_a_shop_that_closes_after_midnight_is_open_until_then(payment, clerk, approver, time_machine):
    rules(payment.merchant, opens_at=time(18), closes_at=time(2))
    said = []
    for at in ("2026-03-02T16:59Z", "2026-03-02T17:00Z", "2026-03-03T00:59Z", "2026-03-03T01:00Z"):
        time_machine.move_to(parse_datetime(at), tick=False)
        said.append(_hints(ask(payment, clerk, 100), approver))

    closed = "It was asked for at {}, outside opening hours."
    assert said == [[closed.format("17:59")], [], [], [closed.format("02:00")]]


@pytest.mark.parametrize(
    ("opens", "closes", "at", "is_open"),
    [
        (8, 23, time(8), True),
        (8, 23, time(23), False),
        (18, 2, time(18), True),
        (18, 2, time(1, 59), True),
        (18, 2, time(2), False),
        (18, 2, time(12), False),
        (0, 0, time(12), True),
    ],
)
def test_shops_are_open_from_opening_to_closing(opens, closes, at, is_open):
    policy = Policy(opens_at=time(opens), closes_at=time(closes))

    assert policy.is_open_at(at) is is_open


def test_everything_at_once_is_said_the_gravest_first(payment, clerk, approver, time_machine):
    time_machine.move_to(parse_datetime("2026-03-03T00:30Z"), tick=False)
    elsewhere = new_payment(new_counter(payment.merchant, store="Randers"), state="Captured")
    _captured_by(elsewhere, "person", clerk.user.email)
    with _at("192.0.2.7"):
        ask(payment, clerk, 100)
        ask(payment, clerk, 100)
        time_machine.shift(timedelta(minutes=1))
        refund = ask(elsewhere, clerk, 100)

        said = _hints(refund, approver)

    assert said == [
        SAME_ADDRESS,
        SAME_SELLER,
        "It is this person's request number 3 that day.",
        OTHER_STORE,
        "It was asked for at 01:31, outside opening hours.",
    ]


def test_hints_forbid_nothing_and_stay_with_the_approval(payment, clerk, approver):
    with _at("192.0.2.7"):
        refund = ask(payment, clerk)
        approved = approve(refund, approver)

    entry = Entry.objects.about(refund).get(action="refund:approved")
    assert (approved.state, entry.details["hints"]) == ("Approved", [SAME_ADDRESS])


def test_looking_at_hints_changes_nothing(payment, clerk, approver):
    refund = ask(payment, clerk)
    before = traces(refund)

    _hints(refund, approver)

    assert (traces(refund), Policy.objects.count()) == (before, 0)
