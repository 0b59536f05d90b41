"""Taking less than what is reserved, where the customer's card allows it."""

import pytest

from payments.models import Payment
from tests.payments.posv10_calls import CAPTURE, books
from tests.payments.till_sequences import capture, details, reserve

PARTIAL = "+4520031805"


@pytest.fixture
def generous(customer):
    """A customer of whose payment a part can be captured."""
    customer.phone_number = PARTIAL
    return customer


def test_a_part_is_captured_where_that_is_possible(till, generous, simulator):
    payment_id = reserve(till, generous)
    possible = details(till, payment_id)["partialCapturePossible"]

    answer = capture(till, payment_id, amount="10.00")

    assert possible == "true"
    assert (answer.status, answer["message"]) == (200, f"Payment {payment_id} is captured: 10.00 DKK.")
    after = details(till, payment_id)
    assert (after["status"], after["amount"], after["capturedAmount"]) == ("Captured", "27.06", "10.00")
    assert books(simulator) == [("order-1", "Captured", "10.00")]


def test_a_part_is_refused_where_it_is_not_possible(till, customer, simulator):
    payment_id = reserve(till, customer)
    before = Payment.objects.values().get()

    answer = capture(till, payment_id, amount="10.00")

    assert (answer.status, answer.codes) == (409, ["partial_capture_impossible"])
    assert answer["errors"] == [
        (
            "The payment of order order-1 can only be captured whole, 27.06 DKK. No money moved; capture "
            "all of it or cancel it."
        )
    ]
    assert simulator.calls.find(*CAPTURE) == []
    assert Payment.objects.values().get() == before
    assert capture(till, payment_id).status == 200


@pytest.mark.parametrize("second", ["27.06", "9.99", "10.01", None])
def test_another_amount_after_a_capture_is_refused(till, generous, simulator, second):
    payment_id = reserve(till, generous)
    capture(till, payment_id, amount="10.00")

    answer = capture(till, payment_id, **({"amount": second} if second else {}))

    assert (answer.status, answer.codes) == (409, ["already_captured"])
    assert answer["errors"] == [
        "The payment of order order-1 is captured already, with 10.00 DKK. Nothing more was taken."
    ]
    assert len(simulator.calls.find(*CAPTURE)) == 1
    assert books(simulator) == [("order-1", "Captured", "10.00")]


@pytest.mark.parametrize("amount", ["10", "10.0", "10.00"])
def test_the_same_part_again_succeeds_however_it_is_written(till, generous, simulator, amount):
    payment_id = reserve(till, generous)
    capture(till, payment_id, amount="10.00")

    answer = capture(till, payment_id, amount=amount)

    assert answer.status == 200
    assert len(simulator.calls.find(*CAPTURE)) == 1


def test_more_than_is_reserved_is_refused(till, generous, simulator):
    payment_id = reserve(till, generous)
    before = Payment.objects.values().get()

    answer = capture(till, payment_id, amount="27.07")

    assert (answer.status, answer.codes) == (409, ["capture_too_high"])
    assert answer["errors"] == ["At most 27.06 DKK can be captured of order order-1. No money moved."]
    assert simulator.calls.find(*CAPTURE) == []
    assert Payment.objects.values().get() == before


@pytest.mark.parametrize("amount", ["0", "0.00", "-1", "1,00", "1.001", "1e2", "many"])
def test_what_is_no_amount_is_refused_before_anything_is_asked(till, generous, simulator, amount):
    payment_id = reserve(till, generous)

    answer = capture(till, payment_id, amount=amount)

    assert answer.status == 400
    assert simulator.calls.find(*CAPTURE) == []
    assert books(simulator) == [("order-1", "Reserved", "0")]


@pytest.mark.parametrize("is_accepted", [False, True])
def test_a_capture_looks_first_when_the_customer_was_not_seen_to_accept(till, customer, simulator, is_accepted):
    payment_id = till.start()["paymentId"]
    customer.checks_in()
    if is_accepted:
        customer.accepts()

    answer = capture(till, payment_id)

    if is_accepted:
        assert answer.status == 200
        assert books(simulator) == [("order-1", "Captured", "27.06")]
    else:
        assert (answer.status, answer.codes) == (409, ["payment_not_reserved"])
        assert simulator.calls.find(*CAPTURE) == []
        assert books(simulator) == [("order-1", "IssuedToUser", "0")]


def test_a_capture_in_euro_is_in_the_currency_of_the_payment(stranger, simulator):
    payment_id = stranger.start(currencyCode="EUR")["paymentId"]

    status = details(stranger, payment_id)

    assert (status["amount"], status["currencyCode"]) == ("27.06", "EUR")
    [upstream] = simulator.calls.find("POST", "/pos/v10/payments")
    assert upstream.body["currencyCode"] == "EUR"
