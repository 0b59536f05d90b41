"""Adds up the payments that somebody has asked the list for."""

from dataclasses import dataclass

from django.db.models import Count, Sum

from payments.querysets import PaymentQuerySet
from portal.money import Money

# What a database adds up while somebody waits.
MOST_PAYMENTS = 100_000


@dataclass(frozen=True, slots=True)
class Sums:
    """The payments of one currency: how many, what was captured of them, and what of that was paid back."""

    payments: int
    captured: Money
    refunded: Money

    @property
    def net(self) -> Money:
        return self.captured - self.refunded


def of(payments: PaymentQuerySet) -> list[Sums] | None:
    """The sums by currency; None when there are too many payments to add up."""
    payments = payments.order_by()
    if payments[MOST_PAYMENTS : MOST_PAYMENTS + 1].exists():
        return None
    numbers = {"number": Count("*"), "taken": Sum("captured_minor"), "paid_back": Sum("refunded_minor")}
    rows = payments.values_list("currency").annotate(**numbers).order_by("currency")
    return [
        Sums(number, Money(int(captured), currency), Money(int(refunded), currency))
        for currency, number, captured, refunded in rows
    ]
