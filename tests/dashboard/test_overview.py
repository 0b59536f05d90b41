"""The front page of a merchant: what happens in the shops right now."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.roles import Role
from terminals.models import Merchant, PointOfSale, Store, Terminal
from terminals.services.fleet_status import Problem
from tests.pages import all_of, one, said, tree, words
from tests.payments.factories import new_payment, new_pos
from tests.people import hire

NOW = datetime(2026, 1, 15, 12, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(time_machine, merchants):
    """Nothing has been silent for long, and every terminal has its point of sale."""
    time_machine.move_to(NOW, tick=False)
    Terminal.objects.all().delete()


def _tills(number, bio_code="KINO1", **fields):
    """New tills that are ready to sell, each in a store of its own."""
    tills = [new_pos(bio_code) for _ in range(number)]
    PointOfSale.objects.filter(pk__in=[pos.pk for pos in tills]).update(created_at=NOW, **fields)
    for place, pos in enumerate(tills):
        Terminal.objects.filter(pk=pos.terminal_id).update(name=f"Kasse {place}")
        Store.objects.filter(pk=pos.terminal.store_id).update(name=f"Store {place}")
    return tills


def _sale(pos, minor, *, ago=timedelta(hours=1), **fields):
    at = NOW - ago
    facts = {"state": "Captured", "amount_minor": minor, "created_at": at, "changed_at": at, **fields}
    return new_payment(pos, **facts)


def _tiles(page):
    return [[words(part) for part in tile] for tile in all_of(page, "a", "tile")]


def _links(page):
    return [link.get("href") for link in all_of(page, "main//a")]


def test_a_quiet_shop_says_so(clerk):
    page = clerk.get("")

    assert said(page, "div[@class='top']//small") == ["Thursday 15 January, 13:30 · all stores"]
    assert _tiles(page) == [
        ["Taken today", "0.00", "DKK", "0.00 refunded · 0.00 net"],
        ["In progress now", "0", "none in doubt"],
        ["Refunds waiting for approval", "0", "0 not finished in all"],
        ["Terminals to look at", "0", "there is none yet"],
    ]
    assert said(page, "p", "empty") == ["No till is taking a payment right now.", "No terminal yet."]
    assert said(page, "section//tbody/tr")[-1] == "None yet —"


def test_the_day_so_far_stands_beside_the_same_weekday_before(clerk):
    [pos] = _tills(1)
    _sale(pos, 123_450)
    _sale(pos, 100_000, ago=timedelta(days=7, hours=1))
    _sale(pos, 900_000, ago=timedelta(days=7, hours=-1))

    page = clerk.get("")

    assert _tiles(page)[0] == [
        "Taken today",
        "1,234.50",
        "DKK · +23 % on last Thursday by now",
        "0.00 refunded · 1,234.50 net",
    ]
    assert one(page, "a//b").get("class") == "up"
    shown = [row for row in said(page, "section//tbody/tr") if not row.endswith("0.00 0.00")]
    assert shown[:3] == ["12:00 1,234.50 1,000.00", "14:00 0.00 9,000.00", "Store 0 1,234.50"]
    assert len(all_of(page, "rect")) == 2 * len(all_of(page, "text")) == 48


def test_a_loss_is_marked_as_one(clerk):
    [pos] = _tills(1)
    _sale(pos, 50)
    _sale(pos, 100, ago=timedelta(days=7, hours=1))

    page = clerk.get("")

    assert (_tiles(page)[0][2], one(page, "a//b").get("class")) == ("DKK · -50 % on last Thursday by now", "down")


def test_a_merchant_of_two_currencies_reads_both(clerk):
    Merchant.objects.update(currencies=["DKK", "EUR"])
    [pos] = _tills(1)
    _sale(pos, 100)
    _sale(pos, 250, currency="EUR")

    page = clerk.get("")

    assert [tile[1:3] for tile in _tiles(page)[:2]] == [["1.00", "DKK"], ["2.50", "EUR"]]
    assert said(page, "h2")[:2] == ["Takings per hour, DKK", "Takings per hour, EUR"]


def test_numbers_stand_as_their_reader_writes_them(clerk):
    [pos] = _tills(1)
    _sale(pos, 123_450)

    page = clerk.browser.get(clerk.url(""), headers={"Accept-Language": "da"})

    assert _tiles(page)[0][1] == "1.234,50"


def test_the_takings_lead_to_the_payments_of_the_merchants_day(clerk, time_machine):
    time_machine.move_to(datetime(2026, 1, 15, 23, 30, tzinfo=UTC), tick=False)

    page = clerk.get("")

    assert said(page, "div[@class='top']//small") == ["Friday 16 January, 00:30 · all stores"]
    assert all_of(page, "a", "tile")[0].get("href") == f"{clerk.url('payments/')}?state=Captured&first=2026-01-16"


def test_what_is_in_progress_is_listed_newest_first(clerk):
    first, second, third = _tills(3)
    new_payment(first, state="Initiated", order_id="o-1", created_at=NOW - timedelta(minutes=2), changed_at=NOW)
    reserved = new_payment(second, state="Reserved", order_id="o-2", created_at=NOW - timedelta(minutes=1))
    new_payment(third, state="Created", order_id="o-3", remote_id=None, created_at=NOW, changed_at=NOW)
    _sale(first, 100)

    page = clerk.get("")

    listed = [words(row) for row in all_of(page, "table") if "Payments in progress" in words(row.find("caption"))]
    assert _tiles(page)[1] == ["In progress now", "3", "1 not known yet"]
    assert [listed[0].find(f"order o-{number}") > 0 for number in (1, 2, 3)] == [True] * 3
    assert listed[0].find("order o-3") < listed[0].find("order o-2") < listed[0].find("order o-1")
    assert "Kasse 1, Store 1 order o-2 · 13:29:00 Reserved 27.06 DKK" in listed[0]
    assert clerk.url(f"payments/{reserved.pk}/") in _links(page)


@pytest.mark.parametrize(("number", "shown", "has_more"), [(12, 12, False), (13, 12, True)])
def test_of_many_payments_in_progress_the_newest_are_listed(number, shown, has_more, clerk):
    for place, pos in enumerate(_tills(number)):
        at = NOW - timedelta(seconds=place)
        new_payment(pos, state="Initiated", order_id=f"o-{place:02}", created_at=at, changed_at=at)

    page = clerk.get("")

    orders = [text for text in said(page, "small/a") if text.startswith("order")]
    assert orders == [f"order o-{place:02}" for place in range(shown)]
    assert ("All that are open" in said(page, "p", "pager")) is has_more
    assert _tiles(page)[1][1] == str(number)


def test_terminals_with_problems_are_listed_worst_first(clerk):
    _, silent, blocked, drifted, missing = _tills(5)
    PointOfSale.objects.filter(pk=silent.pk).update(created_at=NOW - timedelta(days=8))
    PointOfSale.objects.filter(pk=drifted.pk).update(drift={"name": "other"})
    PointOfSale.objects.filter(pk=missing.pk).update(state="Deleted")
    new_payment(blocked, state="Initiated", changed_at=NOW - timedelta(minutes=4))

    page = clerk.get("")

    rows = [words(row) for row in all_of(page, "table[@class='cards']/tbody/tr")]
    assert _tiles(page)[3] == [
        "Terminals to look at",
        "4",
        "1 blocked · 1 no point of sale · 1 differs from MobilePay · 1 silent",
    ]
    assert [row[:7] for row in rows] == ["Kasse 2", "Kasse 4", "Kasse 3", "Kasse 1"]
    expected = [Problem.BLOCKED, Problem.NO_POS, Problem.DRIFTED, Problem.SILENT]
    assert [kind.label in row for kind, row in zip(expected, rows, strict=True)] == [True] * 4


@pytest.mark.parametrize(("number", "shown", "more"), [(10, 10, []), (11, 10, ["All 11"])])
def test_of_many_terminals_with_problems_the_worst_are_listed(number, shown, more, clerk):
    _tills(number, state="Deleted")

    page = clerk.get("")

    assert len(all_of(page, "table[@class='cards']/tbody/tr")) == shown
    assert said(page, "p", "pager") == more
    assert _tiles(page)[3][1:] == [str(number), f"{number} no point of sale"]


def test_who_is_limited_to_stores_reads_of_these_alone(merchants):
    own, other = _tills(2, state="Deleted")
    for pos, minor in ((own, 100), (other, 20_000)):
        _sale(pos, minor)
        new_payment(pos, state="Initiated", order_id=f"o-{minor}", created_at=NOW, changed_at=NOW)
    carl = hire("local@kino.example", merchants["KINO1"], Role.CLERK, stores=[own.terminal.store])

    page = carl.get("")

    assert said(page, "div[@class='top']//small") == ["Thursday 15 January, 13:30 · 1 store"]
    assert [tile[1] for tile in _tiles(page)] == ["1.00", "1", "0", "1"]
    assert ("Store 1" in words(one(page, "main")), "o-20000" in words(one(page, "main"))) == (False, False)


def test_another_merchants_shops_are_not_ours(clerk, rival):
    [pos] = _tills(1, "BAGER7", state="Deleted")
    _sale(pos, 100)
    new_payment(pos, state="Initiated", created_at=NOW, changed_at=NOW)

    pages = [clerk.get(""), rival.get("")]

    assert [[tile[1] for tile in _tiles(page) if tile[1] != "0"] for page in pages] == [
        ["0.00"],
        ["1.00", "0.00", "1", "1"],
    ]


@pytest.mark.parametrize("sales", [1, 20])
def test_the_page_costs_the_same_questions_for_a_busy_shop_as_for_a_quiet_one(sales, clerk, django_assert_num_queries):
    for pos in _tills(sales):
        _sale(pos, 100)
        new_payment(pos, state="Initiated", changed_at=NOW - timedelta(minutes=4))

    with django_assert_num_queries(26):
        page = clerk.get("")

    assert [tile[1] for tile in _tiles(page)] == [f"{sales}.00", str(sales), "0", str(sales)]


def test_the_page_asks_for_itself_and_gets_nothing_while_nothing_happens(clerk):
    [pos] = _tills(1)
    first = clerk.part("", "overview")
    again = clerk.part("", "overview", seen=first.headers["X-Part"])
    _sale(pos, 100)
    after = clerk.part("", "overview", seen=first.headers["X-Part"])

    [root] = list(tree(first))
    assert (root.get("id"), root.get("hx-get"), root.get("hx-trigger")) == ("overview", clerk.url(""), "every 2s")
    assert [answer.status_code for answer in (first, again, after)] == [200, 204, 200]
    assert _tiles(after)[0][1] == "1.00"


@pytest.mark.parametrize("who", ["administrator", "clerk", "approver", "auditor", "platform"])
def test_everybody_of_the_merchant_reads_it(who, request):
    assert request.getfixturevalue(who).get("").status_code == 200
