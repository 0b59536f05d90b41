"""Adds finished days up: a captured payment and a paid refund count on the day on which they became so, for ever."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from payments.models import Payment
from portal.dashboard import books
from portal.dashboard.books import Sums
from portal.dashboard.models import Collected, DaySums, StoreHour, TerminalDay
from refunds.models import Refund
from terminals.models import Merchant

TABLES: tuple[Any, ...] = (StoreHour, TerminalDay)
# What is under way at midnight has been written down by then.
MARGIN = timedelta(minutes=15)
# So many days of each merchant are added up in one go.
CHUNK = timedelta(days=92)
# So many days before are looked at again: a machine whose clock was slow has written into them.
LOOK_BACK = timedelta(days=2)
_BATCH = 1000


def collect_finished_days(*, now: datetime) -> bool:
    """Add up the next days of every merchant that are over, so many at a time; False when there were none.

    Running it twice, or twice at once, is running it once.
    """
    has_moved = False
    marks = {mark.merchant_id: mark for mark in Collected.objects.all()}
    for merchant in Merchant.objects.order_by("pk"):
        with timezone.override(merchant.zone):
            mark = marks.get(merchant.pk)
            if mark is None or mark.time_zone != merchant.time_zone:
                mark = _begin(merchant)
            if mark:
                has_moved |= _collect(merchant, mark, today=timezone.localdate(now - MARGIN))
    return has_moved


@transaction.atomic
def _begin(merchant: Merchant) -> Collected | None:
    """Begin with the merchant's first day, once it has one; another time zone has other days."""
    payments, refunds = Payment.objects.for_merchant(merchant), Refund.objects.for_merchant(merchant)
    firsts = [_first(payments.captured()), _first(refunds.paid())]
    first = min(filter(None, firsts), default=None)
    if first is None:
        return None
    facts = {"until": timezone.localdate(first), "time_zone": merchant.time_zone}
    # The mark first: whoever is adding up by it has then either finished or will find it moved.
    mark, _ = Collected.objects.update_or_create(merchant=merchant, defaults=facts)
    for table in TABLES:
        table.objects.for_merchant(merchant).delete()
    return mark


def _first(rows: QuerySet[Any]) -> datetime | None:
    return rows.order_by("changed_at").values_list("changed_at", flat=True).first()


def _collect(merchant: Merchant, mark: Collected, *, today: date) -> bool:
    until = min(today, mark.until + CHUNK)
    if until <= mark.until:
        return False
    first = mark.until - LOOK_BACK
    new = {table: _missing(table, merchant, first, until) for table in TABLES}
    with transaction.atomic():
        # Adding up took a while: whoever was quicker has moved the mark, and written these rows.
        unmoved = Collected.objects.filter(pk=mark.pk, until=mark.until, time_zone=mark.time_zone)
        if unmoved.update(until=until):
            for table, rows in new.items():
                table.objects.bulk_create(rows, batch_size=_BATCH)
    return True


def _missing(table: Any, merchant: Merchant, first: date, until: date) -> list[DaySums]:
    """The rows that these days lack to be what payments and refunds say."""
    start, end = books.midnight(first), books.midnight(until)
    # What others are found to have captured later would change a day that is over: it is counted apart.
    taken = F("captured_minor") - F("captured_elsewhere_minor")
    said = chain(
        books.sales(Payment.objects.for_merchant(merchant).taken_between(start, end), *table.BY, taken=taken),
        books.payouts(Refund.objects.for_merchant(merchant).paid_between(start, end), *table.BY),
    )
    known = table.objects.for_merchant(merchant).of_days(first, until).rows(*table.BY)
    missing = books.add_up(chain(said, map(books.negative, known)))
    return [_row(table, merchant, key, sums) for key, sums in missing.items() if sums != Sums(sums.currency)]


def _row(table: Any, merchant: Merchant, key: books.Row, sums: Sums) -> DaySums:
    columns = [table._meta.get_field(name).attname for name in table.BY]  # noqa: SLF001 - Django's documented access
    row: DaySums = table(merchant=merchant, **dict(zip(columns, key[1:], strict=True)), **asdict(sums))
    return row
