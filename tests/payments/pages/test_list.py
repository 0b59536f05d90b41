"""The list of payments: what it shows, and what of it somebody asks for."""

import pytest

from payments.states import State
from portal.operations.models import Operation
from tests.pages import column, errors, options, said, table
from tests.places import limited_to, new_counter, sold

NOT_A_CHOICE = "Select a valid choice. That choice is not one of the available choices."
NOT_AN_AMOUNT = "The amount must be a plain amount with a point and at most two decimals, such as 27.06."


@pytest.fixture
def aarhus(merchants):
    return new_counter(merchants["KINO1"])


@pytest.fixture
def odense(merchants):
    return new_counter(merchants["KINO1"], store="Odense", terminal="Bar")


@pytest.fixture
def theirs(merchants):
    """A sale of the other merchant that would fit every question asked here."""
    return sold(new_counter(merchants["BAGER7"]), "theirs", amount_minor=1000)


@pytest.fixture
def shelf(aarhus, odense, theirs):
    """Sales that differ in everything that can be asked for."""
    return {
        payment.order_id: payment
        for payment in (
            sold(aarhus, "ten", amount_minor=1000, at="2026-03-01T12:00:00Z"),
            sold(aarhus, "twenty", amount_minor=2000, at="2026-03-02T12:00:00Z", state=State.RESERVED),
            sold(odense, "thirty", amount_minor=3000, at="2026-03-03T12:00:00Z", state=State.CANCELLED_BY_USER),
            sold(aarhus, "asked", amount_minor=4000, at="2026-03-04T12:00:00Z", state=State.INITIATED),
            sold(
                odense,
                "doubt",
                amount_minor=5000,
                at="2026-03-05T12:00:00Z",
                state=State.RESERVED,
                operation=Operation.CAPTURE,
                operation_minor=5000,
            ),
            sold(odense, "empty", amount_minor=None, at="2026-03-06T12:00:00Z", state=State.PREPARED),
        )
    }


def found(person, **question):
    return column(person.get("payments/", **question), 2)


def test_the_list_shows_the_merchants_payments_newest_first(clerk, aarhus, theirs):
    sold(aarhus, "part", amount_minor=123450, captured_minor=100000, at="2026-03-01T22:59:59Z")
    sold(aarhus, "empty", amount_minor=None, state=State.PREPARED, at="2026-03-01T23:00:00Z")

    page = clerk.get("payments/")

    assert table(page) == [
        ["2 Mar 2026, 00:00", "—", "empty", "Prepared", "Kasse 1", "Aarhus"],
        ["1 Mar 2026, 23:59", "1,234.50 DKK captured 1,000.00 DKK", "part", "Captured", "Kasse 1", "Aarhus"],
    ]
    assert said(page, "caption") == ["Payments, newest first"]


def test_an_empty_list_says_that_the_first_payment_will_come_by_itself(clerk, theirs):
    page = clerk.get("payments/")

    assert table(page) == []
    assert said(page, "p", "empty") == [
        "No payment yet. The first one appears here by itself as soon as a till starts it."
    ]


QUESTIONS = [
    ({}, "empty doubt asked thirty twenty ten"),
    ({"state": "Captured"}, "ten"),
    ({"state": "CancelledByUser"}, "thirty"),
    ({"state": "Reserved"}, "doubt twenty"),
    ({"state": "open"}, "empty doubt asked twenty"),
    ({"state": "in-doubt"}, "doubt"),
    ({"q": "ten"}, "ten"),
    ({"q": " ten "}, "ten"),
    ({"q": "te"}, ""),
    ({"least": "20"}, "doubt asked thirty twenty"),
    ({"least": "20,01"}, "doubt asked thirty"),
    ({"most": "20.00"}, "twenty ten"),
    ({"least": "20", "most": "30"}, "thirty twenty"),
    ({"least": "30", "most": "20"}, ""),
    ({"first": "2026-03-04"}, "empty doubt asked"),
    ({"last": "2026-03-02"}, "twenty ten"),
    ({"first": "2026-03-02", "last": "2026-03-02"}, "twenty"),
    ({"first": "2026-03-03", "last": "2026-03-02"}, ""),
    ({"order": "oldest"}, "ten twenty thirty asked doubt empty"),
    ({"order": "largest"}, "doubt asked thirty twenty ten"),
    (
        {"q": "", "state": "", "store": "", "terminal": "", "least": "", "first": ""},
        "empty doubt asked thirty twenty ten",
    ),
]


def test_a_question_finds_what_it_asks_for(clerk, shelf):
    answers = [(question, " ".join(found(clerk, **question))) for question, _ in QUESTIONS]

    assert answers == QUESTIONS


def test_a_store_and_a_terminal_can_be_asked_for(clerk, shelf, aarhus, odense):
    of_store = found(clerk, store=odense.terminal.store_id)
    of_terminal = found(clerk, terminal=aarhus.terminal_id)
    of_both = found(clerk, store=odense.terminal.store_id, terminal=aarhus.terminal_id)

    assert of_store == ["empty", "doubt", "thirty"]
    assert of_terminal == ["asked", "twenty", "ten"]
    assert of_both == []


def test_a_payment_is_found_by_its_id_in_any_spelling(clerk, shelf):
    wanted = str(shelf["ten"].pk)

    assert found(clerk, q=wanted) == ["ten"]
    assert found(clerk, q=wanted.upper()) == ["ten"]


def test_an_order_that_is_called_like_an_id_is_found_too(clerk, aarhus):
    sold(aarhus, "0d9f1a52-7d0e-4b8f-9a41-0c5d2e7b1a01")

    assert found(clerk, q="0d9f1a52-7d0e-4b8f-9a41-0c5d2e7b1a01") == ["0d9f1a52-7d0e-4b8f-9a41-0c5d2e7b1a01"]


def test_everything_can_be_asked_for_at_once(clerk, shelf, aarhus):
    question = {
        "q": "twenty",
        "state": "Reserved",
        "store": aarhus.terminal.store_id,
        "terminal": aarhus.terminal_id,
        "first": "2026-03-02",
        "last": "2026-03-02",
        "least": "20",
        "most": "20",
        "order": "largest",
    }
    matched = found(clerk, **question)
    almost = [found(clerk, **{**question, name: wrong}) for name, wrong in (("q", "ten"), ("least", "20.01"))]

    assert (matched, almost) == (["twenty"], [[], []])


def test_a_question_without_answer_says_so(clerk, shelf):
    page = clerk.get("payments/", q="nothing like it")

    assert said(page, "p", "empty") == ["No payment fits this question. Show all"]


WRONG = [
    ({"first": "2026-13-45"}, "Enter a valid date."),
    ({"last": "yesterday"}, "Enter a valid date."),
    ({"least": "cheap"}, NOT_AN_AMOUNT),
    ({"least": "-1"}, NOT_AN_AMOUNT),
    ({"most": "1e3"}, NOT_AN_AMOUNT),
    (
        {"most": "1.000"},
        "1.000 can be read in two ways. Write it with two decimals, such as 1234.00.",
    ),
    ({"least": "9" * 30}, "The amount must have at most 12 digits."),
    ({"state": "Paid"}, "Select a valid choice. Paid is not one of the available choices."),
    (
        {"state": "Created' OR 1=1"},
        "Select a valid choice. Created' OR 1=1 is not one of the available choices.",
    ),
    ({"store": "abc"}, NOT_A_CHOICE),
    ({"store": "9" * 30}, NOT_A_CHOICE),
    ({"terminal": "0"}, NOT_A_CHOICE),
    ({"order": "-amount_minor"}, "Select a valid choice. -amount_minor is not one of the available choices."),
    ({"order": "pk"}, "Select a valid choice. pk is not one of the available choices."),
    ({"q": "x" * 101}, "Ensure this value has at most 100 characters (it has 101)."),
    ({"q": "a\x00b"}, "Null characters are not allowed."),
]


def test_a_question_that_makes_no_sense_gets_a_message_and_no_rows(clerk, shelf):
    pages = [(question, clerk.get("payments/", **question)) for question, _ in WRONG]

    assert [(question, *errors(page)) for question, page in pages] == WRONG
    assert [(page.status_code, table(page)) for _, page in pages] == [(200, [])] * len(WRONG)


def test_another_merchants_store_or_terminal_in_the_address_shows_nothing(clerk, shelf, theirs):
    by_store = clerk.get("payments/", store=theirs.store_id)
    by_terminal = clerk.get("payments/", terminal=theirs.terminal_id)
    by_id = clerk.get("payments/", q=str(theirs.pk))

    assert (table(by_store), errors(by_store)) == ([], [NOT_A_CHOICE])
    assert (table(by_terminal), errors(by_terminal)) == ([], [NOT_A_CHOICE])
    assert (table(by_id), errors(by_id)) == ([], [])


def test_whoever_works_in_one_store_sees_only_that_one_and_has_nothing_to_choose(shelf, aarhus, odense):
    lone = limited_to(odense.terminal.store)

    page = lone.get("payments/")
    elsewhere = lone.get("payments/", store=aarhus.terminal.store_id)
    by_id = lone.get("payments/", q="ten")

    assert column(page, 2) == ["empty", "doubt", "thirty"]
    assert (options(page, "store"), options(page, "terminal")) == ([], [])
    assert (table(elsewhere), errors(elsewhere)) == ([], [NOT_A_CHOICE])
    assert table(by_id) == []


def test_a_sale_stays_with_its_store_when_the_terminal_moves(shelf, aarhus, odense):
    aarhus.terminal.store = odense.terminal.store
    aarhus.terminal.save()
    lone = limited_to(odense.terminal.store)

    assert found(lone) == ["empty", "doubt", "thirty"]
    assert found(lone, terminal=aarhus.terminal_id) == []


def test_stores_and_terminals_are_offered_by_name(clerk, aarhus, odense, theirs):
    page = clerk.get("payments/", store=odense.terminal.store_id)

    assert options(page, "store") == ["All stores", "Aarhus", "Kino Nord Aarhus", "Odense"]
    assert options(page, "terminal") == [
        "All terminals",
        "Kasse 1, Aarhus",
        "Kasse 1, Kino Nord Aarhus",
        "Kasse 2, Kino Nord Aarhus",
        "Bar, Odense",
    ]


@pytest.mark.parametrize(
    ("zone", "orders"), [("Europe/Copenhagen", ["spring", "morning"]), ("Europe/Helsinki", ["morning"])]
)
def test_a_day_is_one_of_the_merchants_own_time_zone(clerk, aarhus, merchants, zone, orders):
    # The night in which summer time begins: the day has 23 hours.
    sold(aarhus, "before", at="2026-03-28T21:59:59Z")
    sold(aarhus, "morning", at="2026-03-28T23:00:00Z")
    sold(aarhus, "spring", at="2026-03-29T21:59:59Z")
    sold(aarhus, "after", at="2026-03-29T22:00:00Z")
    merchants["KINO1"].time_zone = zone
    merchants["KINO1"].save()

    assert found(clerk, first="2026-03-29", last="2026-03-29") == orders


@pytest.mark.parametrize("question", [{"first": "0001-01-01"}, {"last": "9999-12-31"}])
def test_the_first_and_the_last_day_of_the_calendar_can_be_asked_for(clerk, shelf, question):
    page = clerk.get("payments/", **question)

    assert page.status_code == 200
    assert column(page, 2) == ["empty", "doubt", "asked", "thirty", "twenty", "ten"]


def test_what_was_paid_back_in_part_or_whole_can_be_asked_for(clerk, aarhus):
    for order, refunded in (("none", 0), ("part", 100), ("whole", 2706)):
        sold(aarhus, order, refunded_minor=refunded, refund_committed_minor=refunded)

    assert found(clerk, state="partly-refunded") == ["part"]
    assert found(clerk, state="refunded") == ["whole"]
