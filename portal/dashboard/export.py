"""Figures as rows of one table, as the page shows them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.dashboard.books import Sums
from portal.dashboard.figures import Figures
from portal.dashboard.periods import Period
from portal.web.export import Column, Value


@dataclass(frozen=True, slots=True)
class _Row:
    by: str
    label: str
    sums: Sums


def _of(value: Callable[[Any], Value]) -> Callable[[_Row], Value]:
    return lambda row: value(row.sums)


COLUMNS: list[Column] = [
    Column("By", lambda row: row.by),
    Column("Name", lambda row: row.label),
    Column("Currency", _of(lambda sums: sums.currency)),
    Column("Sales", _of(lambda sums: Decimal(sums.sales))),
    Column("Gross", _of(lambda sums: sums.gross.major)),
    Column("Refunds", _of(lambda sums: Decimal(sums.refunds))),
    Column("Refunded", _of(lambda sums: sums.refunded.major)),
    Column("Net", _of(lambda sums: sums.net.major)),
]


def rows(found: list[Figures], period: Period) -> Iterator[_Row]:
    """The sum, hours, days or months, stores and terminals of each currency."""
    for figures in found:
        yield _Row("All", f"{period.first} to {period.last}", figures.total)
        parts = (
            ("Hour", figures.hours),
            ("Month" if period.is_by_month else "Day", figures.steps),
            ("Store", figures.stores),
            ("Terminal", figures.terminals),
        )
        for by, lines in parts:
            for line in lines:
                yield _Row(by, line.label, line.sums)
