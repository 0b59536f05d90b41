"""The figures of the front page: what was taken today, and how that compares."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from django.db.models import Sum
from django.db.models.functions import TruncHour
from django.utils import timezone

from payments.models import Payment
from payments.querysets import PaymentQuerySet
from portal.accounts.models import User
from portal.money import Money
from portal.web import charts
from portal.web.charts import Bar
from terminals.models import Merchant

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
# What was captured in this very moment counts.
CLOCK_RESOLUTION = timedelta(seconds=1)
OPENING, HOURS = 8, 24
# More than that, in per cent, says only that there was little before.
_HIGHEST_PERCENTAGE = 999


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the day: what was taken in it today, and on the same weekday before."""

    label: str
    taken: Money
    before: Money


@dataclass(frozen=True, slots=True)
class Takings:
    """What a merchant took today in one currency, by hour and by store, beside the same weekday before.

    `before` is what had been taken by this time of day; `percent` compares with it and is None when that was nothing.
    """

    today: Money
    before: Money
    percent: int | None
    hours: list[Hour]
    stores: list[tuple[str, Money]]

    @property
    def is_up(self) -> bool:
        return self.today.minor >= self.before.minor

    @property
    def change(self) -> str:
        """The comparison in words: `+12 %`; nothing where there was next to nothing to compare with."""
        return "" if self.percent is None or self.percent > _HIGHEST_PERCENTAGE else f"{self.percent:+d} %"

    @property
    def bars(self) -> list[tuple[Bar, Bar]]:
        """For each hour a bar of the same weekday before, and today's in front of it."""
        highest = max(max(hour.taken.minor, hour.before.minor) for hour in self.hours)
        before = charts.bars([(hour.label, hour.before.minor) for hour in self.hours], highest=highest)
        today = charts.bars([(hour.label, hour.taken.minor) for hour in self.hours], highest=highest)
        return list(zip(before, today, strict=True))


def takings(*, merchant: Merchant, user: User, now: datetime) -> list[Takings]:
    """Today's takings for each of the merchant's currencies, as far as the reader may see them."""
    payments = Payment.objects.visible_to(user).for_merchant(merchant)
    today, before = timezone.localdate(now), timezone.localdate(now) - WEEK
    taken = _by_hour(payments.taken_between(_midnight(today), now + CLOCK_RESOLUTION))
    earlier = _by_hour(payments.taken_between(_midnight(before), _midnight(before + DAY)))
    # The same time of day by the clock on the wall, also when clocks have changed in between.
    same_time = timezone.make_aware(timezone.localtime(now).replace(tzinfo=None) - WEEK)
    by_now = payments.taken_between(_midnight(before), same_time).values("currency")
    sums = {row["currency"]: row["minor"] for row in by_now.annotate(minor=Sum("captured_minor"))}
    return [_of(currency, taken, earlier, Money(sums.get(currency, 0), currency)) for currency in merchant.currencies]


_Row = tuple[str, datetime, str, int]


def _by_hour(payments: PaymentQuerySet) -> list[_Row]:
    hours = payments.annotate(hour=TruncHour("changed_at")).values_list("currency", "hour", "store__name")
    return list(hours.annotate(minor=Sum("captured_minor")))


def _of(currency: str, taken: list[_Row], earlier: list[_Row], before: Money) -> Takings:
    hours, stores, hours_before = Counter[int](), Counter[str](), Counter[int]()
    for of_currency, hour, store, minor in taken:
        if of_currency == currency:
            hours[hour.hour] += minor
            stores[store] += minor
    for of_currency, hour, _, minor in earlier:
        if of_currency == currency:
            hours_before[hour.hour] += minor
    total = hours.total()
    first = min([*hours, *hours_before, OPENING])
    return Takings(
        today=Money(total, currency),
        before=before,
        percent=int(Fraction((total - before.minor) * 100, before.minor)) if before.minor else None,
        # The hour that a night in autumn has twice is one bar: a cashier's clock shows it so, too.
        hours=[
            Hour(f"{hour:02}", Money(hours[hour], currency), Money(hours_before[hour], currency))
            for hour in range(first, HOURS)
        ],
        stores=[(name, Money(minor, currency)) for name, minor in stores.most_common()],
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
