"""An empty yes is not the network's: its own names the payment. Whoever stands in front of it may have said so."""

import pytest

from tests.epayment.books import CANCEL, CAPTURE, REFUND, books, reserve, sell, work_for
from tests.payments.till_sequences import cancel, capture

BODIES = pytest.mark.parametrize("body", ["", "{}", '{"status": "ok"}'])


def say_yes(simulator, call, body):
    simulator.faults.add("foreign_before", *call, status=200, body=body, times=2)


@BODIES
def test_money_counts_as_taken_only_once_the_network_says_so(till, phone, simulator, later, body):
    payment_id = reserve(till, phone)
    say_yes(simulator, CAPTURE, body)

    answer = capture(till, payment_id)
    work_for(later, minutes=1)

    assert (answer.status, answer.codes) == (503, ["outcome_unknown"])
    assert books(simulator) == [("order-1", "AUTHORIZED", 2706, 0, 0)]


@BODIES
def test_money_counts_as_let_go_of_only_once_the_network_says_so(till, phone, simulator, later, body):
    payment_id = reserve(till, phone)
    say_yes(simulator, CANCEL, body)

    answer = cancel(till, payment_id)
    work_for(later, minutes=1)

    assert (answer.status, answer.codes) == (503, ["outcome_unknown"])
    assert books(simulator) == [("order-1", "AUTHORIZED", 0, 2706, 0)]


@BODIES
def test_money_counts_as_given_back_only_once_the_network_says_so(till, phone, simulator, later, body):
    payment_id = sell(till, phone)
    refund_id = till.post("refund/create", paymentId=payment_id, refundOrderId="R-1", amount="10.00")["refundId"]
    say_yes(simulator, REFUND, body)

    answer = till.post("refund/capture", refundId=refund_id)
    work_for(later, minutes=1)

    assert (answer.status, answer.codes) == (503, ["outcome_unknown"])
    assert books(simulator) == [("order-1", "AUTHORIZED", 2706, 0, 1000)]
