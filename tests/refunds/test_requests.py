"""Asking for a refund at the desk: its room is set aside at once, and MobilePay hears nothing of it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from payments.models import Payment
from payments.services.refusals import CurrencyNotAccepted
from payments.states import State as PaymentState
from portal import clock
from portal.money import Money
from refunds.models import Refund
from refunds.services import requests
from refunds.services.refusals import (
    CurrencyDiffers,
    NotPositive,
    PaymentNotCaptured,
    PaymentTooOld,
    RefundOrderReused,
    RefundTooHigh,
)
from tests.payments.factories import new_payment
from tests.refunds.factories import sale
from tests.refunds.scenarios import (
    actions,
    all_refunds,
    ask,
    books,
    refusal,
    rules,
    told,
    told_mobilepay,
    traces,
    withdraw,
    work,
)

NOT_CAPTURED = [state for state in PaymentState if state != PaymentState.CAPTURED]

TOO_HIGH = (
    "At most 27.06 DKK of order order-1 can still be given back: 27.06 DKK was taken, "
    "and refunds of 0.00 DKK are paid or on their way. No money moved."
)


@pytest.fixture
def paid(pos):
    """A captured payment of 27.06 DKK that MobilePay need not know of."""
    return new_payment(pos, state="Captured")


def _ask(payment, person, minor=1000, *, currency="DKK", order=None):
    return requests.ask(
        payment=Payment.objects.select_related("merchant").get(pk=payment.pk),
        order=order or uuid4(),
        amount=Money(minor, currency),
        reason="returned",
        note="",
        requester=person.user,
        now=clock.now(),
    )


def test_a_request_is_written_down_and_its_room_is_set_aside(paid, clerk, simulator, time_machine):
    time_machine.move_to(now := clock.now(), tick=False)

    refund = ask(paid, clerk, 1000, reason="faulty", note="torn")

    work()
    row = Refund.objects.get()
    assert (row.pk, row.merchant, row.store, row.payment, row.requester) == (
        refund.pk,
        paid.merchant,
        paid.store,
        paid,
        clerk.user,
    )
    assert (row.state, row.origin, row.amount, row.refundable_before, row.refundable_after) == (
        "Requested",
        "back_office",
        Money(1000, "DKK"),
        Money(2706, "DKK"),
        Money(1706, "DKK"),
    )
    assert (row.reason, row.note, row.approvals_needed, row.created_at, row.lapses_at, row.due_at, row.operation) == (
        "faulty",
        "torn",
        1,
        now,
        now + timedelta(hours=24),
        now + timedelta(hours=24),
        "",
    )
    assert (told(refund), actions(refund), books(paid)) == (["Requested"], ["refund:requested"], (2706, 1000, 0))
    assert told_mobilepay(simulator) == 0


def test_a_request_up_to_the_desks_own_limit_needs_nobody_and_is_paid(simulator, pos, clerk):
    payment = sale(simulator, pos)
    rules(payment.merchant, desk_limit_minor=1000)
    refund = ask(payment, clerk, 1000)
    before = (told(refund), told_mobilepay(simulator))

    work()

    assert before == (["Approved"], 0)
    assert told(refund) == ["Approved", "Created", "Initiated", "Reserved", "Captured"]
    assert books(payment) == (2706, 1000, 1000)


def test_the_same_form_sent_twice_is_one_request(paid, clerk):
    order = uuid4()
    first = _ask(paid, clerk, order=order)
    before = traces(first)

    second = _ask(paid, clerk, order=order)

    assert second == first
    assert traces(first) == before
    assert Refund.objects.count() == 1


def test_the_same_form_sent_twice_is_one_request_though_it_took_all_that_was_left(paid, clerk):
    order = uuid4()
    first = _ask(paid, clerk, 2706, order=order)

    second = _ask(paid, clerk, 2706, order=order)

    assert second == first
    assert books(paid) == (2706, 2706, 0)


def test_the_same_form_with_another_amount_is_refused(paid, clerk):
    order = uuid4()
    first = _ask(paid, clerk, 1000, order=order)
    before = traces(first)

    sentence = refusal(_ask, paid, clerk, 500, order=order, kind=RefundOrderReused)

    assert sentence == (
        f"Refund order {order} of this payment is another refund, over 10.00 DKK. "
        "Nothing more was done; use another refundOrderId for another refund."
    )
    assert traces(first) == before
    assert Refund.objects.count() == 1


def test_one_order_on_two_payments_is_two_requests(pos, clerk):
    order = uuid4()
    payments = [new_payment(pos, state="Captured", order_id=name) for name in ("order-1", "order-2")]

    refunds = [_ask(payment, clerk, order=order) for payment in payments]

    assert refunds[0] != refunds[1]
    assert [books(payment) for payment in payments] == [(2706, 1000, 0)] * 2


@pytest.mark.parametrize(
    ("minor", "currency", "kind", "sentence"),
    [
        (0, "DKK", NotPositive, "The amount to give back must be more than zero. No money moved."),
        (-1, "DKK", NotPositive, "The amount to give back must be more than zero. No money moved."),
        (
            2707,
            "DKK",
            RefundTooHigh,
            TOO_HIGH,
        ),
        (1000, "EUR", CurrencyNotAccepted, None),
    ],
)
def test_an_impossible_amount_is_refused(minor, currency, kind, sentence, paid, clerk, simulator):
    said = refusal(_ask, paid, clerk, minor, currency=currency, kind=kind)

    work()
    assert said == (sentence.format(paid.pk) if sentence else CurrencyNotAccepted("EUR").message)
    assert (all_refunds(), books(paid), told_mobilepay(simulator)) == ([], (2706, 0, 0), 0)


def test_another_of_the_merchants_currencies_is_refused(paid, clerk, merchants, simulator):
    merchants["KINO1"].currencies = ["DKK", "EUR"]
    merchants["KINO1"].save()

    said = refusal(_ask, paid, clerk, 1000, currency="EUR", kind=CurrencyDiffers)

    work()
    assert said == "The payment of order order-1 was taken in DKK, and goes back in it. No money moved."
    assert (all_refunds(), books(paid), told_mobilepay(simulator)) == ([], (2706, 0, 0), 0)


@pytest.mark.parametrize("state", NOT_CAPTURED)
def test_only_a_captured_payment_is_refunded(state, pos, clerk, simulator):
    payment = new_payment(pos, state=state)

    said = refusal(_ask, payment, clerk, kind=PaymentNotCaptured)

    work()
    assert said == (
        "Only a captured payment can be refunded, and that of order order-1 is not: "
        f"{PaymentState(state).in_a_sentence}. No money moved."
    )
    assert (all_refunds(), books(payment), told_mobilepay(simulator)) == ([], (0, 0, 0), 0)


def test_what_others_have_asked_for_is_not_left(paid, clerk):
    first = ask(paid, clerk, 2000)

    said = refusal(_ask, paid, clerk, 707, kind=RefundTooHigh)

    last = ask(paid, clerk, 706)
    assert said == (
        "At most 7.06 DKK of order order-1 can still be given back: 27.06 DKK was taken, "
        "and refunds of 20.00 DKK are paid or on their way. No money moved."
    )
    assert (first.refundable_before.minor, last.refundable_before.minor, books(paid)) == (2706, 706, (2706, 2706, 0))


def test_what_was_withdrawn_is_left_again(paid, clerk):
    withdraw(ask(paid, clerk, 2706), clerk)

    refund = ask(paid, clerk, 2706)

    assert refund.state == "Requested"
    assert books(paid) == (2706, 2706, 0)


def test_a_payment_can_be_refunded_until_the_last_moment_of_its_window(pos, clerk, simulator, time_machine):
    time_machine.move_to(now := clock.now(), tick=False)
    payments = [
        new_payment(pos, state="Captured", order_id=f"order-{late}", changed_at=now - timedelta(days=90, seconds=late))
        for late in (0, 1)
    ]

    refund = ask(payments[0], clerk)
    said = refusal(ask, payments[1], clerk, kind=PaymentTooOld)

    assert refund.state == "Requested"
    assert said == (
        "The payment of order order-1 could be refunded for 90 days, and cannot be any more. "
        "No money moved; pay it back another way."
    )
    assert (books(payments[1]), told_mobilepay(simulator)) == ((2706, 0, 0), 0)


def test_a_request_lapses_when_its_payment_becomes_too_old(pos, clerk, time_machine):
    time_machine.move_to(now := clock.now(), tick=False)
    payment = new_payment(pos, state="Captured", changed_at=now - timedelta(days=89, hours=20))

    refund = ask(payment, clerk)

    assert (refund.lapses_at, refund.due_at) == (now + timedelta(hours=4),) * 2


def test_a_page_knows_beforehand_whether_a_payment_can_be_refunded(pos, clerk):
    possible = new_payment(pos, state="Captured")
    spent = new_payment(pos, state="Captured", order_id="order-2")
    ask(spent, clerk, 2706)
    spent.refresh_from_db()
    cancelled = new_payment(pos, state="CancelledByUser", order_id="order-3")

    said = [requests.why_not_ask(payment=each, now=clock.now()) for each in (possible, spent, cancelled)]

    assert said == ["", RefundTooHigh(spent).message, PaymentNotCaptured(cancelled).message]
    assert [books(each) for each in (possible, spent)] == [(2706, 0, 0), (2706, 2706, 0)]
