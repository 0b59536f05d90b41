"""The tabs above the list: what waits for whom, what is under way, what is done."""

import pytest

from refunds.states import State
from tests.pages import all_of, column, errors, options, said, table
from tests.places import sold
from tests.refunds.pages.forms import row

FOR_ALL = ["Waiting", "In progress", "Done", "All"]
OLDEST = "Refunds, oldest first"
NEWEST = "Refunds, newest first"


@pytest.fixture
def shelf(counter):
    """One refund in every state, each an hour later than the one before; orders are called like states."""
    for hour, state in enumerate(State):
        row(sold(counter, state.value), state, at=f"2026-03-01T{hour:02}:00:00Z")


@pytest.mark.parametrize(
    ("who", "tabs"),
    [
        ("clerk", ["Asked by you", *FOR_ALL]),
        ("auditor", FOR_ALL),
        ("approver", ["Waiting for you", *FOR_ALL]),
        ("administrator", ["Waiting for you", "Asked by you", *FOR_ALL]),
        ("platform", ["Waiting for you", "Asked by you", *FOR_ALL]),
    ],
)
def test_waiting_for_you_is_for_those_who_decide(request, kino, who, tabs):
    page = request.getfixturevalue(who).get("refunds/")

    assert said(page, "nav[@class='tabs']/a") == tabs


@pytest.mark.parametrize(
    ("tab", "label", "orders", "caption"),
    [
        ("waiting", "Waiting", ["Requested"], OLDEST),
        (
            "progress",
            "In progress",
            ["WaitingForBalance", "Reserved", "Initiated", "Created", "Approved"],
            NEWEST,
        ),
        (
            "done",
            "Done",
            [
                "ExpiredAndCaptured",
                "CancelledByMobilePay",
                "CancelledByClient",
                "Captured",
                "Lapsed",
                "Withdrawn",
                "Declined",
            ],
            NEWEST,
        ),
        ("", "All", [each.value for each in reversed(State)], NEWEST),
    ],
)
def test_a_tab_shows_its_refunds(clerk, shelf, tab, label, orders, caption):
    page = clerk.get("refunds/", tab=tab)

    assert column(page, 0) == orders
    assert said(page, "caption") == [caption]
    assert said(page, "nav[@class='tabs']/a[@aria-current='page']") == [label]


def test_a_tab_can_be_narrowed_down(clerk, shelf):
    assert column(clerk.get("refunds/", tab="done", state="Lapsed"), 0) == ["Lapsed"]
    assert column(clerk.get("refunds/", tab="done", state="Requested"), 0) == []


@pytest.mark.parametrize(
    ("tab", "offered"),
    [
        ("waiting", []),
        (
            "progress",
            [
                "Any state",
                "MobilePay says otherwise",
                "Approved",
                "Waiting for MobilePay",
                "On its way",
                "Reserved",
                "Waiting for the store's balance",
            ],
        ),
        (
            "done",
            [
                "Any state",
                "MobilePay says otherwise",
                "Declined",
                "Withdrawn",
                "Lapsed",
                "Paid back",
                "Cancelled by the shop",
                "Refused by MobilePay",
                "Paid back by itself",
            ],
        ),
        ("", ["Any state", "MobilePay says otherwise", *[each.label for each in State]]),
    ],
)
def test_a_tab_offers_the_states_that_its_refunds_can_be_in(clerk, kino, tab, offered):
    assert options(clerk.get("refunds/", tab=tab), "state") == offered


def test_the_tabs_lead_to_their_lists_without_the_filters(approver, kino):
    links = all_of(approver.get("refunds/", tab="done", q="x"), "nav[@class='tabs']/a")

    ends = [each.get("href").removeprefix(approver.url("refunds/")) for each in links]
    assert ends == ["?tab=mine", "?tab=waiting", "?tab=progress", "?tab=done", ""]


def test_a_tab_that_there_is_not_is_told_and_shows_nothing(clerk, shelf):
    page = clerk.get("refunds/", tab="paid")

    assert (page.status_code, table(page)) == (200, [])
    assert errors(page) == ["Select a valid choice. paid is not one of the available choices."]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ({"tab": "mine"}, "Nothing waits for you. New requests appear here by themselves."),
        ({"tab": "mine", "q": "x"}, "No refund fits this question. Show all"),
        ({"tab": "waiting"}, "No refund here. People ask for one from a payment, and tills for their customers."),
        ({"tab": "done", "q": "x"}, "No refund fits this question. Show all"),
    ],
)
def test_an_empty_tab_says_what_will_come(approver, kino, question, sentence):
    assert said(approver.get("refunds/", **question), "p", "empty") == [sentence]


def test_show_all_stays_in_the_tab(approver, kino):
    [link] = all_of(approver.get("refunds/", tab="waiting", q="x"), "p[@class='empty']/a")

    assert link.get("href") == "?tab=waiting"


def test_what_somebody_asked_for_is_a_tab_of_their_own(clerk, administrator, counter):
    desk = {"origin": "back_office", "reason": "returned"}
    row(sold(counter, "mine"), State.REQUESTED, requester=clerk.user, **desk)
    row(sold(counter, "other"), State.REQUESTED, requester=administrator.user, **desk)
    row(sold(counter, "till"), State.CAPTURED)

    assert [each[0] for each in table(clerk.get("refunds/", tab="asked"))] == ["mine"]


def test_refunds_are_found_by_whoever_took_part(auditor, clerk, approver, administrator, counter):
    desk = {"origin": "back_office", "reason": "returned", "requester": clerk.user, "approvals_needed": 1}
    row(sold(counter, "approved"), State.CAPTURED, first_approver=approver.user, **desk)
    row(sold(counter, "waiting"), State.REQUESTED, **desk)

    page = auditor.get("refunds/")
    found = {
        person.user.name: [each[0] for each in table(auditor.get("refunds/", person=person.user.pk))]
        for person in (clerk, approver)
    }

    assert options(page, "person") == ["Anybody", approver.user.name, clerk.user.name]
    assert {name: sorted(orders) for name, orders in found.items()} == {
        clerk.user.name: ["approved", "waiting"],
        approver.user.name: ["approved"],
    }
    assert errors(auditor.get("refunds/", person=administrator.user.pk)) == [
        "Select a valid choice. That choice is not one of the available choices."
    ]
