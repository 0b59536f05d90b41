"""The list of refunds: what it shows, and what of it somebody asks for."""

from itertools import chain

from django.db import connection
from django.test.utils import CaptureQueriesContext
import pytest

from portal.operations.models import Operation
from refunds.models import Refund
from refunds.states import State
from tests.pages import all_of, column, errors, one, options, said, table, value_of
from tests.places import limited_to, sold
from tests.refunds.pages.forms import path, row
from tests.refunds.scenarios import ask

NOT_A_CHOICE = "Select a valid choice. That choice is not one of the available choices."


@pytest.fixture
def shelf(counter, odense, theirs, clerk):
    """Refunds that differ in everything that can be asked for."""
    row(theirs, State.REQUESTED)
    desk = {"origin": "back_office", "requester": clerk.user, "reason": "returned"}
    made = [
        ("asked", counter, State.REQUESTED, "2026-02-26T12:00:00Z", desk),
        ("declined", counter, State.DECLINED, "2026-02-27T12:00:00Z", desk),
        ("paid", odense, State.CAPTURED, "2026-02-28T12:00:00Z", {}),
        ("going", odense, State.INITIATED, "2026-03-01T12:00:00Z", {}),
    ]
    return {
        order: row(sold(place, order), state, at, refund_order_id=f"refund-{order}", **fields)
        for order, place, state, at, fields in made
    }


def found(person, **question):
    return " ".join(column(person.get("refunds/", **question), 0))


def test_the_list_shows_the_merchants_refunds_newest_first(clerk, payment, theirs):
    row(theirs, State.CAPTURED)
    ask(payment, clerk, 600, note="torn")
    row(payment, State.CAPTURED, at="2026-03-01T22:59:00Z", amount_minor=2106, refundable_before_minor=2106)

    page = clerk.get("refunds/")

    assert table(page) == [
        [
            "order-1",
            "6.00 DKK of 27.06 DKK",
            "Waiting for approval 0 of 1 approved · lapses in 1 d",
            "15:00:00 Carl",
            "Goods returned “torn”",
            "Aarhus",
        ],
        ["order-1", "21.06 DKK", "Paid back", "1 Mar 2026, 23:59 a till", "Asked for at a till", "Aarhus"],
    ]
    assert said(page, "caption") == ["Refunds, newest first"]


def test_a_row_leads_to_its_refund(clerk, payment):
    refund = ask(payment, clerk)

    link = one(clerk.get("refunds/"), "tbody/tr/td/a")

    assert link.get("href") == clerk.url(path(refund))


@pytest.mark.parametrize(
    ("state", "fields", "shown", "tone"),
    [
        (State.REQUESTED, {"approvals_needed": 2}, "Waiting for approval 0 of 2 approved · lapses in 23 h", "warn"),
        (State.APPROVED, {}, "Approved", "info"),
        (State.DECLINED, {}, "Declined", "bad"),
        (State.WITHDRAWN, {}, "Withdrawn", ""),
        (State.LAPSED, {}, "Lapsed", "bad"),
        (State.CREATED, {}, "Waiting for MobilePay", "info"),
        (State.CREATED, {"attempts": 1}, "Not known yet", "warn"),
        (State.INITIATED, {}, "On its way", "info"),
        (State.RESERVED, {}, "Reserved", "info"),
        (State.RESERVED, {"operation": Operation.CAPTURE}, "Reserved", "info"),
        (State.RESERVED, {"operation": Operation.CAPTURE, "attempts": 2}, "Not known yet", "warn"),
        (State.CAPTURED, {}, "Paid back", "good"),
        (State.EXPIRED_AND_CAPTURED, {}, "Paid back by itself", "good"),
        (State.CANCELLED_BY_CLIENT, {}, "Cancelled by the shop", ""),
        (State.CANCELLED_BY_MOBILEPAY, {}, "Refused by MobilePay", "bad"),
        (State.WAITING_FOR_BALANCE, {}, "Waiting for the store's balance tries again in 23 h", "warn"),
    ],
)
def test_a_state_is_told_in_words_and_in_a_colour(clerk, payment, state, fields, shown, tone):
    refund = row(payment, state, **fields)

    in_list, on_page = clerk.get("refunds/"), clerk.get(path(refund))

    assert column(in_list, 2) == [shown]
    tags = [one(in_list, "td/span", "tag"), one(on_page, "div[@class='top']/span", "tag")]
    assert [each.get("class").split()[1:] for each in tags] == [[tone] if tone else []] * 2
    assert shown.startswith(said(on_page, "div[@class='top']/span", "tag")[0])


def test_an_emergency_that_nobody_has_reviewed_is_marked(clerk, administrator, payment):
    stood_in = {"is_emergency": True, "first_approver": administrator.user, "approvals_needed": 1}
    row(payment, State.CAPTURED, **stood_in)

    assert column(clerk.get("refunds/"), 2) == ["Paid back To be reviewed"]


QUESTIONS = [
    ({}, "going paid declined asked"),
    ({"q": "paid"}, "paid"),
    ({"q": " paid "}, "paid"),
    ({"q": "pai"}, "paid"),
    ({"q": "aid"}, "paid"),
    ({"q": "#PAID"}, "paid"),
    ({"q": "pa"}, ""),
    ({"q": "refund-going"}, "going"),
    ({"state": "Requested"}, "asked"),
    ({"state": "Captured"}, "paid"),
    ({"state": "Lapsed"}, ""),
    ({"origin": "till"}, "going paid"),
    ({"origin": "back_office"}, "declined asked"),
    ({"first": "2026-02-28"}, "going paid"),
    ({"last": "2026-02-27"}, "declined asked"),
    ({"first": "2026-02-27", "last": "2026-02-28"}, "paid declined"),
    ({"first": "2026-02-28", "last": "2026-02-27"}, ""),
    ({"first": "0001-01-01", "last": "9999-12-31"}, "going paid declined asked"),
    ({"state": "Captured", "origin": "till", "q": "paid", "first": "2026-02-28", "last": "2026-02-28"}, "paid"),
    ({"state": "Captured", "origin": "back_office"}, ""),
    (
        {"tab": "", "q": "", "state": "", "store": "", "origin": "", "first": "", "last": ""},
        "going paid declined asked",
    ),
]


def test_a_question_finds_what_it_asks_for(clerk, shelf):
    answers = [(question, found(clerk, **question)) for question, _ in QUESTIONS]

    assert answers == QUESTIONS


def test_a_store_can_be_asked_for(clerk, shelf, counter, odense):
    assert found(clerk, store=odense.terminal.store_id) == "going paid"
    assert found(clerk, store=counter.terminal.store_id) == "declined asked"


def test_a_refund_is_found_by_its_id_and_its_payments_in_any_spelling(clerk, shelf):
    refund = shelf["going"]

    answers = [found(clerk, q=str(key).upper()) for key in (refund.pk, refund.payment_id)]

    assert answers == ["going", "going"]


WRONG = [
    ({"first": "2026-13-45"}, "Enter a valid date."),
    ({"last": "yesterday"}, "Enter a valid date."),
    ({"state": "Paid"}, "Select a valid choice. Paid is not one of the available choices."),
    ({"origin": "phone"}, "Select a valid choice. phone is not one of the available choices."),
    ({"store": "abc"}, NOT_A_CHOICE),
    ({"store": "9" * 30}, NOT_A_CHOICE),
    ({"q": "x" * 101}, "Ensure this value has at most 100 characters (it has 101)."),
    ({"q": "a\x00b"}, "Null characters are not allowed."),
]


def test_a_question_that_makes_no_sense_gets_a_message_and_no_rows(clerk, shelf):
    pages = [(question, clerk.get("refunds/", **question)) for question, _ in WRONG]

    assert [(question, *errors(page)) for question, page in pages] == WRONG
    assert [(page.status_code, table(page)) for _, page in pages] == [(200, [])] * len(WRONG)


def test_a_question_without_answer_says_so(clerk, shelf):
    page = clerk.get("refunds/", q="nothing like it")

    assert said(page, "p", "empty") == ["No refund fits this question. Show all"]


def test_an_empty_list_says_where_refunds_come_from(clerk, payment):
    assert said(clerk.get("refunds/"), "p", "empty") == [
        "No refund here. People ask for one from a payment, and tills for their customers."
    ]


def test_a_question_stays_in_the_address_and_in_the_form(clerk, shelf, odense):
    store = odense.terminal.store_id

    page = clerk.get("refunds/", tab="done", origin="till", store=store, q="paid")

    live, _, place = one(page, "div[@id='refund-table']").get("hx-get").partition("&page=")
    assert place
    assert live == clerk.url(f"refunds/?tab=done&origin=till&store={store}&q=paid")
    assert (value_of(page, "tab"), value_of(page, "q")) == ("done", "paid")
    chosen = [each.get("value") for each in all_of(page, "select/option") if "selected" in each.attrib]
    assert chosen == ["", str(store), "till"]


def test_clear_keeps_the_tab_and_forgets_the_rest(clerk, shelf):
    page = clerk.get("refunds/", tab="done", q="paid")

    [clear] = [each for each in all_of(page, "form[@role='search']//a") if each.text == "Clear"]

    assert clear.get("href") == "?tab=done"
    assert column(clerk.browser.get(clerk.url(f"refunds/{clear.get('href')}")), 0) == ["paid", "declined"]


def test_a_tab_alone_leaves_nothing_to_clear(clerk, shelf):
    assert said(clerk.get("refunds/", tab="done"), "form[@role='search']//a") == []


def test_another_merchants_refund_or_store_is_never_found(clerk, shelf, theirs):
    refund = Refund.objects.get(payment=theirs)

    pages = [clerk.get("refunds/", q=str(key)) for key in (refund.pk, theirs.pk, theirs.order_id)]
    by_store = clerk.get("refunds/", store=theirs.store_id)

    assert [(table(page), errors(page)) for page in pages] == [([], [])] * 3
    assert (table(by_store), errors(by_store)) == ([], [NOT_A_CHOICE])


def test_whoever_works_in_one_store_sees_only_that_one_and_has_nothing_to_choose(shelf, counter, odense):
    lone = limited_to(odense.terminal.store)

    page = lone.get("refunds/")
    elsewhere = lone.get("refunds/", store=counter.terminal.store_id)

    assert column(page, 0) == ["going", "paid"]
    assert options(page, "store") == []
    assert (table(elsewhere), errors(elsewhere)) == ([], [NOT_A_CHOICE])
    assert found(lone, q="asked") == ""


def walk(person, address):
    """The refunds of all pages from one on, each by its link."""
    pages = []
    while address is not None:
        page = person.browser.get(address)
        pages.append([each.get("id") for each in all_of(page, "tbody/tr/td/a")])
        onward = all_of(page, "a[@rel='next']")
        address = person.url(f"refunds/{onward[0].get('href')}") if onward else None
    return pages


@pytest.mark.parametrize(("tab", "is_newest_first"), [("progress", True), ("waiting", False)])
def test_all_pages_together_show_every_refund_once_in_order(clerk, payment, tab, is_newest_first):
    state = {"progress": State.APPROVED, "waiting": State.REQUESTED}[tab]
    made = [row(payment, state, at=f"2026-03-0{1 + number % 2}T12:00:00Z", amount_minor=1) for number in range(55)]
    made.sort(key=lambda refund: (refund.created_at, refund.pk), reverse=is_newest_first)

    pages = walk(clerk, clerk.url(f"refunds/?tab={tab}"))

    assert [len(page) for page in pages] == [50, 5]
    assert [*chain(*pages)] == [f"refund-{refund.pk}" for refund in made]


def test_the_pager_keeps_the_question_and_only_the_first_page_is_live(clerk, payment):
    for _ in range(51):
        row(payment, State.APPROVED, amount_minor=1)
    first = clerk.get("refunds/", tab="progress")
    onward = one(first, "a[@rel='next']").get("href")

    second = clerk.browser.get(clerk.url(f"refunds/{onward}"))

    assert said(second, "nav[@class='pager']//a") == ["First", "Previous"]
    assert one(second, "a[@rel='prev']").get("href").startswith("?tab=progress&page=")
    assert "hx-get" in one(first, "div[@id='refund-table']").attrib
    assert "hx-get" not in one(second, "div[@id='refund-table']").attrib
    assert "hx-get" not in one(clerk.get("refunds/", state="Paid"), "div[@id='refund-table']").attrib


def test_a_page_that_makes_no_sense_is_the_first_one(clerk, shelf):
    assert column(clerk.get("refunds/", page="nonsense"), 0) == ["going", "paid", "declined", "asked"]


def test_the_live_part_is_not_sent_again_until_something_changes(clerk, payment):
    refund = ask(payment, clerk)
    live = clerk.part("refunds/", "refund-table")
    again = clerk.part("refunds/", "refund-table", seen=live["X-Part"])
    Refund.objects.filter(pk=refund.pk).update(state=State.DECLINED)

    changed = clerk.part("refunds/", "refund-table", seen=live["X-Part"])

    assert (live.status_code, again.status_code, changed.status_code) == (200, 204, 200)
    assert (column(changed, 2), all_of(changed, "nav")) == (["Declined"], [])


@pytest.mark.parametrize("question", [{}, {"tab": "mine"}])
def test_more_rows_ask_no_more_of_the_database(asta, clerk, payment, question):
    counts = []

    for rounds in (1, 2):
        for _ in range(rounds):
            ask(payment, clerk, 500)
        asta.get("refunds/", **question)
        with CaptureQueriesContext(connection) as asked:
            page = asta.get("refunds/", **question)
        counts.append((len(table(page)), len(asked)))

    assert counts == [(1, counts[0][1]), (3, counts[0][1])]
    assert counts[0][1] <= 12
