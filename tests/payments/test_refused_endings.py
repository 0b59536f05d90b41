"""MobilePay says no to a cancellation or an amount."""

import pytest

from payments.models import Payment
from tests.payments.posv10_calls import CANCEL, CAPTURE, LOOK_UP, READY, books, forget_payments, own_code, tell
from tests.payments.till_sequences import cancel, capture, details, prepare, ready, reserve

# Our token is renewed once on a 401, so two refusals make one.
DENIALS = pytest.mark.parametrize(("status", "times"), [(401, 2), (403, 1)])


def deny(simulator, call, status, times):
    simulator.faults.add("refuse", *call, status=status, times=times, code=own_code(status))


def owed():
    payment = Payment.objects.get()
    return payment.state, payment.operation, payment.operation_minor


def test_cancelling_a_payment_that_mobilepay_neither_knows_nor_lists_frees_the_till(till, simulator):
    payment_id = till.start()["paymentId"]
    forget_payments(simulator)

    answer = cancel(till, payment_id)

    assert answer.status == 200
    payment = Payment.objects.get()
    assert (payment.state, payment.operation) == ("CancelledByMobilePay", "")
    assert payment.events.order_by("pk").last().cause == "MobilePay does not have it"
    assert till.start("order-2").status == 200


@pytest.mark.parametrize("status", [404, 401, 403])
def test_a_payment_that_mobilepay_lists_does_not_vanish_because_it_is_not_found(till, simulator, status):
    payment_id = till.start()["paymentId"]
    deny(simulator, CANCEL, 404, 1)
    deny(simulator, LOOK_UP, status, 2)

    answer = cancel(till, payment_id)

    assert (answer.status, answer.codes) == (503, ["outcome_unknown" if status != 404 else "payment_contradicted"])
    assert owed() == ("Initiated", "cancel", None)
    assert books(simulator) == [("order-1", "Initiated", "0")]
    assert cancel(till, payment_id).status == 200
    assert books(simulator) == [("order-1", "CancelledByClient", "0")]


def test_a_payment_whose_cancellation_alone_is_not_found_is_still_owed_it(till, simulator):
    payment_id = till.start()["paymentId"]
    deny(simulator, CANCEL, 404, 1)

    answer = cancel(till, payment_id)

    assert (answer.status, answer.codes) == (503, ["outcome_unknown"])
    assert owed() == ("Initiated", "cancel", None)
    assert cancel(till, payment_id).status == 200


@pytest.mark.parametrize("times", [0, 1])
def test_a_reserved_payment_is_never_dropped_because_mobilepay_says_it_is_unknown(till, customer, simulator, times):
    payment_id = reserve(till, customer)
    deny(simulator, CANCEL, 404, 1)
    if times:
        deny(simulator, LOOK_UP, 404, times)

    answer = cancel(till, payment_id)

    assert (answer.status, answer.codes) == (503, ["payment_contradicted" if times else "outcome_unknown"])
    assert owed() == ("Reserved", "cancel", None)
    assert books(simulator) == [("order-1", "Reserved", "0")]
    assert cancel(till, payment_id).status == 200
    assert books(simulator) == [("order-1", "CancelledByClient", "0")]


@DENIALS
def test_a_cancellation_refused_at_once_is_given_up_and_may_be_asked_again(till, simulator, status, times):
    payment_id = till.start()["paymentId"]
    deny(simulator, CANCEL, status, times)

    refused = cancel(till, payment_id)
    still = owed()

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert still == ("Initiated", "", None)
    assert cancel(till, payment_id).status == 200


@DENIALS
def test_a_cancellation_refused_after_an_unanswered_try_stays_in_doubt(till, simulator, status, times):
    payment_id = till.start()["paymentId"]
    simulator.faults.add("cut_before", *CANCEL)
    deny(simulator, CANCEL, status, times)

    lost = cancel(till, payment_id)

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert owed() == ("Initiated", "cancel", None)


def test_a_cancellation_carried_out_by_the_unanswered_try_is_known_despite_the_refusal(till, simulator):
    payment_id = till.start()["paymentId"]
    simulator.faults.add("cut_after", *CANCEL)
    deny(simulator, CANCEL, 403, 1)

    answer = cancel(till, payment_id)

    assert answer.status == 200
    assert owed() == ("CancelledByClient", "", None)


@pytest.mark.parametrize(("status", "code"), [(403, "1406"), (409, "1303")])
def test_an_amount_that_mobilepay_refuses_is_given_up_and_may_be_given_again(till, simulator, status, code):
    payment_id = prepare(till)["paymentId"]
    simulator.faults.add("refuse", *READY, status=status, code=code)

    refused = ready(till, payment_id)
    still = owed()

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert still == ("Prepared", "", None)
    assert details(till, payment_id)["amount"] is None
    assert ready(till, payment_id, amount="5").status == 200


def test_an_amount_taken_by_the_unanswered_try_is_known_despite_the_refusal(till, simulator):
    payment_id = prepare(till)["paymentId"]
    simulator.faults.add("cut_after", *READY)
    simulator.faults.add("refuse", *READY, status=409, code="1303")

    answer = ready(till, payment_id)

    assert answer.status == 200
    assert details(till, payment_id)["amount"] == "27.06"
    assert owed() == ("Initiated", "", None)


def test_an_amount_refused_after_an_unanswered_try_stays_in_doubt(till, simulator):
    payment_id = prepare(till)["paymentId"]
    simulator.faults.add("cut_before", *READY)
    deny(simulator, READY, 403, 1)

    lost = ready(till, payment_id)

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert owed() == ("Prepared", "ready", 2706)


def test_a_capture_refused_at_once_does_not_claim_what_somebody_else_captured(till, customer, simulator):
    customer.phone_number = "+4520031805"
    payment_id = reserve(till, customer)
    tell(simulator, f"/payments/{Payment.objects.get().remote_id}/capture", {"amount": 10})
    simulator.faults.add("refuse", *CAPTURE, status=409, code="1304")

    answer = capture(till, payment_id, amount="15.00")

    assert (answer.status, answer.codes) == (409, ["already_captured"])
    assert books(simulator) == [("order-1", "Captured", "10")]
