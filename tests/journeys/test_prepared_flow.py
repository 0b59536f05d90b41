"""The flow for amounts that are not known yet: prepare, ready and check-in in either order, capture."""

import pytest

from payments.models import Payment
from tests.payments.posv10_calls import PREPARE, READY, books, keys
from tests.payments.till_sequences import cancel, capture, details, prepare, ready


def test_a_customer_checks_in_before_the_amount_is_known(till, customer, simulator):
    payment_id = prepare(till)["paymentId"]
    seen = [till.status(payment_id)]
    customer.checks_in()
    seen.append(till.status(payment_id))
    answer = ready(till, payment_id)
    seen.append(till.status(payment_id))
    customer.accepts()
    seen.append(till.status(payment_id))
    capture(till, payment_id)
    seen.append(till.status(payment_id))

    assert seen == ["Prepared", "Paired", "IssuedToUser", "Reserved", "Captured"]
    assert answer.body == {
        "message": f"Payment {payment_id} is ready: the customer is asked for 27.06 DKK.",
        "success": True,
        "errors": [],
        "errorCodes": [],
    }
    assert books(simulator) == [("order-1", "Captured", "27.06")]


def test_a_customer_checks_in_after_the_amount_is_known(till, customer, simulator):
    payment_id = prepare(till)["paymentId"]
    ready(till, payment_id)
    seen = [till.status(payment_id)]
    customer.checks_in()
    seen.append(till.status(payment_id))
    customer.accepts()
    seen.append(till.status(payment_id))
    capture(till, payment_id)
    seen.append(till.status(payment_id))

    assert seen == ["Initiated", "IssuedToUser", "Reserved", "Captured"]
    assert books(simulator) == [("order-1", "Captured", "27.06")]


def test_a_prepared_payment_has_no_amount_until_it_is_ready(till, simulator):
    payment_id = prepare(till)["paymentId"]
    before = details(till, payment_id)
    ready(till, payment_id, amount="5")
    after = details(till, payment_id)

    assert (before["status"], before["amount"]) == ("Prepared", None)
    assert (after["status"], after["amount"], after["currencyCode"]) == ("Initiated", "5.00", "DKK")
    [upstream] = simulator.calls.find(*READY)
    assert {name: str(value) for name, value in upstream.body.items()} == {
        "amount": "5.00",
        "currencyCode": "DKK",
        "plannedCaptureDelay": "None",
    }


def test_the_customer_is_known_as_soon_as_they_are_paired(till, customer):
    customer.phone_number = "+4520031804"
    payment_id = prepare(till)["paymentId"]
    before = details(till, payment_id)
    customer.checks_in()

    paired = details(till, payment_id)

    assert (before["customerToken"], before["loyaltyIds"]) == (None, None)
    assert (paired["status"], paired["loyaltyIds"]) == ("Paired", ["123456"])
    assert len(paired["customerToken"]) == 40
    assert paired["customerReceiptToken"] == ""


def test_the_same_preparation_asked_twice_is_one_payment(till, simulator):
    first = prepare(till)
    again = prepare(till)
    ready(till, first["paymentId"])

    after_ready = prepare(till)

    assert [first["paymentId"], first.status] == [again["paymentId"], again.status]
    assert after_ready["paymentId"] == first["paymentId"]
    assert len(keys(simulator, PREPARE)) == 1
    assert books(simulator) == [("order-1", "Initiated", "0")]


@pytest.mark.parametrize("state", ["Initiated", "IssuedToUser", "Reserved", "Captured"])
def test_the_same_amount_given_twice_succeeds_in_every_later_state(till, customer, simulator, state):
    payment_id = prepare(till)["paymentId"]
    ready(till, payment_id)
    if state != "Initiated":
        customer.checks_in()
    if state in {"Reserved", "Captured"}:
        customer.accepts()
    if state == "Captured":
        capture(till, payment_id)
    assert till.status(payment_id) == state

    again = ready(till, payment_id)

    assert (again.status, again["errors"]) == (200, [])
    assert till.status(payment_id) == state
    assert len(keys(simulator, READY)) == 1


def test_another_amount_is_refused_and_the_first_one_stands(till, simulator):
    payment_id = prepare(till)["paymentId"]
    ready(till, payment_id, amount="27.06")

    again = ready(till, payment_id, amount="27.07")

    assert (again.status, again.codes) == (409, ["amount_differs"])
    assert again["message"] is None
    assert details(till, payment_id)["amount"] == "27.06"
    assert len(keys(simulator, READY)) == 1


def test_a_direct_payment_cannot_be_made_ready(till, simulator):
    payment_id = till.start()["paymentId"]

    answer = ready(till, payment_id)

    assert (answer.status, answer.codes) == (409, ["payment_not_prepared"])
    assert simulator.calls.find(*READY) == []
    assert books(simulator) == [("order-1", "Initiated", "0")]


def test_a_cancelled_preparation_cannot_be_made_ready(till, simulator):
    payment_id = prepare(till)["paymentId"]
    cancel(till, payment_id)

    answer = ready(till, payment_id)

    assert (answer.status, answer.codes) == (409, ["payment_not_prepared"])
    assert simulator.calls.find(*READY) == []
    assert books(simulator) == [("order-1", "CancelledByClient", "0")]


def test_an_amount_for_a_preparation_that_mobilepay_ended_unseen_is_refused(till, customer, simulator):
    payment_id = prepare(till)["paymentId"]
    customer.checks_in()
    customer.cancels()

    answer = ready(till, payment_id)

    assert (answer.status, answer.codes) == (409, ["payment_not_prepared"])
    assert till.status(payment_id) == "CancelledByUser"
    payment = Payment.objects.get(pk=payment_id)
    assert (payment.operation, payment.amount_minor, payment.due_at) == ("", None, None)


@pytest.mark.parametrize("wrong", [{"order_id": "order-2"}, {"terminalId": "other"}])
def test_an_amount_for_another_order_or_terminal_finds_no_payment(till, neighbour, simulator, wrong):
    payment_id = prepare(till)["paymentId"]
    if "terminalId" in wrong:
        wrong = {"terminalId": neighbour.terminal_id}

    answer = ready(till, payment_id, **wrong)

    assert (answer.status, answer.codes) == (404, ["payment_not_found"])
    assert simulator.calls.find(*READY) == []
    assert till.status(payment_id) == "Prepared"


def test_a_preparation_and_a_start_of_one_order_are_not_the_same_call(till, simulator):
    payment_id = prepare(till)["paymentId"]

    answer = till.start("order-1")

    assert (answer.status, answer.codes) == (409, ["payment_active"])
    assert payment_id in answer["errors"][0]
    assert books(simulator) == [("order-1", "Prepared", "0")]
