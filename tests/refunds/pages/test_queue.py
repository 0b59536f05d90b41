"""What waits for one person: requests to decide, the one that waits longest first, and emergencies to review."""

import pytest

from portal.roles import Role
from refunds.models import Refund
from refunds.states import State
from tests.pages import all_of, column, one, said, table, words
from tests.people import hire
from tests.places import limited_to, sold
from tests.refunds.pages.forms import path, row
from tests.refunds.scenarios import ask


def queue(person):
    return person.get("refunds/", tab="mine")


def keys(page):
    """The keys that press something, and where that leads."""
    return [(each.get("data-key"), each.get("href")) for each in all_of(page, "tbody/tr/td//a[@data-key]")]


@pytest.fixture
def emergency(payment, clerk, administrator):
    """Paid because an administrator stood in for an approver."""
    return row(
        payment,
        State.CAPTURED,
        origin="back_office",
        requester=clerk.user,
        reason="returned",
        approvals_needed=1,
        first_approver=administrator.user,
        is_emergency=True,
    )


def test_the_queue_shows_who_waits_longest_first(approver, counter):
    for order, hour in (("second", 10), ("third", 11), ("first", 9)):
        row(sold(counter, order), State.REQUESTED, at=f"2026-03-02T{hour:02}:00:00Z", approvals_needed=1)

    page = queue(approver)

    assert column(page, 0) == ["first Aarhus", "second Aarhus", "third Aarhus"]
    assert said(page, "caption") == ["Refunds, oldest first"]
    assert column(page, 5) == ["Approve… Decline…"] * 3


def test_every_row_is_approved_and_declined_by_a_key(approver, clerk, payment):
    refund = ask(payment, clerk)

    page = queue(approver)

    assert keys(page) == [
        ("a", approver.url(path(refund, "approve/"))),
        ("d", approver.url(path(refund, "decline/"))),
    ]
    shown = [(words(each), each.get("aria-keyshortcuts")) for each in all_of(page, "tbody/tr/td//a[@data-key]")]
    assert shown == [("Approve…", "a"), ("Decline…", "d")]
    assert "data-rows" in one(page, "table").attrib


def test_a_tills_request_waits_for_the_approver_like_any_other(approver, payment):
    row(payment, State.REQUESTED, approvals_needed=1)

    assert table(queue(approver)) == [
        [
            "order-1 Aarhus",
            "10.00 DKK of 27.06 DKK",
            "Waiting for approval 0 of 1 approved · lapses in 23 h",
            "14:30:00 a till",
            "Asked for at a till",
            "Approve… Decline…",
        ]
    ]


def test_ones_own_request_waits_for_somebody_else(approver, second_approver, payment):
    ask(payment, approver)

    assert (table(queue(approver)), len(table(queue(second_approver)))) == ([], 1)


def test_what_one_has_approved_waits_for_somebody_else(approver, second_approver, payment):
    row(payment, State.REQUESTED, approvals_needed=2, first_approver=approver.user)

    assert table(queue(approver)) == []
    assert column(queue(second_approver), 2) == ["Waiting for approval 1 of 2 approved · lapses in 23 h"]


@pytest.mark.parametrize("state", [state for state in State if state != State.REQUESTED])
def test_what_is_not_waiting_for_approval_is_in_nobodys_queue(approver, payment, state):
    row(payment, state)

    assert table(queue(approver)) == []


def test_an_emergency_waits_for_those_who_review_it(approver, administrator, emergency, kino):
    other = hire("axel@kino.example", kino, Role.ADMINISTRATOR)

    pages = {"approver": queue(approver), "other": queue(other), "who stood in": queue(administrator)}

    assert [column(page, 5) for page in pages.values()] == [["Review…"], ["Review…"], []]
    assert keys(pages["approver"]) == []
    [link] = all_of(pages["approver"], "tbody/tr/td//a", "button")
    assert link.get("href") == approver.url(path(emergency, "review/"))


def test_a_reviewed_emergency_waits_no_longer(approver, second_approver, emergency):
    Refund.objects.update(reviewer=second_approver.user, review="in_order")

    assert table(queue(approver)) == []


def test_an_administrator_is_not_asked_to_approve(administrator, clerk, payment):
    ask(payment, clerk)

    assert table(queue(administrator)) == []


@pytest.mark.parametrize("who", ["clerk", "auditor"])
def test_nothing_waits_for_those_who_decide_nothing(request, payment, emergency, who):
    row(payment, State.REQUESTED, approvals_needed=1)

    page = queue(request.getfixturevalue(who))

    assert (table(page), said(page, "p", "empty")) == (
        [],
        ["Nothing waits for you. New requests appear here by themselves."],
    )


def test_an_approver_of_one_store_decides_about_that_one(one_factor, payment, odense, theirs):
    for each in (payment, theirs, sold(odense, "order-2")):
        row(each, State.REQUESTED, approvals_needed=1)
    lone = limited_to(odense.terminal.store, role=Role.APPROVER)

    assert column(queue(lone), 0) == ["order-2 Odense"]
