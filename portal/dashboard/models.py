"""The sums of days that are over: what payments and refunds say, added up once so that years are read at once."""

from datetime import date
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Sum

from portal.accounts.models import User
from terminals.models import Merchant, Store, Terminal

S = TypeVar("S", bound="DaySums")


class DaySumsQuerySet(models.QuerySet[S]):
    def visible_to(self, user: User) -> Self:
        return self.filter(user.scope.covers(merchant="merchant", store="store"))

    def for_merchant(self, merchant: Merchant) -> Self:
        return self.filter(merchant=merchant)

    def of_days(self, first: date, before: date) -> Self:
        return self.filter(day__gte=first, day__lt=before)

    def rows(self, *by: Any) -> Any:
        """The sums in each currency by these fields, as `portal.dashboard.books` has its rows."""
        numbers = (Sum("sales"), Sum("gross_minor"), Sum("refunds"), Sum("refunded_minor"))
        return self.order_by().values_list("currency", *by).annotate(*numbers)


class DaySums(models.Model):
    """What was taken and paid back on one day, in one currency.

    Rows add up: what is found out later of a day is another row of it. Who looks asks for sums, never for a row.
    """

    # What a row is of, besides its merchant and currency.
    BY: ClassVar[tuple[str, ...]]

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    day = models.DateField(help_text="By the merchant's clock.")
    sales = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    refunds = models.BigIntegerField()
    refunded_minor = models.BigIntegerField()

    class Meta:
        abstract = True


class StoreHour(DaySums):
    """A store's sums in one hour of a day."""

    BY = ("store", "day", "hour")

    hour = models.PositiveSmallIntegerField(help_text="The one that an autumn night has twice is one.")

    objects: ClassVar[DaySumsQuerySet["StoreHour"]] = DaySumsQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = (models.Index(name="store_hour_by_day", fields=["merchant", "day"]),)

    def __str__(self) -> str:
        return f"store {self.store_id} on {self.day}, hour {self.hour}"


class TerminalDay(DaySums):
    """A terminal's sums of one day, in the store where it stood."""

    BY = ("store", "terminal", "day")

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[DaySumsQuerySet["TerminalDay"]] = DaySumsQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = (models.Index(name="terminal_day_by_day", fields=["merchant", "day"]),)

    def __str__(self) -> str:
        return f"terminal {self.terminal_id} on {self.day}"


class Collected(models.Model):
    """How far a merchant's days are added up, and by which clock."""

    merchant = models.OneToOneField(Merchant, on_delete=models.PROTECT, related_name="+")
    until = models.DateField(help_text="The first day that is not added up yet.")
    time_zone = models.CharField(max_length=40, help_text="Another one has other days.")

    def __str__(self) -> str:
        return f"figures of merchant {self.merchant_id} until {self.until}"
