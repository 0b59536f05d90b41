"""The days that figures are about, and how they are split for a chart."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
HOURS = range(24)
# More than these are shown month by month.
MOST_DAYS_APART = 62
# A decade: what a chart of months has room for.
LONGEST = timedelta(days=3660)


class Named(models.TextChoices):
    """The periods that have a name."""

    TODAY = "today", "Today"
    YESTERDAY = "yesterday", "Yesterday"
    WEEK = "week", "This week"
    MONTH = "month", "This month"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both ends included."""

    first: date
    last: date

    @property
    def after(self) -> date:
        return self.last + DAY

    @property
    def is_one_day(self) -> bool:
        return self.first == self.last

    @property
    def is_by_month(self) -> bool:
        return self.after - self.first > MOST_DAYS_APART * DAY

    @property
    def steps(self) -> list[date]:
        """Its days, or of a long one the first days of its months."""
        if not self.is_by_month:
            return [self.first + DAY * place for place in range((self.after - self.first).days)]
        months, last = [self.first.replace(day=1)], self.last.replace(day=1)
        while months[-1] < last:
            months.append(_next_month(months[-1]))
        return months


def named(name: str, *, today: date) -> Period:
    """The period of that name: weeks begin on Monday, and weeks and months are whole."""
    if name == Named.YESTERDAY:
        return Period(today - DAY, today - DAY)
    if name == Named.WEEK:
        monday = today - DAY * today.weekday()
        return Period(monday, monday + WEEK - DAY)
    if name == Named.MONTH:
        first = today.replace(day=1)
        return Period(first, _next_month(first) - DAY)
    return Period(today, today)


def _next_month(first: date) -> date:
    return (first + 31 * DAY).replace(day=1)
