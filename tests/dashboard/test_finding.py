"""The field on every page: what is found by it, and for whom."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
import pytest

from portal.roles import Role
from refunds.states import State
from tests.pages import one, said, table, words
from tests.people import hire
from tests.places import limited_to, new_counter, sold
from tests.refunds.pages.forms import row


@pytest.fixture
def counter(merchants):
    return new_counter(merchants["KINO1"])


@pytest.fixture
def clerk(merchants):
    return hire("carl@kino.example", merchants["KINO1"], Role.CLERK)


def test_the_field_stands_on_every_page_of_a_merchant_and_leads_to_what_it_finds(clerk, counter):
    form = one(clerk.get("terminals/"), "form", "find")

    assert (form.get("method"), form.get("action")) == ("get", clerk.url("find/"))
    assert form.find("input").get("name") == "for"


def test_one_payment_that_is_called_so_opens_at_once(clerk, counter):
    payment = sold(counter, "order-17")

    response = clerk.get("find/", **{"for": " #order-17 "})

    assert (response.status_code, response["Location"]) == (302, clerk.url(f"payments/{payment.pk}/"))


def test_a_payment_that_only_comes_near_is_shown_and_not_opened(clerk, counter):
    sold(counter, "order-17")

    page = clerk.get("find/", **{"for": "order-19"})

    assert words(one(page, "div", "near")) == "Nothing is called “order-19”. What comes near it stands here."
    assert [cells[2] for cells in table(page)] == ["order-17"]


def test_several_are_shown_with_their_refunds(clerk, counter):
    orders = {"order-17", "order-18"}
    for order in orders:
        row(sold(counter, order), State.CAPTURED, refund_order_id=f"refund-{order}")

    page = clerk.get("find/", **{"for": "order-1"})

    assert said(page, "h2") == ["Keys", "Payments", "Refunds"] or said(page, "main//h2") == ["Payments", "Refunds"]
    assert (
        {cells[2] for cells in table(page)[:2]} == {cells[0] for cells in table(page)[2:]} == {"order-17", "order-18"}
    )


def test_beside_a_hit_nothing_is_shown_that_only_comes_near(clerk, counter):
    sold(counter, "order-2793")
    row(sold(counter, "else"), State.CAPTURED, refund_order_id="R-27935")

    page = clerk.get("find/", **{"for": "R-27935"})
    part = clerk.get("find/", **{"for": "27935"})

    assert page.status_code == 302
    assert (said(part, "main//h2"), said(part, "div[@class='notice near']")) == (["Refunds"], [])


def test_too_many_are_not_all_shown_and_that_is_said(clerk, counter):
    for number in range(21):
        sold(counter, f"order-{number}")

    page = clerk.get("find/", **{"for": "order"})

    assert len(table(page)) == 20
    assert said(page, "p", "empty") == ["There are more than stand here. Write more of the order or id."]


def test_nothing_found_is_said(clerk, counter):
    page = clerk.get("find/", **{"for": "nonsense"})

    assert said(page, "p", "empty") == [
        "Nothing that you may see is called like this, begins or ends like this, or comes near it."
    ]


def test_an_empty_field_asks_for_something(clerk, counter):
    sold(counter, "order-17")

    assert (table(clerk.get("find/")), said(clerk.get("find/", **{"for": "  "}), "p", "empty")) == ([], [])


def test_nobody_finds_what_they_may_not_see(clerk, counter, merchants):
    theirs = sold(new_counter(merchants["BAGER7"]), "order-17")
    elsewhere = sold(new_counter(merchants["KINO1"], store="Odense"), "order-17")
    lone = limited_to(counter.terminal.store)

    for asked in ("order-17", str(theirs.pk), theirs.remote_id, str(elsewhere.pk)):
        assert table(lone.get("find/", **{"for": asked})) == []
    assert table(clerk.get("find/", **{"for": theirs.remote_id})) == []


def test_outside_of_any_merchant_all_ones_merchants_are_searched(platform, merchants):
    orders = {bio_code: sold(new_counter(merchants[bio_code]), "order-17") for bio_code in ("KINO1", "BAGER7")}

    page = platform.get("/find/", **{"for": "order-17"})
    one_of_them = platform.get("/find/", **{"for": str(orders["BAGER7"].pk)})

    assert len(table(page)) == 2
    assert one_of_them["Location"] == f"/merchants/{merchants['BAGER7'].pk}/payments/{orders['BAGER7'].pk}/"


def test_many_hits_ask_no_more_of_the_database_than_few(clerk, counter, django_assert_num_queries):
    for number in range(2):
        row(sold(counter, f"order-{number}"), State.CAPTURED, refund_order_id=f"refund-{number}")
    with CaptureQueriesContext(connection) as few:
        clerk.get("find/", **{"for": "order-"})
    for number in range(2, 15):
        row(sold(counter, f"order-{number}"), State.CAPTURED, refund_order_id=f"refund-{number}")

    with django_assert_num_queries(len(few)):
        page = clerk.get("find/", **{"for": "order-"})

    assert (len(table(page)), len(few) <= 40) == (30, True)
