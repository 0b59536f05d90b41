"""What the payments that somebody asks the list for come to."""

import pytest

from payments.services import sums
from payments.states import State
from tests.pages import all_of, one, said, words
from tests.places import limited_to, new_counter, sold


@pytest.fixture
def aarhus(merchants):
    return new_counter(merchants["KINO1"])


@pytest.fixture
def odense(merchants):
    return new_counter(merchants["KINO1"], store="Odense", terminal="Bar")


@pytest.fixture
def shelf(aarhus, odense, merchants):
    sold(aarhus, "one", amount_minor=123_450, refund_committed_minor=20_000, refunded_minor=20_000)
    sold(aarhus, "part", amount_minor=1000, captured_minor=400, refund_committed_minor=100)
    sold(odense, "euro", amount_minor=500, currency="EUR")
    sold(odense, "none", amount_minor=9900, state=State.CANCELLED_BY_USER)
    sold(new_counter(merchants["BAGER7"]), "theirs", amount_minor=7777)


def _told(person, **question):
    return said(person.get("payments/sums/", **question), "div[@id='payment-sums']/p")


DKK = "3 payments · 1,238.50 DKK captured · 200.00 DKK refunded · 1,038.50 DKK net"
EUR = "1 payment · 5.00 EUR captured · 0.00 EUR refunded · 5.00 EUR net"


def test_each_currency_is_added_up_by_itself(clerk, shelf):
    assert _told(clerk) == [DKK, EUR]


def test_only_what_is_asked_for_is_added_up(clerk, shelf, odense):
    asked = _told(clerk, store=odense.terminal.store_id, state="Captured")

    assert asked == [EUR]
    assert _told(clerk, least="1000,00") == [
        "1 payment · 1,234.50 DKK captured · 200.00 DKK refunded · 1,034.50 DKK net"
    ]
    assert _told(clerk, order="largest") == [DKK, EUR]


def test_whoever_works_in_one_store_adds_up_that_store(shelf, odense):
    assert _told(limited_to(odense.terminal.store)) == [
        "1 payment · 0.00 DKK captured · 0.00 DKK refunded · 0.00 DKK net",
        EUR,
    ]


def test_what_fits_no_question_comes_to_nothing(clerk, shelf):
    assert _told(clerk, q="no-such-order") == ["No payment fits this question."]
    assert _told(clerk, least="abc") == ["There is nothing to add up: the question makes no sense."]


@pytest.mark.parametrize(("most", "is_added_up"), [(4, True), (3, False)])
def test_more_than_can_be_added_up_while_somebody_waits_says_so_and_what_to_do(
    clerk, shelf, monkeypatch, most, is_added_up
):
    monkeypatch.setattr(sums, "MOST_PAYMENTS", most)

    page = clerk.get("payments/sums/")

    told = said(page, "div[@id='payment-sums']/p")
    too_many = "These are more than 3 payments, too many to add up here."
    assert told == ([DKK, EUR] if is_added_up else [f"{too_many} Choose fewer days, or see the figures of any period."])
    links = [link.get("href") for link in all_of(page, "div[@id='payment-sums']//a")]
    assert links == ([] if is_added_up else [clerk.url("figures/")])


@pytest.mark.parametrize(
    ("question", "asked", "trigger"),
    [({}, "?", "click"), ({"order": "oldest"}, "?", "click"), ({"state": "Captured"}, "?state=Captured", "load")],
)
def test_the_list_asks_for_them_by_itself_once_it_is_narrowed(clerk, shelf, question, asked, trigger):
    page = clerk.get("payments/", **question, page="last")

    [link] = [each for each in all_of(page, "a") if words(each) == "Add up these payments"]
    url = f"{clerk.url('payments/')}sums/{asked}"
    assert (link.get("href"), link.get("hx-get"), link.get("hx-trigger")) == (url, url, trigger)
    assert link.get("hx-target") == f"#{one(page, 'p', 'sums').get('id')}" == "#payment-sums"


def test_htmx_gets_the_sums_alone(clerk, shelf):
    part = clerk.part("payments/sums/", "payment-sums")

    assert said(part, "p") == [DKK, EUR]
    assert all_of(part, "h1") == []


def test_the_page_leads_back_to_what_was_added_up(clerk, shelf):
    page = clerk.get("payments/sums/", state="Captured")

    assert said(page, "h1") == ["Sums of payments"]
    assert f"{clerk.url('payments/')}?state=Captured" in [link.get("href") for link in all_of(page, "a")]


@pytest.mark.parametrize("payments", [1, 20])
def test_many_payments_take_no_more_questions_to_the_database(clerk, aarhus, payments, django_assert_num_queries):
    for number in range(payments):
        sold(aarhus, f"order-{number}", amount_minor=100)

    with django_assert_num_queries(8):
        told = _told(clerk)

    assert told[0].startswith(f"{payments} payment")
