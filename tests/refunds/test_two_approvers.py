"""A large refund needs two people who agree, and they must be two."""

import pytest

from portal.audit.models import Entry
from refunds.models import Notification
from tests.refunds.factories import sale
from tests.refunds.scenarios import (
    approve,
    ask,
    at_mobilepay,
    books,
    decline,
    fresh,
    last_seen,
    refusal,
    rules,
    stand_in,
    told,
    told_mobilepay,
    traces,
    withdraw,
    work,
)

TWICE = "You have approved this refund already; it needs a second person. Nothing was changed."


@pytest.fixture
def payment(simulator, pos):
    payment = sale(simulator, pos)
    rules(payment.merchant, two_approvers_above_minor=999)
    return payment


@pytest.fixture
def large(payment, clerk):
    """A request that needs two approvals."""
    return ask(payment, clerk, 1000)


def test_a_refund_above_the_second_limit_is_paid_once_two_people_have_agreed(
    large, payment, approver, second_approver, simulator
):
    first = approve(large, approver)
    work()
    between = (told(large), books(payment), told_mobilepay(simulator))
    second = approve(large, second_approver)
    work()

    assert (first.state, first.approvals, first.approvals_needed) == ("Requested", 1, 2)
    assert between == (["Requested"], (2706, 1000, 0), 0)
    assert (second.state, second.first_approver, second.second_approver) == (
        "Approved",
        approver.user,
        second_approver.user,
    )
    assert (fresh(large).state, books(payment)) == ("Captured", (2706, 1000, 1000))
    assert at_mobilepay(simulator, payment) == [(large.refund_order_id, 1000, "Captured")]


def test_both_approvals_are_written_down_and_each_asks_for_what_is_missing(large, approver, second_approver):
    approve(large, approver)
    letters = list(large.notifications.order_by("pk").values_list("kind", "state"))
    approve(large, second_approver)

    entries = Entry.objects.about(large).filter(action="refund:approved").order_by("pk")
    assert list(entries.values_list("actor", flat=True)) == ["asta@kino.example", "bent@kino.example"]
    assert letters == [("asked", "Requested"), ("asked", "Requested")]
    assert Notification.objects.count() == 2


def test_one_person_does_not_approve_twice(large, approver, simulator):
    approve(large, approver)
    before = traces(large)

    said = refusal(approve, large, approver)

    work()
    assert (said, traces(large), told_mobilepay(simulator)) == (TWICE, before, 0)


def test_one_person_does_not_approve_and_stand_in(large, administrator, simulator):
    stand_in(large, administrator)
    before = traces(large)

    said = [refusal(deed, large, administrator) for deed in (approve, stand_in)]

    work()
    assert (said, traces(large), told_mobilepay(simulator)) == ([TWICE] * 2, before, 0)


def test_whoever_asked_is_not_the_second_approver(large, clerk, approver, simulator):
    approve(large, approver)
    before = traces(large)

    said = refusal(approve, large, clerk)

    work()
    assert said == "You asked for this refund, so somebody else must approve it. Nothing was changed."
    assert (traces(large), told_mobilepay(simulator)) == (before, 0)


def test_one_approval_does_not_keep_a_request_from_lapsing(large, payment, approver, second_approver, time_machine):
    approve(large, approver)
    time_machine.move_to(large.lapses_at, tick=False)
    work()
    before = traces(large)

    said = refusal(approve, large, second_approver)

    assert said == "This refund is not waiting for approval: it is lapsed. Nothing was changed."
    assert (traces(large), told(large), books(payment)) == (before, ["Requested", "Lapsed"], (2706, 0, 0))


@pytest.mark.parametrize("who", ["approver", "second_approver"])
def test_a_refund_with_one_approval_can_be_declined_by_any_approver(who, large, payment, approver, request):
    approve(large, approver)

    declined = decline(large, request.getfixturevalue(who))

    assert (declined.state, told(large), books(payment)) == ("Declined", ["Requested", "Declined"], (2706, 0, 0))


def test_a_refund_with_one_approval_can_be_withdrawn(large, payment, clerk, approver):
    approve(large, approver)

    withdrawn = withdraw(large, clerk)

    assert (withdrawn.state, books(payment)) == ("Withdrawn", (2706, 0, 0))


def test_an_administrator_stands_in_for_the_second_approver_when_none_but_the_first_is_there(
    large, approver, second_approver, administrator
):
    last_seen(approver, minutes=1)
    last_seen(second_approver, hours=13)
    approve(large, approver)

    approved = stand_in(large, administrator)

    assert (approved.state, approved.second_approver, approved.is_emergency) == ("Approved", administrator.user, True)


def test_the_mark_of_an_emergency_stays_when_an_approver_comes_second(large, administrator, approver):
    last_seen(approver, hours=13)
    stand_in(large, administrator)

    approved = approve(large, approver)

    assert (approved.state, approved.is_emergency, fresh(large).is_emergency) == ("Approved", True, True)
    assert (approved.first_approver, approved.second_approver) == (administrator.user, approver.user)
