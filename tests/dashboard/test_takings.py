"""What was taken today, by hour and by store, beside the same weekday before."""

from zoneinfo import ZoneInfo

import pytest

from portal.money import Money
from terminals.models import Store
from tests.dashboard.conftest import Shop
from tests.payments.factories import new_pos

NOW = "2026-01-15 12:30:00"
HELSINKI = ZoneInfo("Europe/Helsinki")


def _kroner(minor):
    return Money(minor, "DKK")


def _hours(takings):
    """The hours in which something was taken, today and before."""
    return {
        hour.label: (hour.taken.minor, hour.before.minor)
        for hour in takings.hours
        if hour.taken.minor or hour.before.minor
    }


def test_without_sales_there_is_nothing_to_compare(shop):
    [takings] = shop.takings(NOW)

    assert (takings.today, takings.before, takings.percent, takings.change, takings.is_up, takings.stores) == (
        _kroner(0),
        _kroner(0),
        None,
        "",
        True,
        [],
    )
    assert (takings.sums.refunded, takings.sums.net) == (_kroner(0), _kroner(0))
    assert [hour.label for hour in takings.hours] == [f"{hour:02}" for hour in range(24)]
    assert {bar.height for pair in takings.chart.bars for bar in pair} == {0}


def test_what_was_captured_today_counts_where_and_when_it_was(shop):
    Store.objects.update(name="Aarhus")
    randers = Shop(new_pos())
    Store.objects.filter(name="A store").update(name="Randers")
    shop.sells(1000, "2026-01-15 08:59:59.999999")
    shop.sells(200, "2026-01-15 09:00:00")
    shop.sells(30, "2026-01-15 12:29:59")
    randers.sells(5000, "2026-01-15 09:30:00")

    [takings] = shop.takings(NOW)

    assert takings.today == _kroner(6230)
    assert _hours(takings) == {"09": (1000, 0), "10": (5200, 0), "13": (30, 0)}
    assert takings.stores == [("Randers", _kroner(5000)), ("Aarhus", _kroner(1230))]


def test_only_captured_money_counts_and_only_as_much_as_was_captured(shop):
    for state in ("Reserved", "CancelledByUser", "ExpiredAndCancelled"):
        shop.sells(9000, "2026-01-15 10:00", state=state)
    shop.sells(1000, "2026-01-15 10:00", captured_minor=250)

    [takings] = shop.takings(NOW)

    assert (takings.today, _hours(takings)) == (_kroner(250), {"11": (250, 0)})


def test_a_sale_counts_when_it_was_captured_and_not_when_it_began(shop):
    shop.sells(1000, "2026-01-14 22:30", changed_at="2026-01-14 23:00+00:00")
    shop.sells(200, "2026-01-14 12:00", changed_at="2026-01-15 07:00+00:00")

    [takings] = shop.takings(NOW)

    assert _hours(takings) == {"00": (1000, 0), "08": (200, 0)}
    assert [hour.label for hour in takings.hours] == [f"{hour:02}" for hour in range(24)]


@pytest.mark.parametrize(
    ("zone", "at", "counts"),
    [
        (None, "2026-01-14 22:59:59.999999", False),
        (None, "2026-01-14 23:00:00", True),
        (HELSINKI, "2026-01-14 21:59:59.999999", False),
        (HELSINKI, "2026-01-14 22:00:00", True),
        (None, "2026-01-15 12:30:00.999", True),
        (None, "2026-01-15 12:30:01", False),
    ],
)
def test_today_is_the_merchants_day_up_to_this_very_second(zone, at, counts, shop):
    shop.sells(1000, at)

    [takings] = shop.takings(NOW, **({"zone": zone} if zone else {}))

    assert takings.today == _kroner(1000 if counts else 0)


def test_each_currency_is_counted_by_itself_in_the_merchants_order(shop):
    shop.merchant.currencies = ["EUR", "DKK"]
    shop.sells(1000, "2026-01-15 10:00")
    shop.sells(70, "2026-01-15 10:00", currency="EUR")
    shop.sells(35, "2026-01-08 10:00", currency="EUR")
    shop.sells(4000, "2026-01-08 10:00")

    euro, kroner = shop.takings(NOW)

    assert (euro.today, euro.before, euro.percent, _hours(euro)) == (
        Money(70, "EUR"),
        Money(35, "EUR"),
        100,
        {"11": (70, 35)},
    )
    assert (kroner.today, kroner.before, kroner.percent) == (_kroner(1000), _kroner(4000), -75)
    assert (euro.stores, kroner.stores) == ([("A store", Money(70, "EUR"))], [("A store", _kroner(1000))])


def test_who_is_limited_to_stores_reads_their_takings_alone(shop):
    elsewhere = Shop(new_pos())
    for each, minor in ((shop, 1000), (elsewhere, 20)):
        each.sells(minor, "2026-01-15 10:00")
        each.sells(minor * 2, "2026-01-08 10:00")

    [own] = shop.takings(NOW, stores=[elsewhere.pos.terminal.store])
    [none] = shop.takings(NOW, stores=[])

    assert (own.today, own.before, own.stores) == (_kroner(20), _kroner(40), [("A store", _kroner(20))])
    assert (none.today, none.before, none.stores, _hours(none)) == (_kroner(0), _kroner(0), [], {})


def test_another_merchants_takings_are_not_ours(shop):
    rival = Shop(new_pos("BAGER7", "DK87654321"))
    for at in ("2026-01-15 10:00", "2026-01-08 10:00"):
        rival.sells(1000, at)

    [takings] = shop.takings(NOW)

    assert (takings.today, takings.before, _hours(takings)) == (_kroner(0), _kroner(0), {})


@pytest.mark.parametrize(
    ("at", "by_now", "hours"),
    [
        ("2026-01-07 22:59:59", 0, {}),
        ("2026-01-07 23:00:00", 1000, {"00": (0, 1000)}),
        ("2026-01-08 12:29:59", 1000, {"13": (0, 1000)}),
        ("2026-01-08 12:30:01", 0, {"13": (0, 1000)}),
        ("2026-01-08 22:59:59", 0, {"23": (0, 1000)}),
        ("2026-01-08 23:00:00", 0, {}),
        ("2026-01-09 10:00:00", 0, {}),
        ("2026-01-01 10:00:00", 0, {}),
        ("2026-01-14 10:00:00", 0, {}),
    ],
)
def test_the_same_weekday_before_is_compared_by_this_time_and_shown_whole(at, by_now, hours, shop):
    shop.sells(1000, at)

    [takings] = shop.takings(NOW)

    assert (takings.before, _hours(takings)) == (_kroner(by_now), hours)


@pytest.mark.parametrize(
    ("today", "before", "change", "is_up"),
    [
        (1000, 1000, "+0 %", True),
        (1120, 1000, "+12 %", True),
        (880, 1000, "-12 %", False),
        (0, 1000, "-100 %", False),
        (1000, 0, "", True),
        (1_000_000, 1, "", True),
        (10_990, 1000, "+999 %", True),
        (11_000, 1000, "", True),
    ],
)
def test_the_comparison_is_said_in_percent(today, before, change, is_up, shop):
    for minor, at in ((today, "2026-01-15 10:00"), (before, "2026-01-08 10:00")):
        if minor:
            shop.sells(minor, at)

    [takings] = shop.takings(NOW)

    assert (takings.change, takings.is_up) == (change, is_up)


@pytest.mark.parametrize(
    ("today", "before", "percent"), [(9_999, 10_000, 0), (10_001, 10_000, 0), (9_880, 10_000, -1), (10_120, 10_000, 1)]
)
def test_a_loss_is_rounded_as_a_gain_is(today, before, percent, shop):
    shop.sells(today, "2026-01-15 10:00")
    shop.sells(before, "2026-01-08 10:00")

    [takings] = shop.takings(NOW)

    assert takings.percent == percent


def test_the_chart_has_the_whole_day_whenever_something_was_sold(shop):
    shop.sells(1000, "2026-01-15 10:30")

    [takings] = shop.takings(NOW)

    assert [bar.label for _, bar in takings.chart.bars] == [f"{hour:02}" for hour in range(24)]


def test_what_was_paid_back_today_is_taken_off_whenever_it_was_sold(shop):
    sold = shop.sells(1000, "2026-01-08 10:30")
    shop.sells(5000, "2026-01-15 10:30")
    shop.pays_back(sold, 300, "2026-01-14 22:59:59")
    shop.pays_back(sold, 200, "2026-01-14 23:00:00")
    shop.pays_back(sold, 20, "2026-01-15 12:30:00", state="ExpiredAndCaptured")
    shop.pays_back(sold, 40, "2026-01-15 12:00", state="Reserved", remote_id="r-1")

    [takings] = shop.takings(NOW)

    assert (takings.sums.gross, takings.sums.refunded, takings.sums.net) == (_kroner(5000), _kroner(220), _kroner(4780))
    assert (takings.sums.sales, takings.sums.refunds) == (1, 2)


def test_both_days_are_drawn_on_one_scale(shop):
    shop.sells(500, "2026-01-15 10:00")
    shop.sells(1000, "2026-01-08 11:00")

    [takings] = shop.takings(NOW)

    heights = {before.label: (before.height, today.height) for before, today in takings.chart.bars}
    assert {label: pair for label, pair in heights.items() if pair != (0, 0)} == {"11": (0, 82), "12": (164, 0)}


@pytest.mark.parametrize("sales", [1, 20])
def test_the_figures_cost_the_same_questions_for_many_sales_as_for_one(sales, shop, django_assert_num_queries):
    shop.merchant.currencies = ["DKK", "EUR"]
    for number in range(sales):
        shop.sells(100, f"2026-01-15 {8 + number % 4:02}:{number:02}")
        shop.sells(100, f"2026-01-08 {8 + number % 4:02}:{number:02}")

    reader = shop.reader()
    with django_assert_num_queries(5):
        kroner, euro = shop.takings(NOW, reader=reader)

    assert (kroner.today.minor, kroner.before.minor, euro.today.minor) == (sales * 100, sales * 100, 0)
