"""Tables for a spreadsheet: CSV and XLSX, streamed, and never a formula of somebody else's making."""

from collections.abc import Callable, Iterable, Iterator
import csv
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import partial
import tempfile
from typing import Any, BinaryIO, cast

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
import xlsxwriter

# Most rows of a file by its kind: what a worker writes in some ten seconds, and a spreadsheet opens.
MOST_ROWS = {"csv": 250_000, "xlsx": 50_000}
_LONGEST_CELL = 32_767
_PIECE = 64 * 1024
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

Value = str | Decimal | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    value: Callable[[Any], Value]


def respond(*, kind: str, name: str, columns: list[Column], rows: Iterable[Any], zone: tzinfo) -> HttpResponseBase:
    """The rows as a download called `name` with the ending of its kind; times are given in the zone."""
    lines = ([_local(column.value(row), zone) for column in columns] for row in rows)
    titles: list[Value] = [column.title for column in columns]
    body, content_type = (_xlsx, _XLSX) if kind == "xlsx" else (_csv, "text/csv; charset=utf-8")
    response = StreamingHttpResponse(body(titles, lines), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, text: str) -> str:
        return text


def _csv(titles: list[Value], lines: Iterable[list[Value]]) -> Iterator[str]:
    # Quoted throughout: where a semicolon parts cells, half a text could begin one as a formula.
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    # By this mark spreadsheets recognise UTF-8.
    yield "\ufeff"
    yield cast("str", writer.writerow(titles))
    for line in lines:
        yield cast("str", writer.writerow([_plain(value) for value in line]))


def _plain(value: Value) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        # A quote in front keeps a spreadsheet from reading the text as a formula.
        return f"'{value}"
    return "" if value is None else str(value)


def _xlsx(titles: list[Value], lines: Iterable[list[Value]]) -> Iterator[bytes]:
    # A sheet is a zip file, whole before its first byte: it waits on disk, not in memory.
    with tempfile.TemporaryFile() as file:
        _write_xlsx(cast("BinaryIO", file), titles, lines)
        file.seek(0)
        yield from iter(partial(file.read, _PIECE), b"")


def _write_xlsx(file: BinaryIO, titles: list[Value], lines: Iterable[list[Value]]) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        formats = {
            Decimal: book.add_format({"num_format": "#,##0.00"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, titles, bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(titles) - 1, 20)
        for row, line in enumerate(lines, start=1):
            for column, value in enumerate(line):
                if isinstance(value, datetime):
                    # The format knows no time zones.
                    sheet.write_datetime(row, column, value.replace(tzinfo=None, microsecond=0), formats[datetime])
                elif isinstance(value, Decimal):
                    sheet.write_number(row, column, value, formats[Decimal])
                elif value:
                    sheet.write_string(row, column, value[:_LONGEST_CELL])


def _local(value: Value, zone: tzinfo) -> Value:
    return value.astimezone(zone) if isinstance(value, datetime) else value
