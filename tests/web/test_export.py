"""Tables for a spreadsheet, read back with what spreadsheets are read with."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
import io
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as some
from openpyxl import load_workbook
import pytest

from portal.web import export, numbers
from portal.web.export import MOST_ROWS, Column, Kind

# A response that is closed looks after the database's connections, too.
pytestmark = pytest.mark.django_db

COPENHAGEN, HELSINKI = ZoneInfo("Europe/Copenhagen"), ZoneInfo("Europe/Helsinki")
COLUMNS = [
    Column("Text", lambda row: row.text),
    Column("Amount", lambda row: row.amount),
    Column("When", lambda row: row.at),
]
SUMMER = datetime(2026, 7, 1, 22, 30, 15, 999_999, tzinfo=UTC)
WINTER = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
# What spreadsheets take for the beginning of a formula.
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    '=HYPERLINK("http://evil.example")',
    "=cmd|' /C calc'!A0",
]
# What comes into our columns is text from forms, tills and MobilePay: no lone surrogates, no NUL.
texts = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
words = some.text(some.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30)


def _row(text="", amount=None, at=None):
    return SimpleNamespace(text=text, amount=amount, at=at)


def _sent(kind, rows, zone=COPENHAGEN, columns=COLUMNS):
    response = export.respond(kind=kind, name="payments-2026-01-15", columns=columns, rows=iter(rows), zone=zone)
    content = b"".join(response.streaming_content)
    response.close()
    return response, content


def _csv(rows, **options):
    _, content = _sent("csv", rows, **options)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _sheets(rows, **options):
    _, content = _sent("xlsx", rows, **options)
    book = load_workbook(io.BytesIO(content))
    return [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]


def _cells(rows):
    _, content = _sent("xlsx", rows)
    return list(load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2))


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_table_is_a_download_that_nobody_keeps(kind, content_type):
    response, _ = _sent(kind, [_row("x")])

    assert {name: response.headers[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")} == {
        "Content-Type": content_type,
        "Content-Disposition": f'attachment; filename="payments-2026-01-15.{kind}"',
        "Cache-Control": "no-store",
    }


def test_a_csv_is_marked_as_utf_8_and_has_a_line_for_each_row():
    _, content = _sent(
        "csv", [_row("Ærø; “Kro”", Decimal("1234.50"), WINTER), _row('say "hi", you\nthere', None, None)]
    )

    assert (
        content
        == (
            '\ufeff"Text","Amount","When"\r\n"Ærø; “Kro”","1234.50","2026-01-15 13:00:00"\r\n'
            '"say ""hi"", you\nthere","",""\r\n'
        ).encode()
    )


def test_a_sheet_has_a_bold_frozen_heading_and_a_row_for_each():
    _, content = _sent(
        "xlsx", [_row("Ærø", Decimal("1234.50"), WINTER), _row("", None, None), _row("x", Decimal(0), None)]
    )

    sheet = load_workbook(io.BytesIO(content)).active
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == [
        ["Text", "Amount", "When"],
        ["Ærø", 1234.5, datetime(2026, 1, 15, 13, 0)],  # noqa: DTZ001 - sheets know no zones
        [None, None, None],
        ["x", 0, None],
    ]
    assert ([cell.font.bold for cell in sheet[1]], sheet.freeze_panes) == ([True] * 3, "A2")
    assert (sheet.title, sheet.auto_filter.ref) == ("Payments", "A1:C4")
    assert (sheet["B2"].number_format, sheet["C2"].number_format) == ("#,##0.00", "yyyy-mm-dd hh:mm:ss")


@pytest.mark.parametrize("kind", MOST_ROWS)
def test_a_table_without_rows_has_its_heading(kind):
    shown = {"csv": lambda: [_csv([])], "xlsx": lambda: _sheets([])}[kind]()

    assert shown == [[["Text", "Amount", "When"]]]


@pytest.mark.parametrize(
    ("zone", "hours"),
    [(COPENHAGEN, ("00:30:15", "13:00:00")), (HELSINKI, ("01:30:15", "14:00:00"))],
)
def test_times_are_given_in_the_zone(zone, hours):
    found = _csv([_row(at=SUMMER), _row(at=WINTER)], zone=zone)

    assert [row[2] for row in found[1:]] == [f"2026-07-02 {hours[0]}", f"2026-01-15 {hours[1]}"]


@pytest.mark.parametrize("kind", MOST_ROWS)
def test_the_title_of_a_time_says_whose_clock_it_is(kind):
    columns = [Column("When", lambda row: row.at, Kind.TIME)]
    shown = {"csv": lambda: [_csv([], columns=columns, zone=HELSINKI)], "xlsx": lambda: _sheets([], columns=columns)}

    zone = {"csv": HELSINKI, "xlsx": COPENHAGEN}[kind]
    assert shown[kind]() == [[[f"When ({zone})"]]]


def test_a_csv_is_written_as_the_readers_spreadsheet_reads_it():
    with numbers.as_asked_for("da"):
        _, content = _sent("csv", [_row("x", Decimal("1234.50"), WINTER)])

    assert content.decode("utf-8-sig").splitlines() == [
        '"Text";"Amount";"When"',
        '"x";"1234,50";"2026-01-15 13:00:00"',
    ]


def test_a_sheet_tells_the_same_second_as_a_csv():
    [sheet] = _sheets([_row(at=SUMMER), _row(at=WINTER)], zone=HELSINKI)

    assert [row[2].isoformat(" ") for row in sheet[1:]] == [
        "2026-07-02 01:30:15",
        "2026-01-15 14:00:00",
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_stays_text_in_a_csv(text):
    [_, [shown, *_]] = _csv([_row(text)])

    assert shown == f"'{text}"


@pytest.mark.parametrize(
    "text", [*FORMULAS, "http://evil.example", "mailto:x@evil.example", "internal:Sheet1!A1", "{=1+1}"]
)
def test_a_text_stays_text_in_a_sheet_whatever_it_looks_like(text):
    [[cell, *_]] = _cells([_row(text)])

    assert (cell.data_type, cell.value.replace("_x000D_", "\r"), cell.hyperlink) == ("s", text, None)


@pytest.mark.parametrize("amount", ["0.01", "-0.01", "1234567890.12", "9999999999.99", "-27.06"])
def test_an_amount_is_a_number_to_its_last_minor_unit(amount):
    [[_, cell, _]] = _cells([_row(amount=Decimal(amount))])
    [_, [_, shown, _]] = _csv([_row(amount=Decimal(amount))])

    assert (cell.data_type, f"{cell.value:.2f}", shown) == ("n", amount, amount)


@given(some.lists(texts, min_size=1, max_size=4))
@settings(deadline=None, max_examples=60)
def test_a_csv_says_every_text_and_begins_no_formula(given_texts):
    rows = _csv([_row(text) for text in given_texts])[1:]

    shown = [row[0] for row in rows]
    assert [each.removeprefix("'") for each in shown] == [each.removeprefix("'") for each in given_texts]
    assert [each for each in shown if each[:1] in set("=+-@\t\r\n")] == []


@given(some.lists(words, min_size=1, max_size=4))
@settings(deadline=None, max_examples=30)
def test_a_sheet_says_every_text(given_texts):
    [sheet] = _sheets([_row(text, Decimal(1)) for text in given_texts])

    assert [row[0] or "" for row in sheet[1:]] == given_texts


@pytest.mark.parametrize("text", ["\x0b", "\x1f", "\ufffe", "\uffff", "a\x08b", "_x0041_", "x" * 40_000, "]]>", "<&>"])
def test_a_sheet_opens_with_letters_that_no_sheet_can_hold(text):
    [[cell, *_]] = _cells([_row(text)])

    assert (cell.data_type, cell.value is None) == ("s", False)


def test_a_csv_is_streamed_as_its_rows_come():
    asked = []

    def rows():
        for number in range(3):
            asked.append(number)
            yield _row(str(number))

    response = export.respond(kind="csv", name="x", columns=COLUMNS, rows=rows(), zone=COPENHAGEN)
    stream = iter(response.streaming_content)
    before = [next(stream), next(stream), list(asked)]
    first = [next(stream), list(asked)]
    response.close()

    assert before == ["\ufeff".encode(), b'"Text","Amount","When"\r\n', []]
    assert first == [b'"0","",""\r\n', [0]]
