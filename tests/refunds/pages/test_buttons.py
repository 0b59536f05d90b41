"""What each role may do about a refund in each state, and why it may not."""

from datetime import timedelta

from django.utils.dateparse import parse_datetime
import pytest

from payments.models import Payment
from portal.accounts.models import Membership
from portal.roles import Role
from refunds.models import Refund
from refunds.states import State
from tests.pages import all_of, buttons, tree, words
from tests.people import hire
from tests.refunds.pages.forms import path, row
from tests.refunds.scenarios import ask, rules

DECIDES = ["Approve…", "Decline…", "Proof"]
WITHDRAWS = ["Withdraw…", "Proof"]
CHECKS = ["Check now", "Proof"]
READS = ["Proof"]
LONG_AGO = parse_datetime("2025-12-01T12:00:00Z")


def reasons(page):
    """Why what is disabled is disabled, by its label."""
    told = {each.get("id"): words(each) for each in tree(page).iter() if each.get("id")}
    disabled = [each for each in tree(page).iter("button") if "disabled" in each.attrib]
    return {words(each): told.get(each.get("aria-describedby")) for each in disabled}


@pytest.fixture
def people(one_factor, clerk, kino):
    """Everybody by what they are; nobody but the first clerk has anything to do with the refund."""

    def find(who):
        if who == "who asked":
            return clerk
        return hire("some@kino.example", kino, who)

    return find


@pytest.mark.parametrize(
    ("who", "state", "shown"),
    [
        ("who asked", State.REQUESTED, WITHDRAWS),
        ("who asked", State.APPROVED, WITHDRAWS),
        ("who asked", State.WAITING_FOR_BALANCE, WITHDRAWS),
        ("who asked", State.CREATED, CHECKS),
        ("who asked", State.DECLINED, READS),
        (Role.CLERK, State.REQUESTED, READS),
        (Role.CLERK, State.APPROVED, READS),
        (Role.CLERK, State.INITIATED, CHECKS),
        (Role.CLERK, State.CAPTURED, READS),
        (Role.APPROVER, State.REQUESTED, DECIDES),
        (Role.APPROVER, State.APPROVED, READS),
        (Role.APPROVER, State.RESERVED, CHECKS),
        (Role.APPROVER, State.LAPSED, READS),
        (Role.ADMINISTRATOR, State.REQUESTED, ["Approve in an emergency…", *WITHDRAWS]),
        (Role.ADMINISTRATOR, State.APPROVED, WITHDRAWS),
        (Role.ADMINISTRATOR, State.WAITING_FOR_BALANCE, WITHDRAWS),
        (Role.ADMINISTRATOR, State.RESERVED, CHECKS),
        (Role.ADMINISTRATOR, State.CANCELLED_BY_MOBILEPAY, READS),
        (Role.AUDITOR, State.REQUESTED, READS),
        (Role.AUDITOR, State.INITIATED, READS),
    ],
)
def test_the_buttons_are_those_of_the_role_and_the_state(people, clerk, payment, who, state, shown):
    refund = row(payment, state, origin="back_office", requester=clerk.user, reason="returned")

    assert buttons(people(who).get(path(refund))) == shown


def test_the_buttons_carry_the_keys_and_the_addresses(approver, clerk, payment):
    refund = ask(payment, clerk)

    keyed = all_of(approver.get(path(refund)), "a[@data-key]")

    assert [(each.get("data-key"), each.get("href")) for each in keyed] == [
        ("a", approver.url(path(refund, "approve/"))),
        ("d", approver.url(path(refund, "decline/"))),
    ]


def test_nobody_approves_or_declines_what_they_asked_for(approver, payment):
    refund = ask(payment, approver)

    page = approver.get(path(refund))

    assert buttons(page) == ["(Approve…)", "(Decline…)", "Proof"]
    assert reasons(page) == {
        "Approve…": "You asked for this refund, so somebody else must approve it.",
        "Decline…": "You asked for this refund, so somebody else must decide about it.",
    }


def test_nobody_approves_twice(approver, payment):
    refund = row(payment, State.REQUESTED, approvals_needed=2, first_approver=approver.user)

    assert reasons(approver.get(path(refund))) == {
        "Approve…": "You have approved this refund already; it needs a second person."
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"state": "CancelledByMobilePay", "captured_minor": 0, "refund_committed_minor": 0},
            "The payment has changed since this was asked for: look at it again, and decline the request.",
        ),
        (
            {"changed_at": LONG_AGO},
            "The payment has become too old to be refunded. Decline the request and pay it back another way.",
        ),
    ],
)
def test_what_the_payment_no_longer_allows_can_only_be_declined(approver, clerk, payment, changes, reason):
    refund = ask(payment, clerk)
    Payment.objects.update(**changes)

    page = approver.get(path(refund))

    assert buttons(page) == ["(Approve…)", "Decline…", "Proof"]
    assert reasons(page) == {"Approve…": reason}


def test_what_has_waited_too_long_can_only_be_declined(approver, clerk, payment, time_machine):
    rules(payment.merchant, lifetime=timedelta(hours=1))
    refund = ask(payment, clerk)
    time_machine.shift(timedelta(hours=1))

    page = approver.get(path(refund))

    assert buttons(page) == ["(Approve…)", "Decline…", "Proof"]
    assert reasons(page) == {"Approve…": "This request has lapsed. Ask again if it is still wanted."}


def test_an_administrator_stands_in_only_when_no_approver_is_there(
    administrator, approver, clerk, payment, time_machine
):
    refund = ask(payment, clerk)
    while_there = administrator.get(path(refund))
    time_machine.shift(timedelta(minutes=30))

    in_the_end = administrator.get(path(refund))

    assert reasons(while_there) == {
        "Approve in an emergency…": "Asta can approve it. You may stand in when nobody has done so for 30 minutes."
    }
    assert (buttons(in_the_end)[0], reasons(in_the_end)) == ("Approve in an emergency…", {})


def test_an_administrator_does_not_stand_in_for_what_they_asked_for(administrator, payment):
    refund = ask(payment, administrator)

    page = administrator.get(path(refund))

    assert buttons(page) == ["(Approve in an emergency…)", "Withdraw…", "Proof"]
    assert reasons(page) == {"Approve in an emergency…": "You asked for this refund, so somebody else must approve it."}


def test_an_emergency_is_reviewed_by_somebody_who_took_no_part(administrator, approver, clerk, auditor, payment):
    stood_in = {"is_emergency": True, "first_approver": administrator.user, "approvals_needed": 1}
    refund = row(payment, State.CAPTURED, **stood_in)

    pages = [each.get(path(refund)) for each in (administrator, approver, clerk, auditor)]

    assert [buttons(page) for page in pages] == [["(Review…)", "Proof"], ["Review…", "Proof"], READS, READS]
    assert reasons(pages[0]) == {"Review…": "You took part in this refund, so somebody else must review it."}


def test_what_is_reviewed_is_not_reviewed_again(administrator, approver, second_approver, payment):
    stood_in = {"is_emergency": True, "first_approver": administrator.user, "approvals_needed": 1}
    refund = row(payment, State.CAPTURED, **stood_in, reviewer=approver.user, review="in_order")

    assert buttons(second_approver.get(path(refund))) == READS


def test_whoever_asked_and_may_no_longer_ask_withdraws_nothing(clerk, payment):
    refund = ask(payment, clerk)
    Membership.objects.filter(user=clerk.user).update(role=Role.AUDITOR)

    page = clerk.get(path(refund))
    refused = clerk.post(path(refund, "withdraw/"), reason="a mistake")

    assert (buttons(page), refused.status_code) == (READS, 403)
    assert Refund.objects.get().state == State.REQUESTED
