"""Payments taken away as CSV and XLSX: exactly what was asked for, and written down."""

import csv
from datetime import datetime
import io

from django.utils.dateparse import parse_datetime
from openpyxl import load_workbook
import pytest

from payments.states import State
from portal.audit.models import Entry
from portal.operations.models import Operation
from tests.pages import errors, table
from tests.places import limited_to, new_counter, sold

TITLES = [
    "Started (Europe/Copenhagen)",
    "Order",
    "Payment",
    "Store",
    "Terminal",
    "State",
    "Amount",
    "Captured",
    "Refunded",
    "Currency",
    "Last changed (Europe/Copenhagen)",
    "At MobilePay",
    "Captured at (Europe/Copenhagen)",
    "Store id",
    "Terminal id",
]
KINDS = pytest.mark.parametrize("kind", ["csv", "xlsx"])


@pytest.fixture
def counter(merchants):
    return new_counter(merchants["KINO1"])


def body(response):
    """All of the file: one that is not read to its end is not closed either."""
    return b"".join(response.streaming_content)


def lines(response):
    """The rows of an exported file, titles first, with plain values."""
    content = body(response)
    if content.startswith(b"PK"):
        return [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def orders(response):
    return [line[1] for line in lines(response)[1:]]


def exports():
    return list(Entry.objects.filter(action="payment:exported").values_list("actor", "merchant_id", "details"))


def test_a_csv_holds_every_column_in_the_merchants_time(clerk, counter):
    payment = sold(
        counter, "order-1", amount_minor=123450, captured_minor=100000, refund_committed_minor=50, refunded_minor=50
    )

    response = clerk.get("payments/export.csv")

    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert "no-store" in response["Cache-Control"].split(", ")
    assert lines(response) == [
        TITLES,
        [
            "2026-03-02 13:00:00",
            "order-1",
            str(payment.pk),
            "Aarhus",
            "Kasse 1",
            "Partly refunded",
            "1234.50",
            "1000.00",
            "0.50",
            "DKK",
            "2026-03-02 13:00:00",
            payment.remote_id,
            "2026-03-02 13:00:00",
            counter.terminal.store.store_id,
            counter.terminal.terminal_id,
        ],
    ]


def test_an_xlsx_holds_numbers_and_times_that_can_be_counted_with(clerk, counter):
    payment = sold(
        counter, "order-1", amount_minor=123450, captured_minor=100000, refund_committed_minor=50, refunded_minor=50
    )

    response = clerk.get("payments/export.xlsx")

    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "no-store" in response["Cache-Control"].split(", ")
    noon = datetime(2026, 3, 2, 13)  # noqa: DTZ001 - the format knows no time zones
    assert lines(response) == [
        TITLES,
        [
            *(noon, "order-1", str(payment.pk), "Aarhus", "Kasse 1", "Partly refunded", 1234.5, 1000, 0.5, "DKK", noon),
            *(payment.remote_id, noon, counter.terminal.store.store_id, counter.terminal.terminal_id),
        ],
    ]


@KINDS
def test_the_file_is_named_after_the_day_at_the_merchants(clerk, kind, time_machine):
    time_machine.move_to(parse_datetime("2026-03-02T23:30:00Z"), tick=False)

    response = clerk.get(f"payments/export.{kind}")
    body(response)

    assert response["Content-Disposition"] == f'attachment; filename="payments-2026-03-03.{kind}"'


@KINDS
def test_what_has_no_amount_yet_or_is_in_doubt_is_told_so(clerk, counter, kind):
    sold(counter, "empty", amount_minor=None, state=State.PREPARED, at="2026-03-02T12:00:00Z")
    doubt = {"state": State.RESERVED, "operation": Operation.CAPTURE, "operation_minor": 2706}
    sold(counter, "doubt", at="2026-03-01T12:00:00Z", **doubt)

    _, empty, in_doubt = lines(clerk.get(f"payments/export.{kind}"))

    nothing = "" if kind == "csv" else None
    assert (empty[1], empty[5], empty[6], empty[12]) == ("empty", "Prepared", nothing, nothing)
    assert (in_doubt[1], in_doubt[5]) == ("doubt", "Not known yet")


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ("newest", lambda line: (line[0], line[2])),
        ("oldest", lambda line: (line[0], line[2])),
        ("largest", lambda line: (float(line[6]), line[2])),
    ],
)
def test_an_export_is_the_whole_list_in_the_lists_order(clerk, counter, order, key):
    for number in range(60):
        sold(counter, f"order-{number}", at=f"2026-03-0{1 + number % 3}T12:00:00Z", amount_minor=1000 + number % 4)
    # Has no place among amounts, on the page as in the file.
    sold(counter, "empty", state=State.PREPARED, amount_minor=None, at="2026-03-09T12:00:00Z")

    [_, *whole] = lines(clerk.get("payments/export.csv", order=order))
    as_xlsx = orders(clerk.get("payments/export.xlsx", order=order))

    assert whole == sorted(whole, key=key, reverse=order != "oldest")
    assert as_xlsx == [line[1] for line in whole]
    assert sorted(as_xlsx) == sorted([f"order-{number}" for number in range(60)] + ["empty"] * (order != "largest"))


@KINDS
def test_an_export_holds_exactly_what_is_filtered(clerk, counter, merchants, kind):
    other = new_counter(merchants["KINO1"], store="Odense")
    sold(counter, "wanted", amount_minor=1000)
    sold(counter, "dear", amount_minor=9000)
    sold(other, "elsewhere", amount_minor=1000)
    sold(new_counter(merchants["BAGER7"]), "theirs", amount_minor=1000)

    response = clerk.get(f"payments/export.{kind}", store=counter.terminal.store_id, most="10", page="last")

    assert orders(response) == ["wanted"]


@KINDS
def test_whoever_works_in_one_store_exports_that_store(counter, merchants, kind):
    other = new_counter(merchants["KINO1"], store="Odense")
    sold(counter, "hidden")
    sold(other, "shown")
    lone = limited_to(other.terminal.store)

    everything = orders(lone.get(f"payments/export.{kind}"))
    elsewhere = lone.get(f"payments/export.{kind}", store=counter.terminal.store_id)

    assert (everything, elsewhere.status_code) == (["shown"], 302)
    assert errors(lone.browser.get(elsewhere["Location"])) == [
        "Select a valid choice. That choice is not one of the available choices."
    ]


@KINDS
@pytest.mark.parametrize(
    "question", [{"first": "never"}, {"state": "Paid"}, {"least": "1.000"}, {"store": "9" * 30}, {"q": "a\x00b"}]
)
def test_a_question_that_makes_no_sense_exports_nothing_and_leads_to_its_message(clerk, counter, kind, question):
    sold(counter, "order-1")

    answer = clerk.get(f"payments/export.{kind}", **question)

    page = clerk.browser.get(answer["Location"])
    assert (answer.status_code, table(page), len(errors(page))) == (302, [], 1)
    assert exports() == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_nothing_in_a_csv_is_a_formula(clerk, merchants, start):
    hostile = f"{start}HYPERLINK(1)"
    sold(new_counter(merchants["KINO1"], store=hostile, terminal=hostile), hostile)

    [_, line] = lines(clerk.get("payments/export.csv"))

    assert (line[1], line[3], line[4]) == (f"'{hostile}", f"'{hostile}", f"'{hostile}")


def test_nothing_in_an_xlsx_is_a_formula_or_a_link(clerk, merchants):
    sold(new_counter(merchants["KINO1"], store="http://evil.example", terminal="=1+1"), "=HYPERLINK(1)")

    book = load_workbook(io.BytesIO(body(clerk.get("payments/export.xlsx"))))

    cells = {cell.column_letter: cell for cell in book.active[2]}
    assert [(cells[each].data_type, cells[each].value, cells[each].hyperlink) for each in "BDE"] == [
        ("s", "=HYPERLINK(1)", None),
        ("s", "http://evil.example", None),
        ("s", "=1+1", None),
    ]


@KINDS
def test_an_export_is_written_down_with_its_question(clerk, counter, merchants, kind):
    sold(counter, "order-1")

    body(clerk.get(f"payments/export.{kind}", state="Captured", least="10,50"))

    assert exports() == [
        ("carl@kino.example", merchants["KINO1"].pk, {"question": {"state": "Captured", "least": "10,50"}})
    ]


def test_the_audit_row_of_an_export_stays_short_whatever_stands_in_the_address(clerk, counter):
    body(clerk.get("payments/export.csv", state="Captured", **{"y" * 5000: "z", "page": "x" * 5000}))

    assert exports()[0][2] == {"question": {"state": "Captured"}}


@pytest.mark.parametrize("kind", ["pdf", "CSV", "csv.exe", ""])
def test_there_is_no_other_kind_of_file(clerk, counter, kind):
    sold(counter, "order-1")

    response = clerk.get(f"payments/export.{kind}")

    assert response.status_code == 404
    assert exports() == []


def test_the_lists_links_export_what_the_list_shows(clerk, counter):
    sold(counter, "kept", amount_minor=1000)
    sold(counter, "left out", amount_minor=9000)

    page = clerk.get("payments/", most="10", page="last")

    for kind in ("csv", "xlsx"):
        address = f"{clerk.url('payments/export.')}{kind}?most=10"
        assert f'href="{address}"'.encode() in page.content
        assert orders(clerk.browser.get(address)) == ["kept"]


def test_a_danish_reader_gets_a_file_that_a_danish_spreadsheet_reads(clerk, counter):
    sold(counter, "0012", amount_minor=123450)

    response = clerk.browser.get(clerk.url("payments/export.csv"), headers={"Accept-Language": "da-DK,da;q=0.9"})

    _, line = body(response).decode("utf-8-sig").splitlines()
    assert line.split(";")[:2] == ['"2026-03-02 13:00:00"', '"=""0012"""']
    assert line.split(";")[6:8] == ['"1234,50"', '"1234,50"']


@pytest.mark.parametrize("order", ["0012", "12345678901234567890", "12E5", "10-12", "1.5", "3/4", "12:30"])
def test_an_order_stays_what_it_is_in_a_spreadsheet(clerk, counter, order):
    sold(counter, order)

    [as_csv] = orders(clerk.get("payments/export.csv"))
    [as_xlsx] = orders(clerk.get("payments/export.xlsx"))

    assert (as_csv, as_xlsx) == (f'="{order}"', order)


@pytest.mark.parametrize("order", ["10234", "A-1", "K1-0012", "E5", "0"])
def test_an_order_that_no_spreadsheet_changes_is_written_as_it_is(clerk, counter, order):
    sold(counter, order)

    assert orders(clerk.get("payments/export.csv")) == [order]
