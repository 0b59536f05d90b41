"""The figures of the front page: what was taken today, and how that compares."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.utils import timezone

from payments.models import Payment
from portal.accounts.models import User
from portal.dashboard import books
from portal.dashboard.books import Row, Sums
from portal.dashboard.periods import DAY, HOURS, WEEK
from portal.money import Money
from portal.web import charts
from portal.web.charts import Chart
from refunds.models import Refund
from terminals.models import Merchant

# What was captured in this very moment counts.
CLOCK_RESOLUTION = timedelta(seconds=1)
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

    sums: Sums
    before: Money
    percent: int | None
    hours: list[Hour]
    stores: list[tuple[str, Money]]

    @property
    def today(self) -> Money:
        return self.sums.gross

    @property
    def is_up(self) -> bool:
        return self.today.minor >= self.before.minor

    @property
    def change(self) -> str:
        """The comparison in words: `+12 %`; nothing where there was next to nothing to compare with."""
        return "" if self.percent is None or self.percent > _HIGHEST_PERCENTAGE else f"{self.percent:+d} %"

    @property
    def chart(self) -> Chart:
        """For each hour a bar of the same weekday before, and today's in front of it."""
        return charts.pairs([(hour.label, hour.before, hour.taken) for hour in self.hours])


def takings(*, merchant: Merchant, user: User, now: datetime) -> list[Takings]:
    """Today's takings for each of the merchant's currencies, as far as the reader may see them."""
    payments = Payment.objects.visible_to(user).for_merchant(merchant)
    refunds = Refund.objects.visible_to(user).for_merchant(merchant)
    today, before = timezone.localdate(now), timezone.localdate(now) - WEEK
    midnight, end = books.midnight(today), now + CLOCK_RESOLUTION
    # The same time of day by the clock on the wall, also when clocks have changed in between.
    same_time = timezone.make_aware(timezone.localtime(now).replace(tzinfo=None) - WEEK)
    taken = list(books.sales(payments.taken_between(midnight, end), "hour", "store__name"))
    earlier = payments.taken_between(books.midnight(before), books.midnight(before + DAY))
    by_now = payments.taken_between(books.midnight(before), same_time)
    hours = books.add_up(books.only(taken, 1))
    stores = books.add_up(books.only(taken, 2))
    sums = books.add_up([*books.only(taken), *books.payouts(refunds.paid_between(midnight, end))])
    hours_before, sums_before = books.add_up(books.sales(earlier, "hour")), books.add_up(books.sales(by_now))
    return [
        Takings(
            sums=books.of(sums, currency),
            before=books.of(sums_before, currency).gross,
            percent=_percent(books.of(sums, currency).gross_minor, books.of(sums_before, currency).gross_minor),
            # The hour that a night in autumn has twice is one bar: a cashier's clock shows it so, too.
            hours=[
                Hour(f"{hour:02}", books.of(hours, currency, hour).gross, books.of(hours_before, currency, hour).gross)
                for hour in HOURS
            ],
            stores=_stores(stores, currency),
        )
        for currency in merchant.currencies
    ]


def _percent(today: int, before: int) -> int | None:
    return int(Fraction((today - before) * 100, before)) if before else None


def _stores(found: dict[Row, Sums], currency: str) -> list[tuple[str, Money]]:
    own = [(name, sums.gross) for (of, name), sums in found.items() if of == currency]
    return sorted(own, key=lambda store: (-store[1].minor, store[0]))
