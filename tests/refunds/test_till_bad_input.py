"""What may not be given back: refused with a sentence, and MobilePay hears nothing of it."""

from datetime import timedelta

import pytest

from payments.models import Payment
from payments.states import State as PaymentState
from terminals.models import PointOfSale
from tests.payments.factories import new_payment
from tests.payments.till_sequences import cancel, prepare, reserve
from tests.refunds.scenarios import (
    all_refunds,
    at_mobilepay,
    books,
    call_off,
    details,
    give_back,
    pay_out,
    reserved_at_till,
    rules,
    told,
    told_mobilepay,
)
from tests.tillapi.endpoints import UNKNOWN
from tests.tillapi.raw_calls import refusal


def refused_for_nothing(simulator, payment):
    """Nothing was written down, set aside or said."""
    found = Payment.objects.get(pk=payment.pk)
    return all_refunds() == [] and found.refund_committed_minor == 0 and told_mobilepay(simulator) == 0


@pytest.mark.parametrize("amount", ["27.07", "9999999999.99"])
def test_more_than_was_taken_does_not_go_back(till, sold, simulator, amount):
    refused = give_back(till, sold, amount)

    sentence = (
        "At most 27.06 DKK of order order-1 can still be given back: 27.06 DKK was taken, "
        "and refunds of 0.00 DKK are paid or on their way. No money moved."
    )
    assert (refused.status, refused.body) == (
        409,
        refusal(own=["refundId"], code="refund_too_high", sentence=sentence),
    )
    assert refused_for_nothing(simulator, sold)


def test_more_than_is_left_does_not_go_back(till, sold, simulator):
    give_back(till, sold, "10.00")
    before, asked = books(sold), told_mobilepay(simulator)

    refused = give_back(till, sold, "17.07", "refund-2")

    assert (refused.status, refused.codes) == (409, ["refund_too_high"])
    assert refused["errors"] == [
        (
            "At most 17.06 DKK of order order-1 can still be given back: 27.06 DKK was taken, "
            "and refunds of 10.00 DKK are paid or on their way. No money moved."
        )
    ]
    assert books(sold) == before == (2706, 1000, 0)
    assert told_mobilepay(simulator) == asked


def test_only_what_was_captured_of_a_payment_goes_back(till, customer, simulator):
    customer.phone_number = "+4520031805"
    payment_id = reserve(till, customer)
    till.post("payment/capture", paymentId=payment_id, amount="10.00")
    payment = Payment.objects.get()

    refused = give_back(till, payment, "10.01")
    taken = give_back(till, payment, "10.00")

    assert (refused.status, refused.codes) == (409, ["refund_too_high"])
    assert taken.status == 200
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, "Reserved")]


@pytest.mark.parametrize("amount", ["0", "0.00", "-1", "-0.01", "1,00", "1e1", "10.001", "ti"])
def test_an_amount_that_is_none_is_refused_by_name(till, sold, simulator, amount):
    refused = give_back(till, sold, amount)

    assert (refused.status, refused.codes) == (400, ["parameter_invalid"])
    assert refused["errors"][0].startswith("The parameter amount must be ")
    assert refused_for_nothing(simulator, sold)


def test_a_currency_that_the_merchant_does_not_take_is_a_wrong_parameter(till, sold, simulator):
    refused = give_back(till, sold, currencyCode="EUR")

    sentence = "The parameter currencyCode EUR is not a currency of this merchant."
    assert (refused.status, refused.body) == (
        400,
        refusal(own=["refundId"], code="parameter_invalid", sentence=sentence),
    )
    assert refused_for_nothing(simulator, sold)


def test_another_currency_of_the_merchant_is_not_the_payments(stranger, simulator):
    pos = PointOfSale.objects.get(terminal__terminal_id=stranger.terminal_id)
    payment = new_payment(pos, state="Captured")

    refused = give_back(stranger, payment, currencyCode="EUR")

    sentence = "The payment of order order-1 was taken in DKK, and goes back in it. No money moved."
    assert (refused.status, refused.body) == (
        409,
        refusal(own=["refundId"], code="currency_differs", sentence=sentence),
    )
    assert refused_for_nothing(simulator, payment)


@pytest.mark.parametrize("state", ["Prepared", "Initiated", "Reserved", "CancelledByClient"])
def test_a_payment_that_is_not_captured_gives_nothing_back(till, customer, simulator, state):
    if state == "Prepared":
        prepare(till)
    elif state == "Reserved":
        reserve(till, customer)
    else:
        till.start()
    if state == "CancelledByClient":
        cancel(till, str(Payment.objects.get().pk))
    payment = Payment.objects.get()

    refused = give_back(till, payment)

    sentence = (
        "Only a captured payment can be refunded, and that of order order-1 is not: "
        f"{PaymentState(state).in_a_sentence}. No money moved."
    )
    assert (refused.status, refused.body) == (
        409,
        refusal(own=["refundId"], code="payment_not_captured", sentence=sentence),
    )
    assert refused_for_nothing(simulator, payment)


def test_a_payment_of_more_than_ninety_days_ago_gives_nothing_back(till, sold, simulator, later):
    later(days=91)

    refused = give_back(till, sold)

    sentence = (
        "The payment of order order-1 could be refunded for 90 days, and cannot be any more. "
        "No money moved; pay it back another way."
    )
    assert (refused.status, refused.body) == (
        409,
        refusal(own=["refundId"], code="payment_too_old", sentence=sentence),
    )
    assert refused_for_nothing(simulator, sold)


def test_a_payment_of_eighty_nine_days_ago_goes_back(till, sold, simulator, later):
    later(days=89)

    assert give_back(till, sold).status == 200
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "Reserved")]


def test_a_merchant_may_want_a_shorter_time_than_mobilepay(till, sold, simulator, later):
    rules(sold.merchant, window=timedelta(days=14))
    later(days=15)

    refused = give_back(till, sold)

    assert (refused.status, refused.codes) == (409, ["payment_too_old"])
    assert "The payment of order order-1 could be refunded for 14 days, and cannot be any more" in refused["errors"][0]
    assert refused_for_nothing(simulator, sold)


@pytest.mark.parametrize("order_id", ["x" * 37, "🍕", "a\nb", ""])
def test_a_refund_order_must_be_one_that_mobilepay_takes(till, sold, simulator, order_id):
    refused = give_back(till, sold, order_id=order_id)

    assert (refused.status, refused["refundId"]) == (400, None)
    assert refused["errors"][0].startswith("The parameter refundOrderId ")
    assert refused_for_nothing(simulator, sold)


def test_another_merchants_payment_does_not_exist(sold, stranger, simulator):
    created = give_back(stranger, sold)
    listed = stranger.get("refunds", paymentId=str(sold.pk))

    sentence = "The merchant has no such payment. No money moved."
    assert (created.status, created.body) == (
        404,
        refusal(own=["refundId"], code="payment_not_found", sentence=sentence),
    )
    assert (listed.status, listed.body) == (
        404,
        refusal(own=["refundsIds"], code="payment_not_found", sentence=sentence),
    )
    assert refused_for_nothing(simulator, sold)


@pytest.mark.parametrize(
    ("act", "own"),
    [(details, "refundDetails"), (pay_out, "message"), (call_off, "message")],
)
def test_another_merchants_refund_does_not_exist(till, sold, stranger, simulator, act, own):
    refund = reserved_at_till(till, sold)
    before, asked = (books(sold), told(refund)), told_mobilepay(simulator)

    refused = act(stranger, refund)

    sentence = "The merchant has no such refund. No money moved."
    assert (refused.status, refused.body) == (
        404,
        refusal(own=[own], code="refund_not_found", sentence=sentence),
    )
    assert (books(sold), told(refund)) == before
    assert told_mobilepay(simulator) == asked


@pytest.mark.parametrize("act", [details, pay_out, call_off])
def test_an_unknown_refund_does_not_exist(till, simulator, act):
    refused = act(till, UNKNOWN)

    assert (refused.status, refused.codes) == (404, ["refund_not_found"])
    assert told_mobilepay(simulator) == 0


def test_an_unknown_payment_does_not_exist(till, simulator):
    refused = till.post("refund/create", paymentId=UNKNOWN, refundOrderId="refund-1", amount="10.00")

    assert (refused.status, refused.codes) == (404, ["payment_not_found"])
    assert all_refunds() == []
    assert told_mobilepay(simulator) == 0
