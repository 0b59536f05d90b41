"""Finished days are added up once, and the figures stay what payments and refunds say."""

from collections import Counter
from datetime import UTC, date, datetime

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
import pytest

from payments.models import Payment
from payments.services import refundable
from portal.audit.actors import WORKER
from portal.dashboard import collection, figures, tasks
from portal.dashboard.collection import collect_finished_days
from portal.dashboard.models import Collected, StoreHour, TerminalDay
from portal.dashboard.periods import DAY, Period
from portal.money import Money
from refunds.models import Refund
from terminals.models import Merchant
from tests.dashboard.conftest import Shop
from tests.payments.factories import new_pos

# Half a year around the night on which clocks go forward.
FIRST, LAST = datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 6, 20, tzinfo=UTC)
NOW = datetime(2026, 6, 20, 12, tzinfo=UTC)

moments = some.one_of(
    some.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None)),
    some.datetimes(datetime(2026, 3, 28, 21), datetime(2026, 3, 30, 3)),  # noqa: DTZ001 - made aware below
    some.sampled_from([datetime(2026, 6, 19, 21, 59, 59), datetime(2026, 6, 19, 22)]),  # noqa: DTZ001
)
days = some.dates(date(2026, 1, 8), date(2026, 6, 22))
sales = some.lists(
    some.tuples(some.integers(0, 2), some.integers(1, 90_000), moments, some.sampled_from(["DKK", "EUR"])),
    max_size=12,
)
refunds = some.lists(some.tuples(some.integers(0, 11), some.integers(1, 90_000), moments), max_size=6)


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(NOW, tick=False)


def collect():
    while collect_finished_days(now=NOW):
        pass


def written():
    """All sums that are written down, by merchant."""
    found = Counter()
    for row in TerminalDay.objects.all():
        key = (row.merchant_id, row.terminal_id, str(row.day), row.currency)
        found.update(
            {(*key, name): getattr(row, name) for name in ("sales", "gross_minor", "refunds", "refunded_minor")}
        )
    return {key: value for key, value in found.items() if value}


def read(shop, first, last, *, reader=None, store=None):
    merchant = Merchant.objects.get(pk=shop.merchant.pk)
    with timezone.override(merchant.zone):
        return figures.read(merchant=merchant, user=reader or shop.reader(), period=Period(first, last), store=store)


def plain(shop, first, last):
    """The same from payments and refunds one by one, in Python: what counts for each hour, day and place."""
    found, zone = Counter(), Merchant.objects.get(pk=shop.merchant.pk).zone
    books = [
        (each, "gross", each.captured_minor, each.terminal_id) for each in Payment.objects.filter(state="Captured")
    ]
    paid = Refund.objects.filter(state__in=["Captured", "ExpiredAndCaptured"]).select_related("payment")
    books += [(each, "refunded", each.amount_minor, each.payment.terminal_id) for each in paid]
    for row, name, minor, terminal in books:
        local = row.changed_at.astimezone(zone)
        if row.merchant_id != shop.merchant.pk or not first <= local.date() <= last:
            continue
        for key in ("total", f"hour {local.hour:02}:00", f"day {local.date()}", row.store_id, f"terminal {terminal}"):
            found[row.currency, key, name] += minor
            found[row.currency, key, f"number of {name}"] += 1
    return dict(found)


def as_plain(found, period):
    """The figures of a page in the same form."""
    told = {}
    by_month = period.is_by_month
    for each in found:
        lines = [("total", each.total)]
        lines += [(f"hour {line.label}", line.sums) for line in each.hours]
        lines += [
            (f"{'month' if by_month else 'day'} {day}", line.sums)
            for day, line in zip(period.steps if each.steps else [], each.steps, strict=True)
        ]
        lines += [(line.key, line.sums) for line in each.stores]
        lines += [(f"terminal {line.key}", line.sums) for line in each.terminals]
        for key, sums in lines:
            numbers = (sums.gross_minor, sums.sales, sums.refunded_minor, sums.refunds)
            for name, number in zip(
                ("gross", "number of gross", "refunded", "number of refunded"), numbers, strict=True
            ):
                if number:
                    told[each.total.currency, key, name] = number
    return told


def as_wide(found, period):
    """What was found one by one, by month or without its days, as a page of this period has it."""
    told = Counter()
    for (currency, key, name), number in found.items():
        if not str(key).startswith("day "):
            told[currency, key, name] += number
        elif period.is_by_month:
            told[currency, f"month {key[4:11]}-01", name] += number
        elif not period.is_one_day:
            told[currency, key, name] += number
    return dict(told)


@given(sales, refunds, days, days, some.dates(date(2026, 1, 5), date(2026, 6, 25)))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_figures_of_any_days_are_the_plain_sums_before_and_after_days_are_added_up(
    db, sold, given_back, one, other, at
):
    with transaction.atomic():
        shop = Shop(new_pos())
        tills = [shop, Shop(new_pos()), Shop(new_pos("BAGER7", "DK87654321"))]
        payments = [tills[till].sells(minor, at.isoformat(), currency=of) for till, minor, at, of in sold]
        for place, minor, paid_at in given_back:
            if (
                place < len(payments)
                and minor <= payments[place].captured_minor - payments[place].refund_committed_minor
            ):
                tills[0].pays_back(payments[place], minor, paid_at.isoformat())
                payments[place].refresh_from_db()
        first, last = sorted((one, other))
        period, reader = Period(first, last), shop.reader()

        before = as_plain(read(shop, first, last, reader=reader), period)
        collect_finished_days(now=datetime(at.year, at.month, at.day, 12, tzinfo=UTC))
        between = as_plain(read(shop, first, last, reader=reader), period)
        collect()
        after = as_plain(read(shop, first, last, reader=reader), period)

        assert before == between == after == as_wide(plain(shop, first, last), period)
        transaction.set_rollback(True)


def test_a_day_is_added_up_a_quarter_of_an_hour_after_its_midnight(shop):
    shop.sells(1000, "2026-06-19 12:00")

    collect_finished_days(now=datetime(2026, 6, 19, 22, 14, 59, tzinfo=UTC))
    before = Collected.objects.get().until, TerminalDay.objects.count()
    collect_finished_days(now=datetime(2026, 6, 19, 22, 15, tzinfo=UTC))

    assert before == (date(2026, 6, 19), 0)
    assert (Collected.objects.get().until, TerminalDay.objects.get().gross_minor) == (date(2026, 6, 20), 1000)


def test_an_hour_of_a_store_and_a_day_of_a_terminal_are_what_is_written_down(shop):
    shop.sells(1000, "2026-06-18 22:00")
    shop.sells(200, "2026-06-19 21:59")
    shop.pays_back(shop.sells(30, "2026-06-19 08:10"), 7, "2026-06-19 08:59")

    collect()

    hours = StoreHour.objects.order_by("hour").values_list(
        "day", "hour", "sales", "gross_minor", "refunds", "refunded_minor"
    )
    day = date(2026, 6, 19)
    assert list(hours) == [(day, 0, 1, 1000, 0, 0), (day, 10, 1, 30, 1, 7), (day, 23, 1, 200, 0, 0)]
    row = TerminalDay.objects.values_list(
        "terminal", "store", "day", "sales", "gross_minor", "refunds", "refunded_minor"
    )
    assert row.get() == (shop.pos.terminal_id, shop.pos.terminal.store_id, day, 3, 1230, 1, 7)


def test_without_a_sale_there_is_nothing_to_begin_with(shop):
    assert collect_finished_days(now=NOW) is False
    assert Collected.objects.count() == 0


def test_collecting_again_writes_nothing_more(shop):
    shop.sells(1000, "2026-06-10 12:00")
    collect()
    before = written()

    assert collect_finished_days(now=NOW) is False
    assert collect_finished_days(now=NOW - 5 * DAY) is False
    collect_finished_days(now=NOW + DAY)

    assert written() == before
    assert TerminalDay.objects.count() == 1


def test_a_long_past_is_added_up_in_parts(shop):
    for at in ("2025-06-01 12:00", "2025-12-01 12:00", "2026-06-01 12:00"):
        shop.sells(1000, at)

    marks = []
    while collect_finished_days(now=NOW):
        marks.append(Collected.objects.get().until)

    assert marks[0] == date(2025, 6, 1) + collection.CHUNK
    assert (len(marks), marks[-1]) == (5, date(2026, 6, 20))
    assert TerminalDay.objects.count() == 3


def test_of_two_workers_who_add_up_at_once_one_writes(shop, monkeypatch):
    shop.sells(1000, "2026-06-10 12:00")
    slow = collection._missing

    def overtaken(table, merchant, first, until):
        rows = slow(table, merchant, first, until)
        if table is TerminalDay:
            monkeypatch.setattr(collection, "_missing", slow)
            collect()
        return rows

    monkeypatch.setattr(collection, "_missing", overtaken)
    collect()

    assert [row.gross_minor for row in TerminalDay.objects.all()] == [1000]
    assert [row.gross_minor for row in StoreHour.objects.all()] == [1000]


def test_what_a_slow_clock_wrote_into_a_day_that_was_added_up_is_found_the_next_day(shop):
    shop.sells(1000, "2026-06-19 12:00")
    collect()
    shop.sells(200, "2026-06-19 21:59")
    before = TerminalDay.objects.count()

    collect_finished_days(now=NOW + DAY)

    assert before == 1
    assert sorted(row.gross_minor for row in TerminalDay.objects.all()) == [200, 1000]
    assert read(shop, date(2026, 6, 19), date(2026, 6, 19))[0].total.gross_minor == 1200


def test_another_time_zone_has_other_days_and_is_added_up_anew(shop):
    shop.sells(1000, "2026-06-19 21:30")
    collect()
    Merchant.objects.filter(pk=shop.merchant.pk).update(time_zone="Europe/Helsinki")
    shop.merchant.refresh_from_db()
    days = [(date(2026, 6, 19), 0), (date(2026, 6, 20), 1000)]

    before = [read(shop, day, day)[0].total.gross_minor for day, _ in days]
    collect()
    collect_finished_days(now=NOW + DAY)
    after = [read(shop, day, day)[0].total.gross_minor for day, _ in days]

    assert before == after == [minor for _, minor in days]
    assert [(row.day, row.gross_minor) for row in TerminalDay.objects.all()] == [(date(2026, 6, 20), 1000)]


@pytest.mark.parametrize("is_before", [True, False])
def test_what_was_captured_at_the_network_afterwards_counts_on_the_day_of_the_capture(shop, is_before):
    payment = shop.sells(1000, "2026-06-10 12:00", captured_minor=400)
    day = date(2026, 6, 10)
    if not is_before:
        collect()

    refundable.note_captured(payment=payment, amount=Money(900, "DKK"), by=WORKER)
    collect()

    [told] = read(shop, day, day)
    assert (told.total.gross_minor, told.total.sales, told.hours[14].sums.gross_minor) == (900, 1, 900)
    assert [(line.sums.gross_minor, line.sums.sales) for line in told.terminals] == [(900, 1)]
    assert Payment.objects.get().captured_elsewhere_minor == 500


def test_the_worker_adds_up_what_is_over(shop):
    shop.sells(1000, "2026-06-10 12:00")

    tasks.collect_finished_days()

    assert TerminalDay.objects.get().gross_minor == 1000


def test_who_is_limited_to_stores_reads_the_sums_of_these_alone(shop):
    elsewhere = Shop(new_pos())
    shop.sells(1000, "2026-06-10 12:00")
    elsewhere.sells(20, "2026-06-10 12:00")
    elsewhere.sells(3, "2026-06-20 08:00")
    collect()
    period = date(2026, 6, 1), date(2026, 6, 20)
    store = elsewhere.pos.terminal.store

    [own] = read(shop, *period, reader=shop.reader([store]))
    [none] = read(shop, *period, reader=shop.reader([]))
    [all_of_it] = read(shop, *period)
    [chosen] = read(shop, *period, store=store)

    assert [each.total.gross_minor for each in (own, none, all_of_it, chosen)] == [23, 0, 1023, 23]
    assert [len(each.terminals) for each in (own, none, all_of_it, chosen)] == [1, 0, 2, 1]


def test_each_row_says_what_it_is_of(shop):
    shop.sells(1000, "2026-06-10 12:00")
    collect()

    told = [str(each.objects.get()) for each in (Collected, StoreHour, TerminalDay)]

    terminal = shop.pos.terminal
    assert told == [
        f"figures of merchant {shop.merchant.pk} until 2026-06-20",
        f"store {terminal.store_id} on 2026-06-10, hour 14",
        f"terminal {terminal.pk} on 2026-06-10",
    ]
