"""How long an old word is told when MobilePay confirms nothing any more."""

import pytest

from tests.payments.posv10_calls import LOOK_UP, UNKNOWN, own_code
from tests.payments.till_sequences import details


@pytest.mark.parametrize(
    ("status", "told"),
    [(503, (503, ["mobilepay_unavailable"])), (403, (502, ["mobilepay_refused"]))],
)
def test_an_old_word_is_told_for_ten_seconds_and_no_longer(till, customer, simulator, later, status, told):
    payment_id = till.start()["paymentId"]
    simulator.faults.add("refuse", *LOOK_UP, status=status, times=1000, code=own_code(status))
    customer.checks_in()

    first = till.get("payment/status", paymentId=payment_id)
    later(seconds=9)
    soon = till.get("payment/status", paymentId=payment_id)
    later(seconds=2)
    late = till.get("payment/status", paymentId=payment_id)
    late_details = till.get("payment/details", paymentId=payment_id)
    simulator.faults.clear()
    later(seconds=1)
    again = details(till, payment_id)

    assert [(each.status, each["status"]) for each in (first, soon)] == [(200, "Initiated")] * 2
    assert (late.status, late.codes) == told
    assert late_details["paymentDetails"] is None
    assert again["status"] == "IssuedToUser"


def test_while_nothing_is_confirmed_those_who_do_not_ask_are_told_so_too(till, simulator, later):
    payment_id = till.start()["paymentId"]
    simulator.faults.add("refuse", *LOOK_UP, status=403, code=UNKNOWN, times=1000)
    till.status(payment_id)
    later(seconds=11)
    till.get("payment/status", paymentId=payment_id)
    asked = len(simulator.calls.find(*LOOK_UP))

    waiting = [till.get("payment/status", paymentId=payment_id) for _ in range(3)]

    assert [each.codes for each in waiting] == [["mobilepay_unavailable"]] * 3
    assert len(simulator.calls.find(*LOOK_UP)) == asked
