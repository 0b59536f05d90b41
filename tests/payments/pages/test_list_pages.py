"""Walking through a long list of payments, and watching it live."""

import base64
from itertools import chain
import json

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.dateparse import parse_datetime
import pytest

from portal.roles import Role
from tests.pages import all_of, column, one, said, table, words
from tests.people import hire
from tests.places import new_counter, secure, sold

MANY = 105
SOME_ID = "0d9f1a52-7d0e-4b8f-9a41-0c5d2e7b1a01"


@pytest.fixture
def counter(merchants):
    return new_counter(merchants["KINO1"])


@pytest.fixture
def many(counter):
    """More than two pages, many of them of the same moment and the same amount."""
    return [
        sold(counter, f"order-{number}", at=f"2026-03-0{1 + number % 3}T12:00:00Z", amount_minor=1000 + number % 4)
        for number in range(MANY)
    ]


def link(page, relation):
    """The address that the pager's link leads to, None without such a link."""
    found = all_of(page, f"a[@rel='{relation}']")
    return found[0].get("href") if found else None


def walk(person, address, relation):
    """The orders of all pages from one on."""
    orders = []
    while address is not None:
        page = person.get(address)
        orders.append(column(page, 2))
        following = link(page, relation)
        address = following and person.url(f"payments/{following}")
    return orders


def mark(*place):
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ("newest", lambda payment: (payment.created_at, payment.pk)),
        ("largest", lambda payment: (payment.amount_minor, payment.pk)),
    ],
)
def test_all_pages_together_show_every_payment_once_in_order(clerk, many, order, key):
    expected = [payment.order_id for payment in sorted(many, key=key, reverse=True)]

    pages = walk(clerk, clerk.url(f"payments/?order={order}"), "next")

    assert [len(page) for page in pages] == [50, 50, 5]
    assert [*chain(*pages)] == expected


def test_the_oldest_first_is_the_newest_first_backwards(clerk, many):
    expected = [payment.order_id for payment in sorted(many, key=lambda payment: (payment.created_at, payment.pk))]

    pages = walk(clerk, clerk.url("payments/?order=oldest"), "next")

    assert [*chain(*pages)] == expected


def test_from_the_last_page_one_comes_back_to_the_first(clerk, many):
    there = walk(clerk, clerk.url("payments/"), "next")

    back = walk(clerk, clerk.url("payments/?page=last"), "prev")

    assert [len(page) for page in back] == [50, 50, 5]
    assert [*chain(*reversed(back))] == [*chain(*there)]


def test_the_pagers_links_keep_the_question(clerk, many):
    first = clerk.get("payments/", state="Captured", order="oldest")

    second = clerk.browser.get(clerk.url(f"payments/{link(first, 'next')}"))

    assert link(first, "prev") is None
    assert link(first, "next").startswith("?state=Captured&order=oldest&page=")
    assert link(second, "prev").startswith("?state=Captured&order=oldest&page=")
    assert said(second, "nav[@class='pager']//a") == ["First", "Newer", "Older", "Last"]


def test_a_payment_that_comes_in_meanwhile_moves_no_later_page(clerk, counter, many):
    before = walk(clerk, clerk.url("payments/"), "next")
    onward = clerk.url(f"payments/{link(clerk.get('payments/'), 'next')}")
    sold(counter, "newcomer", at="2026-03-09T12:00:00Z")

    assert walk(clerk, onward, "next") == before[1:]
    assert column(clerk.get("payments/"), 2)[0] == "newcomer"


NOWHERE = {
    "a word": "nonsense",
    "a sign": "%",
    "letters": "æøå",
    "long": "x" * 3000,
    "deep": base64.urlsafe_b64encode(b"[" * 2000).decode(),
    "empty": mark(),
    "nothing": mark("a", None, None),
    "words": mark("a", "x", "y"),
    "no key by time": mark("a", "2026-03-02T12:00:00+00:00", None),
    "no key by amount": mark("a", 1000, None),
    "an object": mark("a", {}, SOME_ID),
    "infinite": mark("a", float("inf"), SOME_ID),
    "no number": mark("a", float("nan"), SOME_ID),
    "before all time": mark("b", "0001-01-01T00:00:00+14:00", SOME_ID),
    "after all time": mark("b", "9999-12-31T23:59:59-14:00", SOME_ID),
}


@pytest.mark.parametrize("cursor", NOWHERE.values(), ids=NOWHERE)
def test_a_page_that_makes_no_sense_is_the_first_one(clerk, counter, cursor):
    for number in range(3):
        sold(counter, f"order-{number}", amount_minor=1000 + number)
    orders = ["newest", "oldest", "largest"]
    first = [column(clerk.get("payments/", order=order), 2) for order in orders]

    pages = [clerk.get("payments/", order=order, page=cursor) for order in orders]

    assert [page.status_code for page in pages] == [200] * 3
    assert [column(page, 2) for page in pages] == first


def test_a_page_of_another_order_or_another_merchant_leads_nowhere_else(clerk, rival, many, merchants):
    sold(new_counter(merchants["BAGER7"]), "theirs", at="2026-03-01T00:00:00Z")
    second = link(clerk.get("payments/"), "next")

    page = rival.browser.get(rival.url(f"payments/{second}"))

    assert column(page, 2) == ["theirs"]


def test_only_the_first_page_is_live(clerk, many):
    first = clerk.get("payments/", state="Captured")
    second = clerk.browser.get(clerk.url(f"payments/{link(first, 'next')}"))
    wrong = clerk.get("payments/", state="Paid")

    live = one(first, "div[@id='payment-table']")
    path, _, place = live.get("hx-get").partition("&page=")
    assert (path, live.get("hx-trigger")) == (clerk.url("payments/?state=Captured"), "every 2s")
    assert column(clerk.part(live.get("hx-get"), "payment-table"), 2) == column(first, 2)
    assert place
    assert "hx-get" not in one(second, "div[@id='payment-table']").attrib
    assert "hx-get" not in one(wrong, "div[@id='payment-table']").attrib


def test_the_live_part_is_the_table_alone_and_keeps_the_question(clerk, counter):
    sold(counter, "one")
    sold(counter, "two", state="Reserved")

    part = clerk.part("payments/", "payment-table", state="Captured")

    assert part.status_code == 200
    assert column(part, 2) == ["one"]
    assert all_of(part, "*")[0].get("id") == "payment-table"
    assert b"<html" not in part.content
    assert {"HX-Request", "HX-Target"} <= set(part["Vary"].split(", "))


def test_the_live_part_is_sent_again_only_when_something_changed(clerk, counter, time_machine):
    time_machine.move_to(parse_datetime("2026-03-02T13:00:00Z"), tick=False)
    payment = sold(counter, "one", state="Reserved")
    shown = clerk.part("payments/", "payment-table")

    same = clerk.part("payments/", "payment-table", seen=shown["X-Part"])
    payment.state, payment.captured_minor = "Captured", payment.amount_minor
    payment.save()
    changed = clerk.part("payments/", "payment-table", seen=shown["X-Part"])

    assert (same.status_code, same.content, same["X-Part"]) == (204, b"", shown["X-Part"])
    assert (changed.status_code, column(changed, 3)) == (200, ["Captured"])
    assert changed["X-Part"] != shown["X-Part"]


def test_a_part_that_is_not_the_pages_own_gets_the_whole_page(clerk, counter):
    sold(counter, "one")

    page = clerk.part("payments/", "somewhere-else")

    assert (page.status_code, table(page)[0][2]) == (200, "one")
    assert b"<html" in page.content


def queries_for(person, path):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = person.get(path)
    assert response.status_code == 200
    return len(queries)


@pytest.mark.parametrize("stores", [None, 3], ids=["all stores", "three stores"])
def test_a_longer_list_takes_no_more_questions_to_the_database(merchants, settings, stores):
    settings.SECOND_FACTOR_REQUIRED = True
    kino = merchants["KINO1"]
    counters = [new_counter(kino, store=f"Store {number}") for number in range(3)]
    named = stores and [counter.terminal.store for counter in counters]
    boss = hire("boss@kino.example", kino, Role.ADMINISTRATOR, stores=named)
    secure(boss)
    sold(counters[0], "first")

    few = queries_for(boss, "payments/")
    for number in range(100):
        sold(counters[number % 3], f"order-{number}")
    many = queries_for(boss, "payments/")

    assert many == few
    assert many <= 12


def test_what_comes_while_somebody_reads_is_said_and_moves_no_row(clerk, counter):
    for number in (1, 2):
        sold(counter, f"old-{number}", at=f"2026-03-01T1{number}:00:00Z")
    store = counter.terminal.store_id
    first = clerk.get("payments/", store=store)
    live = one(first, "div[@id='payment-table']").get("hx-get")
    for number in (3, 4, 5):
        sold(counter, f"new-{number}", at=f"2026-03-01T1{number}:00:00Z")

    part = clerk.part(live, "payment-table")

    assert (column(first, 2), column(part, 2)) == (["old-2", "old-1"], ["old-2", "old-1"])
    shown = one(part, "a", "newer")
    assert (words(shown), shown.get("href")) == (
        "3 new, show",
        clerk.url(f"payments/?store={counter.terminal.store_id}"),
    )
    assert column(clerk.get(shown.get("href")), 2) == ["new-5", "new-4", "new-3", "old-2", "old-1"]
    assert all_of(first, "a", "newer") == []


def test_the_way_back_from_a_payment_leads_to_the_list_as_it_was_asked_for(clerk, counter):
    payment = sold(counter, "order-1")
    clerk.get("payments/", state="Captured", q="order-1", store="", order="newest")

    crumb = one(clerk.get(f"payments/{payment.pk}/"), "a", "crumb")

    assert crumb.get("href") == clerk.url("payments/?state=Captured&q=order-1")


def test_the_menu_leads_to_the_list_of_all_and_so_does_the_way_back_from_then_on(clerk, counter):
    payment = sold(counter, "order-1")
    clerk.get("payments/", state="Captured")
    clerk.get("payments/")

    assert one(clerk.get(f"payments/{payment.pk}/"), "a", "crumb").get("href") == clerk.url("payments/")


def test_an_address_holds_only_what_is_set(clerk, counter):
    sold(counter, "order-1")
    asked = "?q=&state=Captured&store=&terminal=&first=&last=&least=&most=&order=newest"

    response = clerk.browser.get(clerk.url(f"payments/{asked}"))

    assert (response.status_code, response["Location"]) == (302, clerk.url("payments/?state=Captured"))
    assert clerk.browser.get(clerk.url("payments/?order=newest"))["Location"] == clerk.url("payments/")
