"""Requests that are refused: too much, too late, too often, or by somebody who may not ask."""

from datetime import timedelta

import pytest

from payments.models import Payment
from portal.roles import Role
from refunds.models import Refund
from tests.house.world import rows
from tests.pages import buttons, errors, said
from tests.people import hire
from tests.places import limited_to
from tests.refunds.pages.forms import asking, lead, wish
from tests.refunds.scenarios import ask, books, rules, told_mobilepay

NOTHING_ASKED = (2706, 0, 0)


def test_more_than_is_left_is_refused_with_what_is_left(clerk, payment, simulator):
    ask(payment, clerk, 2000)
    fields, before = wish(clerk, payment, amount="7.07"), rows()

    page = clerk.post(asking(payment), **fields)

    assert (page.status_code, errors(page)) == (
        422,
        [
            (
                "At most 7.06 DKK of order order-1 can still be given back: 27.06 DKK was taken, and refunds "
                "of 20.00 DKK are paid or on their way. No money moved."
            )
        ],
    )
    assert rows() == before
    assert told_mobilepay(simulator) == 0


def test_the_second_of_two_clerks_reads_that_the_first_was_quicker(clerk, payment):
    other = hire("cora@kino.example", payment.merchant, Role.CLERK)
    fields = wish(other, payment, amount="27.06")
    clerk.post(asking(payment), **wish(clerk, payment, amount="27.06"))

    page = other.post(asking(payment), **fields)

    [sentence] = errors(page)
    assert page.status_code == 422
    assert sentence.startswith("At most 0.00 DKK of order order-1 can still be given back")
    assert (lead(page), buttons(page)) == ([sentence], ["Back"])
    assert Refund.objects.get().requester == clerk.user


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (
            {"person_day_limit_minor": 1500},
            (
                "One person may ask for 15.00 DKK of refunds a day, and you have asked for 10.00 DKK today. "
                "No money moved; somebody else can ask for it."
            ),
        ),
        (
            {"day_limit_minor": 1500},
            (
                "The merchant gives back at most 15.00 DKK a day, and 10.00 DKK was asked for today. "
                "No money moved; an administrator can raise the limit."
            ),
        ),
    ],
)
def test_a_ceiling_of_the_day_is_told_in_the_form(clerk, payment, limits, sentence):
    rules(payment.merchant, **limits)
    ask(payment, clerk, 1000)
    fields, before = wish(clerk, payment, amount="5.01"), rows()

    page = clerk.post(asking(payment), **fields)

    assert (page.status_code, errors(page)) == (422, [sentence])
    assert rows() == before


def spoil(payment, how):
    changes = {
        "not captured": {"state": "Reserved", "captured_minor": 0},
        "too old": {"changed_at": payment.changed_at - timedelta(days=90, hours=-1)},
        "nothing left": {"refund_committed_minor": 2706},
    }
    Payment.objects.filter(pk=payment.pk).update(**changes[how])


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        (
            "not captured",
            "Only a captured payment can be refunded, and that of order order-1 is not: reserved. No money moved.",
        ),
        (
            "nothing left",
            (
                "can still be given back: 27.06 DKK was taken, and refunds of 27.06 DKK are paid or on their way. "
                "No money moved."
            ),
        ),
    ],
)
def test_what_cannot_be_refunded_offers_no_button_and_takes_no_request(clerk, payment, simulator, how, sentence):
    fields = wish(clerk, payment)
    spoil(payment, how)
    before = rows()

    question = clerk.get(asking(payment))
    refused = clerk.post(asking(payment), **fields)

    assert ([each.endswith(sentence) for each in lead(question)], buttons(question)) == ([True], ["Back"])
    assert (refused.status_code, errors(refused)) == (422, lead(question))
    assert rows() == before
    assert told_mobilepay(simulator) == 0


def test_a_payment_becomes_too_old_while_the_form_is_open(clerk, payment, simulator, time_machine):
    spoil(payment, "too old")
    fields = wish(clerk, payment)
    time_machine.shift(timedelta(hours=2))

    refused = clerk.post(asking(payment), **fields)

    assert (refused.status_code, errors(refused), buttons(refused)) == (
        422,
        [
            (
                "The payment of order order-1 could be refunded for 90 days, and cannot be any more. "
                "No money moved; pay it back another way."
            )
        ],
        ["Back"],
    )
    assert (Refund.objects.count(), books(payment)) == (0, NOTHING_ASKED)


@pytest.mark.parametrize("who", ["approver", "auditor"])
def test_whoever_may_not_ask_is_told_who_may(request, clerk, payment, who):
    somebody, fields = request.getfixturevalue(who), wish(clerk, payment)
    before = rows()

    answers = [somebody.get(asking(payment)), somebody.post(asking(payment), **fields)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert said(answers[0], "h1") == ["You may not ask for refunds here"]
    assert rows() == before


def test_a_clerk_of_one_store_asks_for_what_was_sold_there_and_nothing_else(clerk, payment, odense):
    here, elsewhere = (
        limited_to(payment.store),
        hire("ole@kino.example", payment.merchant, Role.CLERK, stores=[odense.terminal.store]),
    )
    fields = wish(clerk, payment)

    strangers = [elsewhere.get(asking(payment)), elsewhere.post(asking(payment), **fields)]
    none_yet = Refund.objects.count()
    answer = here.post(asking(payment), **wish(here, payment))

    assert [each.status_code for each in strangers] == [404, 404]
    assert (none_yet, answer.status_code, Refund.objects.get().requester) == (0, 302, here.user)


def test_a_payment_of_another_merchant_cannot_be_asked_for(clerk, payment, theirs):
    fields = wish(clerk, payment)

    answers = [clerk.get(asking(theirs)), clerk.post(asking(theirs), **fields)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert (Refund.objects.count(), books(theirs)) == (0, NOTHING_ASKED)
