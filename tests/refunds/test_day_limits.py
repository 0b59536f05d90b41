"""What may be asked for in a day: by one person and by everybody, counted from the merchant's own midnight."""

from datetime import timedelta

from django.utils.dateparse import parse_datetime
import pytest

from portal.roles import Role
from refunds.models import Policy, Refund
from refunds.services import policies
from refunds.services.refusals import DayLimit, PersonDayLimit
from tests.payments.factories import new_payment
from tests.people import hire
from tests.places import new_counter
from tests.refunds.factories import new_refund, sale
from tests.refunds.scenarios import (
    all_refunds,
    ask,
    books,
    decline,
    dkk,
    give_back,
    refund_id,
    refusal,
    rules,
    told_mobilepay,
    work,
)

PERSON = (
    "One person may ask for 15.00 DKK of refunds a day, and you have asked for {} DKK today. "
    "No money moved; somebody else can ask for it."
)
EVERYBODY = (
    "The merchant gives back at most 15.00 DKK a day, and {} DKK was asked for today. "
    "No money moved; an administrator can raise the limit."
)
NOON = "2026-03-02T11:00:00Z"


@pytest.fixture
def payment(simulator, pos, time_machine):
    """A captured payment of 1000.00 DKK, at noon in Copenhagen."""
    time_machine.move_to(parse_datetime(NOON), tick=False)
    return sale(simulator, pos, 100_000)


def test_one_person_asks_for_no_more_than_their_ceiling(payment, clerk, simulator):
    rules(payment.merchant, person_day_limit_minor=1500)
    ask(payment, clerk, 1000)
    before = all_refunds()

    said = refusal(ask, payment, clerk, 501, kind=PersonDayLimit)

    work()
    assert said == PERSON.format("10.00")
    assert (all_refunds(), books(payment), told_mobilepay(simulator)) == (before, (100_000, 1000, 0), 0)
    assert ask(payment, clerk, 500).state == "Requested"


def test_another_person_has_a_ceiling_of_their_own(payment, clerk, administrator):
    rules(payment.merchant, person_day_limit_minor=1500)
    ask(payment, clerk, 1500)

    refund = ask(payment, administrator, 1500)

    assert (refund.state, books(payment)) == ("Requested", (100_000, 3000, 0))


def test_everybody_together_asks_for_no_more_than_the_merchants_ceiling(payment, clerk, administrator, simulator):
    rules(payment.merchant, day_limit_minor=1500)
    ask(payment, clerk, 1000)
    before = all_refunds()

    said = refusal(ask, payment, administrator, 501, kind=DayLimit)

    work()
    assert said == EVERYBODY.format("10.00")
    assert (all_refunds(), books(payment), told_mobilepay(simulator)) == (before, (100_000, 1000, 0), 0)
    assert ask(payment, administrator, 500).state == "Requested"


def test_the_first_request_of_a_day_keeps_to_the_ceiling_too(payment, clerk):
    rules(payment.merchant, day_limit_minor=1500)

    said = refusal(ask, payment, clerk, 1501, kind=DayLimit)

    assert (said, all_refunds()) == (EVERYBODY.format("0.00"), [])


def test_tills_count_for_the_merchants_ceiling_and_for_nobodys_own(payment, till, clerk):
    rules(payment.merchant, day_limit_minor=1500, person_day_limit_minor=600)
    refund_id(give_back(till, payment, "10.00"))

    answer = give_back(till, payment, "5.01", order_id="refund-2")

    refund = ask(payment, clerk, 500)
    assert (answer.status, answer.codes, answer["errors"]) == (
        409,
        ["refund_limit_reached"],
        [EVERYBODY.format("10.00")],
    )
    assert (refund.state, books(payment)) == ("Requested", (100_000, 1500, 0))


def test_what_was_declined_does_not_count(payment, clerk, approver):
    rules(payment.merchant, day_limit_minor=1500, person_day_limit_minor=1500)
    decline(ask(payment, clerk, 1500), approver)

    refund = ask(payment, clerk, 1500)

    assert refund.state == "Requested"


@pytest.mark.parametrize(
    ("state", "counted"),
    [
        ("Declined", 0),
        ("Withdrawn", 0),
        ("Lapsed", 0),
        ("CancelledByClient", 0),
        ("CancelledByMobilePay", 0),
        ("Created", 1000),
        ("WaitingForBalance", 1000),
        ("Captured", 1000),
        ("ExpiredAndCaptured", 1000),
    ],
)
def test_only_what_ended_without_money_does_not_count(state, counted, payment):
    new_refund(payment, state=state, created_at=parse_datetime(NOON))

    asked = Refund.objects.asked_since(parse_datetime("2026-03-01T23:00:00Z")).total("DKK")

    assert asked == dkk(counted)


@pytest.mark.parametrize("earlier", ["2026-03-01T23:00:00Z", NOON])
def test_what_was_asked_for_since_the_merchants_own_midnight_counts(earlier, payment, clerk):
    rules(payment.merchant, day_limit_minor=1500)
    new_refund(payment, state="Created", created_at=parse_datetime(earlier))

    said = refusal(ask, payment, clerk, 501, kind=DayLimit)

    assert said == EVERYBODY.format("10.00")


def test_what_was_asked_for_before_the_merchants_own_midnight_does_not_count(payment, clerk):
    rules(payment.merchant, day_limit_minor=1500)
    new_refund(payment, state="Created", created_at=parse_datetime("2026-03-01T22:59:59Z"))

    refund = ask(payment, clerk, 1500)

    assert refund.state == "Requested"


@pytest.mark.parametrize(
    ("zone", "now", "midnight"),
    [
        ("Europe/Copenhagen", "2026-03-02T22:59:59Z", "2026-03-01T23:00:00Z"),
        ("Europe/Copenhagen", "2026-03-02T23:00:00Z", "2026-03-02T23:00:00Z"),
        ("Europe/Helsinki", "2026-03-02T22:00:00Z", "2026-03-02T22:00:00Z"),
        ("Europe/Copenhagen", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z"),
        ("Europe/Copenhagen", "2026-03-30T12:00:00Z", "2026-03-29T22:00:00Z"),
        ("Europe/Copenhagen", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z"),
    ],
)
def test_midnight_is_that_of_the_clock_on_the_shops_wall(zone, now, midnight, merchants):
    merchants["KINO1"].time_zone = zone

    found = policies.start_of_day(merchants["KINO1"], now=parse_datetime(now))

    assert found == parse_datetime(midnight)


def test_a_new_day_has_new_room(payment, clerk, time_machine):
    rules(payment.merchant, day_limit_minor=1500)
    ask(payment, clerk, 1500)
    time_machine.shift(timedelta(hours=12))

    refund = ask(payment, clerk, 1500)

    assert refund.state == "Requested"


def test_other_merchants_and_other_currencies_do_not_count(payment, clerk, merchants):
    rules(payment.merchant, day_limit_minor=1500, person_day_limit_minor=1500)
    elsewhere = new_payment(new_counter(merchants["BAGER7"]), state="Captured")
    new_refund(elsewhere, state="Created", created_at=parse_datetime(NOON))
    euros = new_payment(payment.point_of_sale, state="Captured", currency="EUR", order_id="order-2")
    new_refund(
        euros,
        state="Captured",
        origin="back_office",
        requester=clerk.user,
        created_at=parse_datetime(NOON),
        amount_minor=1500,
    )

    refund = ask(payment, clerk, 1500)

    assert refund.state == "Requested"


def test_without_ceilings_nothing_is_counted_and_no_policy_is_written_down(payment, clerk):
    refund = ask(payment, clerk, 100_000)

    assert (refund.state, Policy.objects.count()) == ("Requested", 0)


def test_ceilings_hold_for_all_stores_together(payment, clerk):
    rules(payment.merchant, day_limit_minor=1500)
    ask(payment, clerk, 1500)
    counter = new_counter(payment.merchant, store="Randers")
    person = hire("rita@kino.example", payment.merchant, Role.CLERK, stores=[counter.terminal.store])

    said = refusal(ask, new_payment(counter, state="Captured"), person, 100, kind=DayLimit)

    assert said == EVERYBODY.format("15.00")
