"""How a payment ends without money: by the customer, the till, MobilePay or time."""

import pytest

from payments.models import Payment, PaymentEvent
from tests.payments.posv10_calls import CANCEL, CAPTURE, START, be_busy, books, swallow
from tests.payments.till_sequences import cancel, capture, prepare, reserve


def test_a_customer_says_no(till, customer, simulator):
    payment_id = till.start()["paymentId"]
    customer.checks_in()
    customer.cancels()

    status = till.status(payment_id)

    assert status == "CancelledByUser"
    assert books(simulator) == [("order-1", "CancelledByUser", "0")]


OPEN_STATES = ["Prepared", "Paired", "Initiated", "IssuedToUser", "Reserved"]


@pytest.mark.parametrize("state", OPEN_STATES)
def test_a_till_cancels_in_every_open_state_and_may_repeat_it(till, customer, simulator, state):
    payment_id = (prepare(till) if state in {"Prepared", "Paired"} else till.start())["paymentId"]
    if state in {"Paired", "IssuedToUser", "Reserved"}:
        customer.checks_in()
    if state == "Reserved":
        customer.accepts()
    assert till.status(payment_id) == state

    first = cancel(till, payment_id)
    again = cancel(till, payment_id)

    assert first.body == {
        "message": f"Payment {payment_id} is cancelled. No money was taken.",
        "success": True,
        "errors": [],
        "errorCodes": [],
    }
    assert (again.status, again.body) == (200, first.body)
    assert till.status(payment_id) == "CancelledByClient"
    assert books(simulator) == [("order-1", "CancelledByClient", "0")]
    assert len(simulator.calls.find(*CANCEL)) == 1
    last = PaymentEvent.objects.filter(payment=payment_id).order_by("pk").last()
    assert (last.from_state, last.to_state, last.cause) == (state, "CancelledByClient", "cancelled")


@pytest.mark.parametrize("done", [True, False])
def test_a_till_cancels_a_payment_whose_start_was_never_answered(till, simulator, done):
    swallow(simulator, START, done=done)
    till.start()
    payment_id = str(Payment.objects.get().pk)

    answer = cancel(till, payment_id)

    assert answer.status == 200
    assert till.status(payment_id) == "CancelledByClient"
    assert books(simulator) == [("order-1", "CancelledByClient", "0")]


def test_a_captured_payment_cannot_be_cancelled(till, customer, simulator):
    payment_id = reserve(till, customer)
    capture(till, payment_id)

    answer = cancel(till, payment_id)

    assert (answer.status, answer.codes) == (409, ["payment_ended"])
    assert till.status(payment_id) == "Captured"
    assert simulator.calls.find(*CANCEL) == []
    assert books(simulator) == [("order-1", "Captured", "27.06")]


@pytest.mark.parametrize("is_seen", [True, False])
def test_a_payment_that_its_customer_cancelled_is_not_cancelled_by_the_till(till, customer, simulator, is_seen):
    payment_id = till.start()["paymentId"]
    customer.checks_in()
    customer.cancels()
    if is_seen:
        till.status(payment_id)

    answer = cancel(till, payment_id)

    assert (answer.status, answer.codes) == (409, ["payment_ended"])
    assert answer["errors"] == ["The payment of order order-1 cannot be cancelled any more: cancelled by the customer."]
    assert till.status(payment_id) == "CancelledByUser"
    assert Payment.objects.get().operation == ""


def test_a_card_that_is_declined_ends_the_payment(till, customer, simulator):
    simulator.world.knobs.decline_reservations = True
    payment_id = till.start()["paymentId"]
    customer.checks_in()
    customer.accepts()

    status = till.status(payment_id)

    assert status == "CancelledByMobilePay"
    assert till.start("order-2").status == 200


def test_a_payment_nobody_reacts_to_is_ended_by_mobilepay(till, simulator, later):
    payment_id = till.start()["paymentId"]
    later(seconds=601)

    status = till.status(payment_id)

    assert status == "CancelledByMobilePay"
    assert books(simulator) == [("order-1", "CancelledByMobilePay", "0")]


@pytest.mark.parametrize("is_seen", [True, False])
def test_a_reservation_that_expired_cannot_be_captured(till, customer, simulator, later, is_seen):
    payment_id = reserve(till, customer)
    later(days=7, seconds=1)
    if is_seen:
        assert till.status(payment_id) == "ExpiredAndCancelled"

    answer = capture(till, payment_id)

    assert (answer.status, answer.codes) == (409, ["payment_not_reserved"])
    assert answer["errors"] == [
        "Only a reserved payment can be captured, and that of order order-1 is not: expired. No money moved."
    ]
    assert books(simulator) == [("order-1", "ExpiredAndCancelled", "0")]
    assert len(simulator.calls.find(*CAPTURE)) == (0 if is_seen else 1)
    payment = Payment.objects.get()
    assert (payment.state, payment.operation, payment.captured_minor) == ("ExpiredAndCancelled", "", 0)


def test_an_ended_payment_is_told_from_our_record_even_while_mobilepay_is_away(till, simulator):
    payment_id = till.start()["paymentId"]
    cancel(till, payment_id)
    be_busy(simulator)
    asked = len(simulator.calls.find())

    status = till.status(payment_id)

    assert status == "CancelledByClient"
    assert len(simulator.calls.find()) == asked
