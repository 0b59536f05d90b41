"""Refunds taken away as CSV and XLSX: exactly what was asked for, and written down."""

from datetime import datetime

from django.utils.dateparse import parse_datetime
import pytest

from portal.audit.models import Entry
from refunds.models import Refund
from refunds.states import State
from tests.pages import all_of, errors, table
from tests.payments.pages.test_export import body, lines
from tests.places import limited_to, sold
from tests.refunds.pages.forms import row

KINDS = pytest.mark.parametrize("kind", ["csv", "xlsx"])
TITLES = [
    "Asked (Europe/Copenhagen)",
    "Refund",
    "Refund order",
    "Order",
    "Payment",
    "Store",
    "Terminal",
    "State",
    "Amount",
    "Left before",
    "Currency",
    "Reason",
    "Note",
    "Asked by",
    "First approver",
    "Second approver",
    "Emergency",
    "Reviewed by",
    "Review",
    "At MobilePay",
    "Last changed (Europe/Copenhagen)",
    "Paid back at (Europe/Copenhagen)",
    "Payment at MobilePay",
    "Store id",
    "Terminal id",
]


def orders(response):
    return [line[3] for line in lines(response)[1:]]


def exports():
    return list(Entry.objects.filter(action="refund:exported").values_list("actor", "merchant_id", "details"))


@pytest.fixture
def eventful(payment, clerk, administrator, approver, second_approver):
    """A refund with everything that can be said about one."""
    return row(
        payment,
        State.CAPTURED,
        origin="back_office",
        requester=clerk.user,
        reason="faulty",
        note="torn",
        approvals_needed=2,
        first_approver=administrator.user,
        second_approver=approver.user,
        is_emergency=True,
        reviewer=second_approver.user,
        review="in_order",
        remote_id="8f0c",
    )


def cells(refund, asked, amounts, nothing=""):
    """What a file says of the eventful refund."""
    return [
        asked,
        str(refund.pk),
        refund.refund_order_id,
        "order-1",
        str(refund.payment_id),
        "Aarhus",
        "Kasse 1",
        "Paid back",
        *amounts,
        "DKK",
        "Faulty goods",
        "torn",
        "Carl <carl@kino.example>",
        "Anna <anna@kino.example>",
        "Asta <asta@kino.example>",
        "yes",
        "Bent <bent@kino.example>",
        "In order",
        "8f0c",
        asked,
        asked,
        refund.payment.remote_id,
        refund.store.store_id,
        refund.payment.terminal.terminal_id,
    ]


def test_a_csv_holds_every_column_in_the_merchants_time(clerk, eventful):
    response = clerk.get("refunds/export.csv")

    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert "no-store" in response["Cache-Control"].split(", ")
    assert lines(response) == [TITLES, cells(eventful, "2026-03-02 14:30:00", ["10.00", "27.06"])]


def test_an_xlsx_holds_numbers_and_times_that_can_be_counted_with(clerk, eventful):
    response = clerk.get("refunds/export.xlsx")

    asked = datetime(2026, 3, 2, 14, 30)  # noqa: DTZ001 - the format knows no time zones
    assert lines(response) == [TITLES, cells(eventful, asked, [10, 27.06])]


def test_what_a_till_asked_for_has_nobodys_name(clerk, payment):
    row(payment, State.CAPTURED)

    [_, line] = lines(clerk.get("refunds/export.csv"))

    assert line[11:20] == ["Asked for at a till", "", "Till", "", "", "", "", "", ""]


@KINDS
def test_the_file_is_named_after_the_day_at_the_merchants(clerk, kind, time_machine):
    time_machine.move_to(parse_datetime("2026-03-02T23:30:00Z"), tick=False)

    response = clerk.get(f"refunds/export.{kind}")
    body(response)

    assert response["Content-Disposition"] == f'attachment; filename="refunds-2026-03-03.{kind}"'


@pytest.mark.parametrize(("tab", "state"), [("", State.APPROVED), ("waiting", State.REQUESTED)])
def test_an_export_is_the_whole_list_in_the_lists_order(clerk, payment, tab, state):
    made = [row(payment, state, at=f"2026-03-0{1 + number % 2}T12:00:00Z", amount_minor=1) for number in range(55)]
    made.sort(key=lambda refund: (refund.created_at, refund.pk), reverse=not tab)

    ids = [line[1] for line in lines(clerk.get("refunds/export.csv", tab=tab))[1:]]

    assert ids == [str(refund.pk) for refund in made]


@KINDS
def test_an_export_holds_exactly_what_is_filtered(clerk, counter, odense, theirs, kind):
    for place, order, state in (
        (counter, "wanted", State.CAPTURED),
        (counter, "declined", State.DECLINED),
        (counter, "waiting", State.REQUESTED),
        (odense, "elsewhere", State.CAPTURED),
    ):
        row(sold(place, order), state)
    row(theirs, State.CAPTURED)
    question = {"tab": "done", "state": "Captured", "store": counter.terminal.store_id, "page": "last"}

    response = clerk.get(f"refunds/export.{kind}", **question)

    assert orders(response) == ["wanted"]


@KINDS
def test_an_export_never_holds_another_merchants_refund(clerk, payment, theirs, kind):
    row(payment, State.CAPTURED)
    row(theirs, State.CAPTURED)

    everything = orders(clerk.get(f"refunds/export.{kind}"))
    by_id = orders(clerk.get(f"refunds/export.{kind}", q=str(Refund.objects.get(payment=theirs).pk)))

    assert (everything, by_id) == (["order-1"], [])


@KINDS
def test_whoever_works_in_one_store_exports_that_store(counter, odense, kind):
    row(sold(counter, "hidden"), State.CAPTURED)
    row(sold(odense, "shown"), State.CAPTURED)
    lone = limited_to(odense.terminal.store)

    assert orders(lone.get(f"refunds/export.{kind}")) == ["shown"]


@KINDS
def test_the_queue_is_exported_as_its_reader_sees_it(approver, clerk, counter, kind):
    row(sold(counter, "to decide"), State.REQUESTED, approvals_needed=1)
    desk = {"origin": "back_office", "requester": approver.user, "reason": "returned", "approvals_needed": 1}
    row(sold(counter, "own"), State.REQUESTED, **desk)

    answers = [orders(each.get(f"refunds/export.{kind}", tab="mine")) for each in (approver, clerk)]

    assert answers == [["to decide"], []]


@KINDS
@pytest.mark.parametrize(
    "question", [{"first": "never"}, {"state": "Paid"}, {"origin": "phone"}, {"store": "9" * 30}, {"q": "a\x00b"}]
)
def test_a_question_that_makes_no_sense_exports_nothing_and_leads_to_its_message(clerk, payment, kind, question):
    row(payment, State.CAPTURED)

    answer = clerk.get(f"refunds/export.{kind}", **question)

    page = clerk.browser.get(answer["Location"])
    assert (answer.status_code, table(page), len(errors(page))) == (302, [], 1)
    assert exports() == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_nothing_in_a_csv_is_a_formula(clerk, payment, start):
    row(payment, State.CAPTURED, note=f"{start}HYPERLINK(1)", refund_order_id=f"{start}1")

    [_, line] = lines(clerk.get("refunds/export.csv"))

    assert (line[2], line[12]) == (f"'{start}1", f"'{start}HYPERLINK(1)")


def test_nothing_in_an_xlsx_is_a_formula(clerk, payment):
    row(payment, State.CAPTURED, note="=HYPERLINK(1)", refund_order_id="=1+1")

    [_, line] = lines(clerk.get("refunds/export.xlsx"))

    assert (line[2], line[12]) == ("=1+1", "=HYPERLINK(1)")


@KINDS
def test_an_export_is_written_down_with_its_question(clerk, payment, kino, kind):
    row(payment, State.CAPTURED)

    body(clerk.get(f"refunds/export.{kind}", tab="done", state="Captured", page="last", more="x"))

    assert exports() == [("carl@kino.example", kino.pk, {"question": {"tab": "done", "state": "Captured"}})]


@pytest.mark.parametrize("kind", ["pdf", "CSV", "csv.exe", ""])
def test_there_is_no_other_kind_of_file(clerk, payment, kind):
    assert clerk.get(f"refunds/export.{kind}").status_code == 404
    assert exports() == []


def test_the_lists_links_export_what_the_list_shows(clerk, counter):
    row(sold(counter, "kept"), State.CAPTURED)
    row(sold(counter, "left out"), State.REQUESTED)

    page = clerk.get("refunds/", tab="done", page="last")

    links = [each.get("href") for each in all_of(page, "div[@class='top']//a")]
    assert links == [f"{clerk.url('refunds/export.')}{kind}?tab=done" for kind in ("csv", "xlsx")]
    assert [orders(clerk.browser.get(link)) for link in links] == [["kept"], ["kept"]]
