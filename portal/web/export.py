"""Tables for a spreadsheet: CSV and XLSX, streamed, and never a formula of somebody else's making."""

from collections.abc import Callable, Iterable, Iterator
import csv
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import Enum, auto
from functools import partial
import re
import tempfile
from typing import Any, BinaryIO, cast

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
import xlsxwriter

from portal.web import numbers

# Most rows of a file by its kind: what a worker writes in some ten seconds, and a spreadsheet opens.
MOST_ROWS = {"csv": 250_000, "xlsx": 50_000}
_LONGEST_CELL = 32_767
_PIECE = 64 * 1024
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# Ids of which a spreadsheet would make another number, a date or an exponent.
_READ_OTHERWISE = re.compile(r"0\d+|\d{16,}|\d+[eE]\d+|\d[\d.,:/-]*[.,:/-]\d+")

Value = str | Decimal | datetime | None


class Kind(Enum):
    """How a spreadsheet is to take a column."""

    PLAIN = auto()
    # Stays the text that it is, whatever digits are in it.
    ID = auto()
    # Its title says whose clock it is.
    TIME = auto()


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    value: Callable[[Any], Value]
    kind: Kind = Kind.PLAIN


def respond(*, kind: str, name: str, columns: list[Column], rows: Iterable[Any], zone: tzinfo) -> HttpResponseBase:
    """The rows as a download called `name` with the ending of its kind; times are given in the zone.

    A CSV is written as the reader's spreadsheet reads it: with commas in amounts, semicolons part the cells.
    """
    lines = ([_local(column.value(row), zone) for column in columns] for row in rows)
    titles = [f"{column.title} ({zone})" if column.kind is Kind.TIME else column.title for column in columns]
    if kind == "xlsx":
        sheet = _xlsx(titles, lines, name=name.partition("-")[0].capitalize())
        response = StreamingHttpResponse(sheet, content_type=_XLSX)
    else:
        ids = [column.kind is Kind.ID for column in columns]
        # The language is asked for now: the file is written when the request is over.
        text = _csv(titles, lines, ids, point=numbers.point())
        response = StreamingHttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, text: str) -> str:
        return text


def _csv(titles: list[str], lines: Iterable[list[Value]], ids: list[bool], *, point: str) -> Iterator[str]:
    # Quoted throughout: where a semicolon parts cells, half a text could begin one as a formula.
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL, delimiter=";" if point == "," else ",")
    # By this mark spreadsheets recognise UTF-8.
    yield "\ufeff"
    yield cast("str", writer.writerow(titles))
    for line in lines:
        cells = [_id(value) if is_id else _plain(value, point) for value, is_id in zip(line, ids, strict=True)]
        yield cast("str", writer.writerow(cells))


def _id(value: Value) -> str:
    text = _plain(value, "")
    # The one formula that is ours says that what it holds is text.
    return f'="{text}"' if _READ_OTHERWISE.fullmatch(text) else text


def _plain(value: Value, point: str) -> str:
    if isinstance(value, datetime):
        # Without the zone, which no spreadsheet reads: the title has it.
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Decimal):
        return str(value).replace(".", point)
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        # A quote in front keeps a spreadsheet from reading the text as a formula.
        return f"'{value}"
    return value or ""


def _xlsx(titles: list[str], lines: Iterable[list[Value]], *, name: str) -> Iterator[bytes]:
    # A sheet is a zip file, whole before its first byte: it waits on disk, not in memory.
    with tempfile.TemporaryFile() as file:
        _write_xlsx(cast("BinaryIO", file), titles, lines, name)
        file.seek(0)
        yield from iter(partial(file.read, _PIECE), b"")


def _write_xlsx(file: BinaryIO, titles: list[str], lines: Iterable[list[Value]], name: str) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        formats = {
            Decimal: book.add_format({"num_format": "#,##0.00"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, titles, bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(titles) - 1, 20)
        row = 0
        for row, line in enumerate(lines, start=1):
            for column, value in enumerate(line):
                if isinstance(value, datetime):
                    # The format knows no time zones.
                    sheet.write_datetime(row, column, value.replace(tzinfo=None, microsecond=0), formats[datetime])
                elif isinstance(value, Decimal):
                    sheet.write_number(row, column, value, formats[Decimal])
                elif value:
                    sheet.write_string(row, column, value[:_LONGEST_CELL])
        sheet.autofilter(0, 0, row, len(titles) - 1)


def _local(value: Value, zone: tzinfo) -> Value:
    return value.astimezone(zone) if isinstance(value, datetime) else value
