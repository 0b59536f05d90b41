"""What a payment's page says about its refunds."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
import pytest

from payments.models import Payment
from refunds.models import Refund
from refunds.states import State
from tests.pages import all_of, buttons, facts, one, said, table, tree, words
from tests.places import sold as sold_at
from tests.refunds.factories import decided
from tests.refunds.pages.forms import row
from tests.refunds.scenarios import ask, sell, work

CAPTION = "Refunds of this payment, newest first"


def page_of(person, payment):
    return person.get(f"payments/{payment.pk}/")


def amounts(page):
    return [facts(page).get(name) for name in ("Captured", "Refunded", "On its way back", "Left")]


def test_a_captured_payment_says_that_nothing_has_been_given_back(clerk, payment):
    page = page_of(clerk, payment)

    assert (said(page, "p", "empty"), table(page)) == (["Nothing has been given back."], [])
    assert amounts(page) == ["27.06 DKK", "—", None, "27.06 DKK"]
    assert buttons(page) == ["Refund…"]
    assert one(page, "header/a", "button").get("href") == clerk.url(f"refunds/ask/{payment.pk}/")


def test_refunds_are_listed_newest_first_with_what_is_on_its_way_and_left(clerk, payment, counter):
    row(sold_at(counter, "another"), State.REQUESTED)
    row(payment, State.REQUESTED, amount_minor=1000)
    newest = ask(payment, clerk, 600)

    page = page_of(clerk, payment)

    assert said(page, "caption") == [CAPTION]
    assert table(page) == [
        ["15:00:00 Carl", "Waiting for approval", "6.00 DKK"],
        ["14:30:00 a till", "Waiting for approval", "10.00 DKK"],
    ]
    assert all_of(page, "tbody/tr/td/a")[0].get("href") == clerk.url(f"refunds/{newest.pk}/")
    assert amounts(page) == ["27.06 DKK", "—", "16.00 DKK", "11.06 DKK"]


def test_what_was_paid_back_is_no_longer_on_its_way(clerk, till, customer):
    payment = sell(till, customer)
    decided(payment, clerk, 1000)
    work()

    page = page_of(clerk, payment)

    assert column_of_states(page) == ["Paid back"]
    assert amounts(page) == ["27.06 DKK", "10.00 DKK", None, "17.06 DKK"]
    assert said(page, "div[@class='top']/span", "tag") == ["Partly refunded"]


def column_of_states(page):
    return [each[1] for each in table(page)]


@pytest.mark.parametrize("who", ["approver", "auditor"])
def test_whoever_may_not_ask_has_no_button_and_reads_the_refunds(request, clerk, payment, who):
    ask(payment, clerk)

    page = page_of(request.getfixturevalue(who), payment)

    assert (buttons(page), column_of_states(page)) == ([], ["Waiting for approval"])


@pytest.mark.parametrize("who", ["approver", "auditor"])
def test_whoever_may_not_ask_is_not_told_why_one_cannot(request, clerk, payment, who):
    ask(payment, clerk, 2706)

    page = page_of(request.getfixturevalue(who), payment)

    assert [each.get("id") for each in tree(page).iter() if each.get("id") == "no-refund"] == []


def reason(page):
    """Why the button is disabled, as the button names it."""
    [button] = [each for each in tree(page).iter("button") if "disabled" in each.attrib]
    [told] = [each for each in tree(page).iter() if each.get("id") == button.get("aria-describedby")]
    return words(button), words(told)


def test_what_is_promised_whole_cannot_be_asked_for_again_and_says_why(clerk, payment):
    ask(payment, clerk, 2706)

    page = page_of(clerk, payment)

    assert reason(page) == (
        "Refund…",
        (
            "At most 0.00 DKK of order order-1 can still be given back: 27.06 DKK was taken, and refunds of "
            "27.06 DKK are paid or on their way. No money moved."
        ),
    )
    assert column_of_states(page) == ["Waiting for approval"]


def test_what_is_too_old_cannot_be_asked_for_and_says_why(clerk, counter):
    payment = sold_at(counter, "old", at="2025-12-01T12:00:00Z")

    page = page_of(clerk, payment)

    assert reason(page) == (
        "Refund…",
        (
            "The payment of order old could be refunded for 90 days, and cannot be any more. "
            "No money moved; pay it back another way."
        ),
    )
    assert said(page, "p", "empty") == []


@pytest.mark.parametrize("state", ["Reserved", "CancelledByUser"])
def test_what_was_never_captured_says_nothing_of_refunds(clerk, counter, state):
    payment = sold_at(counter, "open", state=state)

    assert "Refunds" not in said(page_of(clerk, payment), "h2")


def test_another_payments_refunds_are_not_listed(clerk, payment, theirs, counter):
    other = sold_at(counter, "another")
    for each in (theirs, other):
        row(each, State.CAPTURED)

    assert table(page_of(clerk, payment)) == []


def test_more_refunds_ask_no_more_of_the_database(clerk, payment):
    counts = []

    for rounds in (1, 2):
        for _ in range(rounds):
            ask(payment, clerk, 100)
        with CaptureQueriesContext(connection) as asked:
            page = page_of(clerk, payment)
        counts.append((len(table(page)), len(asked)))

    assert counts == [(1, counts[0][1]), (3, counts[0][1])]


def test_a_declined_refund_leaves_all_of_it(clerk, approver, payment):
    refund = ask(payment, clerk)
    approver.post(f"refunds/{refund.pk}/decline/", reason="no receipt")

    page = page_of(clerk, payment)

    assert (column_of_states(page), amounts(page)) == (["Declined"], ["27.06 DKK", "—", None, "27.06 DKK"])
    assert (Refund.objects.get().state, Payment.objects.get().refund_committed_minor) == ("Declined", 0)
