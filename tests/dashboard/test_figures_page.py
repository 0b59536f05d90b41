"""The page of figures: any period, by hour, day, store and terminal, to read and to take away."""

import csv
from datetime import UTC, date, datetime
import io

from openpyxl import load_workbook
import pytest

from payments.models import Payment
from portal.audit.models import Entry
from portal.dashboard import figures
from portal.dashboard.collection import collect_finished_days
from portal.dashboard.periods import Named, Period, named
from portal.roles import Role
from terminals.models import Merchant, Store, Terminal
from tests.dashboard.conftest import Shop
from tests.pages import all_of, errors, one, options, said, table, value_of, words
from tests.payments.factories import new_pos
from tests.people import hire

# A Thursday.
NOW = datetime(2026, 1, 15, 12, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(time_machine, merchants):
    time_machine.move_to(NOW, tick=False)
    Terminal.objects.all().delete()


@pytest.fixture
def aarhus():
    return _shop("Aarhus", "Kasse 1")


@pytest.fixture
def odense():
    return _shop("Odense", "Bar")


def _shop(store, terminal, bio_code="KINO1"):
    pos = new_pos(bio_code)
    Store.objects.filter(pk=pos.terminal.store_id).update(name=store)
    Terminal.objects.filter(pk=pos.terminal_id).update(name=terminal)
    return Shop(pos)


def _tiles(page):
    return [[words(part) for part in tile] for tile in all_of(page, "div[@class='tiles']/div", "tile")]


def _table(page, caption):
    """The rows of the table called so, without those of nothing."""
    found = [each for each in all_of(page, "table") if words(each.find("caption")) == caption]
    rows = [[words(cell) for cell in row.iterfind("td")] for row in found[0].iterfind("tbody/tr")]
    return [row for row in rows if row[1:] != ["0", "0.00", "0.00", "0.00"]]


def _lines(response):
    content = b"".join(response.streaming_content)
    if content.startswith(b"PK"):
        return [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_today_is_what_is_shown_unless_something_else_is_asked_for(clerk, aarhus):
    sold = aarhus.sells(123_450, "2026-01-15 08:00")
    aarhus.pays_back(sold, 20_000, "2026-01-15 09:59")
    aarhus.sells(9900, "2026-01-14 22:59")

    page = clerk.get("figures/")

    assert said(page, "div[@class='top']//small") == ["Thursday 15 January 2026"]
    assert said(page, "nav[@class='tabs']/a[@aria-current]") == ["Today"]
    assert _tiles(page) == [
        ["Gross, DKK", "1,234.50", "1 sale"],
        ["Refunded, DKK", "200.00", "1 refund"],
        ["Net, DKK", "1,034.50", "gross less refunded"],
    ]
    assert _table(page, "By hour of the day") == [
        ["09:00", "1", "1,234.50", "0.00", "1,234.50"],
        ["10:00", "0", "0.00", "200.00", "-200.00"],
    ]
    assert _table(page, "Figures by store, the largest first") == [["Aarhus", "1", "1,234.50", "200.00", "1,034.50"]]
    assert said(page, "main//h2") == ["By hour of the day, DKK", "By store, DKK", "By terminal, DKK"]


def test_the_axis_of_hours_is_whole_and_the_legend_names_both_kinds_of_bars(clerk, aarhus):
    aarhus.sells(100, "2026-01-15 08:00")

    page = clerk.get("figures/")

    assert said(page, "svg/text") == [f"{hour:02}" for hour in range(24)]
    assert [(each.get("class"), words(each)) for each in all_of(page, "ul[@class='legend']/li")] == [
        ("strong", "Gross"),
        ("quiet", "Refunded"),
        (None, "Tallest bar: 1.00 DKK"),
    ]
    assert {each.get("class") for each in all_of(page, "rect")} == {"strong", "quiet"}
    assert len(all_of(page, "section//details//tbody/tr")) == 24


def test_stores_and_terminals_lead_to_their_payments_of_these_days(clerk, aarhus, odense):
    aarhus.sells(100, "2026-01-15 08:00")
    odense.sells(5000, "2026-01-14 08:00")

    page = clerk.get("figures/", period="week")

    rows = [
        [words(row[0]), row.find("td/a").get("href")]
        for row in all_of(page, "tbody/tr")
        if row.find("td/a") is not None
    ]
    asked = f"{clerk.url('payments/')}?state=Captured&first=2026-01-12&last=2026-01-18"
    assert rows == [
        ["Odense", f"{asked}&store={odense.pos.terminal.store_id}"],
        ["Aarhus", f"{asked}&store={aarhus.pos.terminal.store_id}"],
        ["Bar, Odense", f"{asked}&terminal={odense.pos.terminal_id}"],
        ["Kasse 1, Aarhus", f"{asked}&terminal={aarhus.pos.terminal_id}"],
    ]
    assert clerk.browser.get(rows[0][1]).status_code == 200
    assert [row[2] for row in table(clerk.browser.get(rows[0][1]))] == ["order-1"]


@pytest.mark.parametrize(
    ("question", "days", "gross"),
    [
        ({"period": "today"}, "Thursday 15 January 2026", "1.00"),
        ({"period": "yesterday"}, "Wednesday 14 January 2026", "0.20"),
        ({"period": "week"}, "Monday 12 January 2026 to Sunday 18 January 2026", "1.20"),
        ({"period": "month"}, "Thursday 1 January 2026 to Saturday 31 January 2026", "1.23"),
        (
            {"first": "2025-12-31", "last": "2026-01-01"},
            "Wednesday 31 December 2025 to Thursday 1 January 2026",
            "0.43",
        ),
        ({"first": "2026-01-14"}, "Wednesday 14 January 2026 to Thursday 15 January 2026", "1.20"),
        ({"first": "2026-02-01"}, "Sunday 1 February 2026", "0.00"),
        ({"first": "2025-01-01", "last": "2026-01-15"}, "Wednesday 1 January 2025 to Thursday 15 January 2026", "1.63"),
    ],
)
@pytest.mark.parametrize("is_collected", [True, False])
def test_a_period_has_the_sales_of_its_days(clerk, aarhus, question, days, gross, is_collected):
    for minor, at in (
        (100, "2026-01-15 08:00"),
        (20, "2026-01-14 08:00"),
        (3, "2026-01-01 08:00"),
        (40, "2025-12-31 08:00"),
    ):
        aarhus.sells(minor, at)
    if is_collected:
        collect_finished_days(now=NOW)

    page = clerk.get("figures/", **question)

    assert said(page, "div[@class='top']//small") == [days]
    assert _tiles(page)[0][1] == gross


def test_more_than_one_day_is_shown_by_day_too(clerk, aarhus):
    aarhus.sells(100, "2026-01-15 08:00")
    aarhus.sells(20, "2026-01-13 08:00")

    page = clerk.get("figures/", period="week")

    assert said(page, "h2")[:2] == ["By day, DKK", "By hour of the day, DKK"]
    assert said(page, "svg/text")[:7] == ["12", "13", "14", "15", "16", "17", "18"]
    assert [row[:3] for row in _table(page, "By day")] == [
        ["Tuesday 13 January 2026", "1", "0.20"],
        ["Thursday 15 January 2026", "1", "1.00"],
    ]


def test_many_days_are_shown_by_month(clerk, aarhus):
    aarhus.sells(100, "2026-01-15 08:00")
    aarhus.sells(20, "2025-11-30 22:59")

    page = clerk.get("figures/", first="2025-11-15", last="2026-01-16")

    assert said(page, "h2")[0] == "By month, DKK"
    assert said(page, "svg/text")[:3] == ["Nov 25", "Dec 25", "Jan 26"]
    assert [row[:3] for row in _table(page, "By month")] == [
        ["November 2025", "1", "0.20"],
        ["January 2026", "1", "1.00"],
    ]


@pytest.mark.parametrize(
    ("question", "field", "message"),
    [
        ({"first": "2026-01-15", "last": "2026-01-14"}, "last", "Choose a day that is not before the first one."),
        ({"last": "2026-01-14"}, "first", "Choose from which day on."),
        ({"first": "1999-12-31"}, "first", "Choose a day of this century."),
        ({"first": "3000-01-01"}, "first", "Choose a day of this century."),
        ({"first": "2016-01-09", "last": "2026-01-16"}, "first", "Choose ten years at most."),
        ({"first": "2015-01-01"}, "first", "Choose ten years at most."),
        ({"first": "a word"}, "first", "Enter a valid date."),
        ({"first": "a word", "last": "2026-01-14"}, "first", "Enter a valid date."),
        ({"store": "0"}, "store", "Select a valid choice. That choice is not one of the available choices."),
        ({"period": "year"}, "period", "Select a valid choice. year is not one of the available choices."),
    ],
)
def test_a_question_that_makes_no_sense_gets_a_message_and_no_figures(clerk, aarhus, question, field, message):
    page, file = clerk.get("figures/", **question), clerk.get("figures/export.csv", **question)

    assert errors(page) == [message]
    assert (_tiles(page), all_of(page, "svg[@class='chart']"), said(page, "p", "empty")) == (
        [],
        [],
        ["Choose other days: with these there are no figures."],
    )
    assert "CSV" not in said(page, "a")
    assert (file.status_code, file["Location"].partition("?")[0]) == (302, clerk.url("figures/"))
    assert not Entry.objects.filter(action="figures:exported").exists()


def test_what_is_empty_does_not_stay_in_the_address(clerk, aarhus):
    store = aarhus.pos.terminal.store_id
    sent = {"period": "week", "first": "", "last": "", "store": store}

    address = clerk.url("figures/")
    without_days = clerk.browser.get(address, sent)
    with_days = clerk.browser.get(address, {**sent, "first": "2026-01-01", "store": ""})

    assert (without_days.status_code, without_days["Location"]) == (
        302,
        f"{clerk.url('figures/')}?period=week&store={store}",
    )
    assert (with_days.status_code, with_days["Location"]) == (302, f"{clerk.url('figures/')}?first=2026-01-01")


def test_a_store_can_be_chosen_and_stays_chosen(clerk, aarhus, odense):
    aarhus.sells(100, "2026-01-15 08:00")
    odense.sells(5000, "2026-01-15 08:00")
    store = aarhus.pos.terminal.store_id

    page = clerk.get("figures/", period="week", store=store)

    assert _tiles(page)[0][1] == "1.00"
    assert {"Aarhus", "Odense"} <= set(options(page, "store"))
    assert value_of(page, "period") == "week"
    assert all_of(page, "nav[@class='tabs']/a")[0].get("href") == f"?period=today&store={store}"


def test_a_merchant_of_two_currencies_reads_both_and_one_it_had_before(clerk, aarhus):
    Merchant.objects.update(currencies=["EUR"])
    aarhus.sells(100, "2026-01-15 08:00")

    page = clerk.get("figures/")

    assert [tile[:2] for tile in _tiles(page)[::3]] == [["Gross, EUR", "0.00"], ["Gross, DKK", "1.00"]]
    assert said(page, "p", "empty") == ["Nothing was captured or paid back in this time."]


def test_of_very_many_terminals_the_largest_are_listed(clerk, aarhus, odense, monkeypatch):
    monkeypatch.setattr(figures, "TERMINALS", 1)
    aarhus.sells(100, "2026-01-15 08:00")
    odense.sells(5000, "2026-01-15 08:00")

    page = clerk.get("figures/")

    assert [row[0] for row in _table(page, "Figures by terminal, the largest first")] == ["Bar, Odense"]
    assert said(page, "p", "pager") == ["These are the 1 largest of 2. CSV and XLSX have them all."]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_shown_can_be_taken_away_and_that_is_written_down(clerk, aarhus, odense, kind):
    aarhus.pays_back(aarhus.sells(123_450, "2026-01-14 08:00"), 450, "2026-01-15 08:00")
    odense.sells(5000, "2026-01-15 08:00")

    response = clerk.get(f"figures/export.{kind}", first="2026-01-14", last="2026-01-15")
    titles, *rows = _lines(response)

    told = [[str(cell) for cell in row] for row in rows]
    money = {"csv": ["1284.50", "4.50", "1280.00"], "xlsx": ["1284.5", "4.5", "1280.0"]}[kind]
    assert titles == ["By", "Name", "Currency", "Sales", "Gross", "Refunds", "Refunded", "Net"]
    assert told[0] == ["All", "2026-01-14 to 2026-01-15", "DKK", "2", money[0], "1", money[1], money[2]]
    assert [row[0] for row in told].count("Hour") == 24
    assert [row[1] for row in told if row[0] in {"Day", "Store", "Terminal"}] == [
        "Wednesday 14 January 2026",
        "Thursday 15 January 2026",
        "Aarhus",
        "Odense",
        "Kasse 1, Aarhus",
        "Bar, Odense",
    ]
    assert response["Content-Disposition"] == f'attachment; filename="figures-2026-01-14-2026-01-15.{kind}"'
    entry = Entry.objects.get(action="figures:exported")
    assert (entry.actor, entry.merchant_id) == ("carl@kino.example", clerk.merchant.pk)
    assert entry.details == {"question": {"first": "2026-01-14", "last": "2026-01-15"}}


def test_a_long_period_is_taken_away_by_month(clerk, aarhus):
    aarhus.sells(100, "2026-01-15 08:00")

    _, *rows = _lines(clerk.get("figures/export.csv", first="2025-06-01"))

    assert [row[1] for row in rows if row[0] == "Month"][-1] == "January 2026"


def test_there_is_no_other_kind_of_file(clerk, aarhus):
    assert clerk.get("figures/export.pdf").status_code == 404


def test_the_pages_links_take_away_what_the_page_shows(clerk, aarhus):
    page = clerk.get("figures/", period="month")

    links = [link.get("href") for link in all_of(page, "div[@class='buttons']/a") if "export" in link.get("href")]
    assert links == [f"{clerk.url('figures/')}export.{kind}?period=month" for kind in ("csv", "xlsx")]


def test_whoever_works_in_one_store_reads_and_takes_away_that_store(merchants, aarhus, odense):
    aarhus.sells(100, "2026-01-15 08:00")
    odense.sells(5000, "2026-01-15 08:00")
    carl = hire("local@kino.example", merchants["KINO1"], Role.CLERK, stores=[aarhus.pos.terminal.store])

    page, file = carl.get("figures/"), _lines(carl.get("figures/export.csv"))

    assert _tiles(page)[0][1] == "1.00"
    assert options(page, "store") == ["All stores", "Aarhus"]
    assert "Odense" not in words(one(page, "main"))
    assert [row[1] for row in file if row[0] == "Store"] == ["Aarhus"]


@pytest.mark.parametrize("sales", [1, 20])
def test_the_page_costs_the_same_questions_for_many_sales_as_for_one(clerk, sales, django_assert_num_queries):
    for number in range(sales):
        shop = _shop(f"Store {number}", "Kasse")
        shop.pays_back(shop.sells(100, "2026-01-10 08:00"), 10, "2026-01-15 08:00")
    collect_finished_days(now=NOW)
    assert Payment.objects.count() == sales

    with django_assert_num_queries(16):
        page = clerk.get("figures/", period="month")

    assert _tiles(page)[0][1] == f"{sales}.00"


def test_the_menu_and_the_overview_lead_to_the_figures(clerk, aarhus):
    links = [link.get("href") for link in all_of(clerk.get(""), "a")]

    assert links.count(clerk.url("figures/")) == 2


@pytest.mark.parametrize(
    ("name", "today", "first", "last"),
    [
        (Named.WEEK, date(2026, 1, 12), date(2026, 1, 12), date(2026, 1, 18)),
        (Named.WEEK, date(2026, 1, 18), date(2026, 1, 12), date(2026, 1, 18)),
        (Named.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (Named.MONTH, date(2028, 2, 1), date(2028, 2, 1), date(2028, 2, 29)),
        (Named.YESTERDAY, date(2026, 1, 1), date(2025, 12, 31), date(2025, 12, 31)),
    ],
)
def test_weeks_and_months_are_whole(name, today, first, last):
    assert named(name, today=today) == Period(first, last)
