"""The network counts how often it is told something: a till that asks every second tells it no more often than that."""

import pytest

from payments.models import Payment
from payments.tasks import sweep_due
from tests.epayment.books import CANCEL, CAPTURE
from tests.payments.till_sequences import cancel, capture


def calls(simulator, call):
    return len(simulator.calls.find(*call))


def poll_for(till, payment_id, later, seconds):
    for _ in range(seconds):
        later(seconds=1)
        till.get("payment/status", paymentId=payment_id)
        sweep_due()


def test_a_cancellation_that_has_to_wait_is_told_five_times_in_a_minute_at_most(till, phone, simulator, later):
    payment_id = till.start()["paymentId"]
    phone.checks_in()
    simulator.epayment.begin_approving(phone.reference)
    cancel(till, payment_id)

    poll_for(till, payment_id, later, 58)
    told = calls(simulator, CANCEL)
    simulator.epayment.stop_approving(phone.reference)
    poll_for(till, payment_id, later, 60)

    assert told <= 5
    assert Payment.objects.get().state == "CancelledByClient"


def test_a_capture_that_is_held_up_is_told_five_times_in_a_minute_at_most(till, phone, simulator, later):
    payment_id = till.start()["paymentId"]
    phone.checks_in()
    phone.approves()
    phone.tells()
    simulator.faults.add("refuse", *CAPTURE, status=423, times=5)
    capture(till, payment_id)

    poll_for(till, payment_id, later, 58)
    told = calls(simulator, CAPTURE)
    poll_for(till, payment_id, later, 120)

    assert told <= 5
    assert Payment.objects.get().state == "Captured"


@pytest.mark.parametrize("answer", ["423", "429"])
def test_a_till_that_asks_while_it_waits_is_told_that_it_is_not_known(till, phone, simulator, later, answer):
    payment_id = till.start()["paymentId"]
    phone.checks_in()
    phone.approves()
    phone.tells()
    simulator.faults.add("refuse", *CAPTURE, status=int(answer), times=9)

    first = capture(till, payment_id)
    later(seconds=1)
    asked = till.get("payment/status", paymentId=payment_id)

    assert [(each.status, each.codes) for each in (first, asked)] == [(503, ["outcome_unknown"])] * 2
    assert calls(simulator, CAPTURE) == 1
