"""What was taken and what was paid back, counted: a payment when it was captured, a refund when it was paid.

A row is a currency, whatever it is counted by, and four numbers: sales, what they brought, refunds, what those took.
Days and hours are those of the current time zone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, F, Sum
from django.db.models.functions import ExtractHour, TruncDate
from django.utils import timezone

from payments.querysets import PaymentQuerySet
from portal.money import Money
from refunds.querysets import RefundQuerySet

Row = tuple[Any, ...]
_NUMBERS = 4
_CAPTURED = F("captured_minor")


@dataclass(frozen=True, slots=True)
class Sums:
    """How much was taken, and how much of what was taken, then or before, was paid back."""

    currency: str
    sales: int = 0
    gross_minor: int = 0
    refunds: int = 0
    refunded_minor: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.currency,
            self.sales + other.sales,
            self.gross_minor + other.gross_minor,
            self.refunds + other.refunds,
            self.refunded_minor + other.refunded_minor,
        )

    @property
    def gross(self) -> Money:
        return Money(self.gross_minor, self.currency)

    @property
    def refunded(self) -> Money:
        return Money(self.refunded_minor, self.currency)

    @property
    def net(self) -> Money:
        return self.gross - self.refunded


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def sales(payments: PaymentQuerySet, *by: str, taken: Any = _CAPTURED) -> Iterator[Row]:
    """Captured payments as rows; `taken` says how much of each counts."""
    found = payments.annotate(day=TruncDate("changed_at"), hour=ExtractHour("changed_at")).order_by()
    for row in found.values_list("currency", *by).annotate(number=Count("*"), minor=Sum(taken)):
        yield (*row, 0, 0)


def found_later(payments: PaymentQuerySet, *by: str) -> Iterator[Row]:
    """What of captured payments was captured at the network behind our back, and came into our books afterwards."""
    for row in sales(payments.filter(captured_elsewhere_minor__gt=0), *by, taken=F("captured_elsewhere_minor")):
        yield (*row[:-_NUMBERS], 0, *row[1 - _NUMBERS :])


def payouts(refunds: RefundQuerySet, *by: str) -> Iterator[Row]:
    """Paid refunds as rows: where their payments were taken."""
    found = refunds.annotate(
        day=TruncDate("changed_at"), hour=ExtractHour("changed_at"), terminal=F("payment__terminal")
    )
    for row in found.order_by().values_list("currency", *by).annotate(number=Count("*"), minor=Sum("amount_minor")):
        yield (*row[:-2], 0, 0, *row[-2:])


def add_up(rows: Iterable[Row]) -> dict[Row, Sums]:
    """The sums of all rows that have the same currency and are of the same."""
    found: dict[Row, Sums] = {}
    for row in rows:
        key, sums = row[:-_NUMBERS], Sums(row[0], *map(int, row[-_NUMBERS:]))
        found[key] = found[key] + sums if key in found else sums
    return found


def negative(row: Row) -> Row:
    """The row that takes this one back."""
    return (*row[:-_NUMBERS], *(-number for number in row[-_NUMBERS:]))


def only(rows: Iterable[Row], *places: int) -> Iterator[Row]:
    """The rows counted by fewer things: by those at these places alone."""
    for row in rows:
        yield (row[0], *(row[place] for place in places), *row[-_NUMBERS:])


def of(found: dict[Row, Sums], currency: str, *by: Any) -> Sums:
    """What was found of one currency and thing, which may be nothing."""
    return found.get((currency, *by), Sums(currency))
