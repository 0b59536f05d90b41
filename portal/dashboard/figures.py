"""The figures of any period: gross, refunded and net, by hour, by day, by store and by terminal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Model
from django.db.models.functions import TruncMonth

from payments.models import Payment
from portal.accounts.models import User
from portal.dashboard import books
from portal.dashboard.books import Row, Sums
from portal.dashboard.models import Collected, StoreHour, TerminalDay
from portal.dashboard.periods import HOURS, Period
from portal.web import charts
from portal.web.charts import Chart
from refunds.models import Refund
from terminals.models import Merchant, Store, Terminal

# So many terminals are on the page; an export has them all.
TERMINALS = 100
# What is counted of days that are not added up yet, and where that stands in a row.
_BY = ("store", "terminal", "day", "hour")
_STORE, _TERMINAL, _DAY, _HOUR = range(1, 5)


@dataclass(frozen=True, slots=True)
class Line:
    """The sums of one hour, day, month, store or terminal."""

    label: str
    sums: Sums
    # What it is short for where room is scarce.
    short: str = ""
    # By which the list of payments knows it.
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything about one currency."""

    total: Sums
    hours: list[Line]
    # Days or months; none where the period is one day.
    steps: list[Line]
    stores: list[Line]
    terminals: list[Line]

    @property
    def biggest_terminals(self) -> list[Line]:
        return self.terminals[:TERMINALS]

    @property
    def has_more_terminals(self) -> bool:
        return len(self.terminals) > TERMINALS

    @property
    def hour_chart(self) -> Chart:
        return _chart(self.hours)

    @property
    def step_chart(self) -> Chart:
        return _chart(self.steps)


def read(*, merchant: Merchant, user: User, period: Period, store: Store | None = None) -> list[Figures]:
    """The figures of each currency that the merchant has, or had in that time, as far as the reader may see them."""
    source = _Source.of(merchant=merchant, user=user, period=period, store=store)
    live = list(source.live())
    hours = books.add_up(chain(source.hours.rows("hour"), books.only(live, _HOUR)))
    at_places = [*source.days.rows("store", "terminal"), *books.only(live, _STORE, _TERMINAL)]
    stores, places = books.add_up(books.only(at_places, 1)), books.add_up(at_places)
    steps = {} if period.is_one_day else books.add_up(source.steps(live))
    names = _names(Store, {store for _, store in stores})
    terminals = _names(Terminal, {terminal for _, _, terminal in places})
    return [
        Figures(
            total=sum((sums for (of, _), sums in hours.items() if of == currency), Sums(currency)),
            hours=[Line(f"{hour:02}:00", books.of(hours, currency, hour), f"{hour:02}") for hour in HOURS],
            steps=_steps(period, steps, currency),
            stores=_biggest(Line(names[pk], sums, key=pk) for (of, pk), sums in stores.items() if of == currency),
            terminals=_biggest(
                Line(f"{terminals[pk]}, {names[at]}", sums, key=pk)
                for (of, at, pk), sums in places.items()
                if of == currency
            ),
        )
        for currency in _currencies(merchant, hours)
    ]


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the numbers come from: days that are added up, and payments and refunds of all others."""

    period: Period
    hours: Any
    days: Any
    payments: Any
    # Of the days that are added up, what was captured elsewhere.
    later: Any
    refunds: Any

    @classmethod
    def of(cls, *, merchant: Merchant, user: User, period: Period, store: Store | None) -> "_Source":
        of_store = {"store": store} if store else {}
        models: tuple[Any, ...] = (StoreHour, TerminalDay, Payment, Refund)
        hours, days, payments, refunds = (
            model.objects.visible_to(user).for_merchant(merchant).filter(**of_store) for model in models
        )
        mark = Collected.objects.filter(merchant=merchant, time_zone=merchant.time_zone).first()
        # Days before that are added up.
        since = min(max(period.first, mark.until), period.after) if mark else period.first
        first, live, end = (books.midnight(day) for day in (period.first, since, period.after))
        return cls(
            period,
            hours.of_days(period.first, since),
            days.of_days(period.first, since),
            payments.taken_between(live, end),
            payments.taken_between(first, live),
            refunds.paid_between(live, end),
        )

    def live(self) -> Iterator[Row]:
        """What is not added up yet, by store, terminal, day and hour."""
        yield from books.sales(self.payments, *_BY)
        yield from books.found_later(self.later, *_BY)
        yield from books.payouts(self.refunds, *_BY)

    def steps(self, live: list[Row]) -> Iterator[Row]:
        """The same by day, or of a long period by month."""
        if not self.period.is_by_month:
            yield from self.days.rows("day")
            yield from books.only(live, _DAY)
            return
        yield from self.days.rows(TruncMonth("day"))
        for currency, day, *numbers in books.only(live, _DAY):
            yield (currency, day.replace(day=1), *numbers)


def _steps(period: Period, found: dict[Row, Sums], currency: str) -> list[Line]:
    steps = [] if period.is_one_day else period.steps
    return [_step(day, books.of(found, currency, day), is_month=period.is_by_month) for day in steps]


def _step(day: date, sums: Sums, *, is_month: bool) -> Line:
    if is_month:
        return Line(f"{day:%B %Y}", sums, f"{day:%b %y}")
    return Line(f"{day:%A} {day.day} {day:%B %Y}", sums, f"{day.day}")


def _biggest(lines: Iterator[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.sums.gross_minor, line.label, line.key))


def _currencies(merchant: Merchant, found: dict[Row, Sums]) -> list[str]:
    others = {currency for currency, _ in found} - set(merchant.currencies)
    return [*merchant.currencies, *sorted(others)]


def _names(model: type[Model], keys: set[int]) -> dict[int, str]:
    return dict(model._default_manager.filter(pk__in=keys).values_list("pk", "name"))  # noqa: SLF001 - Django's documented access


def _chart(lines: list[Line]) -> Chart:
    return charts.pairs([(line.short, line.sums.gross, line.sums.refunded) for line in lines])
