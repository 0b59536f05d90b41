"""A till has crashed and asks by state: nobody polled meanwhile, so MobilePay is asked first."""

import pytest

from payments.models import Payment
from tests.payments.posv10_calls import ALWAYS, ANYTHING, CAPTURE, LOOK_UP, books, swallow
from tests.payments.till_sequences import capture, reserve

# Three ways in which MobilePay is no help: away, saying no, failing.
NO_HELP = pytest.mark.parametrize("status", [429, 403, 500])


def listed(till, state):
    return till.get("payments", terminalId=till.terminal_id, state=state)


def retrieved(till, pos, path, state):
    place = {
        "byterminal": {"terminalId": till.terminal_id, "paymentState": state},
        "byposId": {"posId": str(pos.pos_id), "paymentState": state},
        "bystate": {"state": state},
    }
    return till.get(f"payment/id/retrieve/{path}", orderId="order-1", **place[path])


def test_a_payment_accepted_while_the_till_was_down_is_listed_as_reserved(till, customer, simulator):
    payment_id = till.start()["paymentId"]
    customer.checks_in()
    customer.accepts()

    answer = listed(till, "Reserved")

    assert answer.body == {"paymentsIds": [payment_id], "success": True, "errors": [], "errorCodes": []}
    assert Payment.objects.get().state == "Reserved"
    assert listed(till, "Initiated")["paymentsIds"] == []


@pytest.mark.parametrize("path", ["byterminal", "byposId"])
def test_a_payment_accepted_while_the_till_was_down_is_retrieved_as_reserved(till, customer, pos, simulator, path):
    payment_id = till.start()["paymentId"]
    customer.checks_in()
    customer.accepts()

    answer = retrieved(till, pos, path, "Reserved")

    assert (answer.status, answer["paymentId"]) == (200, payment_id)
    assert capture(till, payment_id).status == 200
    assert books(simulator) == [("order-1", "Captured", "27.06")]


def test_a_capture_whose_answer_was_lost_is_retrieved_as_captured(till, customer, pos, simulator):
    payment_id = reserve(till, customer)
    swallow(simulator, CAPTURE, done=True)
    lost = capture(till, payment_id)

    answer = retrieved(till, pos, "bystate", "Captured")

    assert (lost.status, answer.status, answer["paymentId"]) == (503, 200, payment_id)
    assert books(simulator) == [("order-1", "Captured", "27.06")]


def test_a_payment_that_mobilepay_was_just_asked_about_is_not_asked_about_again(till, customer, pos, simulator, later):
    simulator.world.knobs.payment_poll_delay_in_ms = 5000
    payment_id = till.start()["paymentId"]
    till.status(payment_id)
    customer.checks_in()
    customer.accepts()

    fresh = listed(till, "Reserved")["paymentsIds"], retrieved(till, pos, "byterminal", "Reserved").codes
    asked = len(simulator.calls.find(*LOOK_UP))
    later(seconds=6)
    stale = listed(till, "Reserved")["paymentsIds"], retrieved(till, pos, "byterminal", "Reserved")["paymentId"]

    assert fresh == ([], ["payment_not_found"])
    assert asked == 1
    assert stale == ([payment_id], payment_id)
    assert len(simulator.calls.find(*LOOK_UP)) == 2


@NO_HELP
def test_without_mobilepays_help_our_own_record_answers(till, customer, pos, simulator, status):
    payment_id = reserve(till, customer)
    simulator.faults.add("refuse", *ANYTHING, times=ALWAYS, status=status)

    answers = [listed(till, state)["paymentsIds"] for state in ("Reserved", "Initiated", "Captured")]
    found = [retrieved(till, pos, path, "Reserved") for path in ("byterminal", "byposId")]
    missing = retrieved(till, pos, "bystate", "Captured")

    assert answers == [[payment_id], [], []]
    assert [(answer.status, answer["paymentId"]) for answer in found] == [(200, payment_id)] * 2
    assert (missing.status, missing.codes) == (404, ["payment_not_found"])
    assert Payment.objects.get().state == "Reserved"


@NO_HELP
def test_a_capture_that_fails_on_the_way_still_lets_our_own_record_answer(till, customer, pos, simulator, status):
    payment_id = reserve(till, customer)
    simulator.faults.add("refuse", *CAPTURE, times=ALWAYS, status=status)
    capture(till, payment_id)

    answer = retrieved(till, pos, "byterminal", "Reserved")

    assert (answer.status, answer["paymentId"]) == (200, payment_id)
    assert books(simulator) == [("order-1", "Reserved", "0")]


def test_one_silence_does_not_hide_the_others(till, customer, simulator, later):
    first = reserve(till, customer, "order-1")
    later(seconds=1)
    second = till.start("order-2")["paymentId"]
    customer.checks_in()
    customer.accepts()
    simulator.faults.add("refuse", *LOOK_UP, status=429)

    once = listed(till, "Reserved")["paymentsIds"]
    later(seconds=2)
    twice = listed(till, "Reserved")["paymentsIds"]

    assert once == [first]
    assert twice == [second, first]
