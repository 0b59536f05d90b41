"""Names and order ids are words on a page and never anything more; long ones break nothing."""

import pytest

from payments.models import Payment
from tests.pages import all_of, one, toasts, words
from tests.payments.till_sequences import reserve

HOSTILE = "\"><img src=x onerror=a>'{{7*7}}{%x%}"
LONG = "W" * 36


def rename(payment_id, text, *, longest=100):
    """Give everything that a payment's pages name the same words."""
    payment = Payment.objects.get(pk=payment_id)
    for thing in (payment.merchant, payment.store):
        thing.name = (text * 3)[:longest]
        thing.save()
    payment.terminal.name = text
    payment.terminal.save()
    Payment.objects.filter(pk=payment_id).update(order_id=text)


PAGES = ["payments/", "payments/{}/", "payments/{}/capture/", "payments/{}/cancel/"]


@pytest.mark.parametrize("page", PAGES)
def test_hostile_names_are_shown_as_they_are(administrator, till, customer, page):
    payment_id = reserve(till, customer)
    rename(payment_id, HOSTILE)

    response = administrator.get(page.format(payment_id))

    assert response.status_code == 200
    assert [each.attrib for each in all_of(response, "img")] == []
    assert HOSTILE in words(one(response, "main"))
    assert HOSTILE in words(one(response, "title")) or page.endswith("payments/")


@pytest.mark.parametrize("act", ["capture", "cancel"])
def test_hostile_names_in_what_was_done_are_shown_as_they_are(administrator, till, customer, act):
    payment_id = reserve(till, customer)
    rename(payment_id, HOSTILE)

    administrator.post(f"payments/{payment_id}/{act}/", amount="27.06")
    page = administrator.get(f"payments/{payment_id}/")

    assert [each.attrib for each in all_of(page, "img")] == []
    [toast] = toasts(page)
    assert f"order {HOSTILE}" in toast


def test_a_hostile_question_is_shown_as_it_is(clerk, merchants):
    names = ["q", "state", "store", "least", "first", "order", "page", "<img src=x>"]

    pages = [clerk.get("payments/", **{name: HOSTILE}) for name in names]

    assert [(page.status_code, all_of(page, "img")) for page in pages] == [(200, [])] * len(names)


def test_a_hostile_question_keeps_its_words_in_the_field_and_the_links(clerk, merchants):
    page = clerk.get("payments/", q=HOSTILE)

    assert one(page, "input[@name='q']").get("value") == HOSTILE
    assert one(page, "div[@id='payment-table']").get("hx-get").startswith(clerk.url("payments/?q="))


def test_a_hostile_amount_comes_back_as_it_was_written(administrator, till, customer):
    payment_id = reserve(till, customer)

    page = administrator.post(f"payments/{payment_id}/capture/", amount=HOSTILE)

    assert page.status_code == 422
    assert [each.attrib for each in all_of(page, "img")] == []
    assert one(page, "input[@name='amount']").get("value") == HOSTILE


@pytest.mark.parametrize("page", PAGES)
def test_names_as_long_as_can_be_are_shown_whole(administrator, till, customer, page):
    payment_id = reserve(till, customer)
    rename(payment_id, LONG)

    response = administrator.get(page.format(payment_id))

    assert response.status_code == 200
    assert words(one(response, "main")).count(LONG) >= 1
