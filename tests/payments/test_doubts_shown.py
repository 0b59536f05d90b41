"""While MobilePay has not answered about a capture or a cancellation, nobody is told that the money is still there."""

import pytest

from payments.models import Payment
from payments.services import exchanges
from payments.services.refusals import AlreadyCaptured
from portal import clock
from portal.audit.actors import WORKER
from tests.payments.posv10_calls import CANCEL, CAPTURE, LOOK_UP, be_busy, books, swallow
from tests.payments.till_sequences import cancel, capture, reserve

ENDINGS = pytest.mark.parametrize(
    ("act", "call", "end"), [(capture, CAPTURE, "Captured"), (cancel, CANCEL, "CancelledByClient")]
)
PATHS = pytest.mark.parametrize("path", ["payment/status", "payment/details"])


def ask(till, path, payment_id):
    return till.get(path, paymentId=payment_id)


def told(answer):
    return answer.body.get("status") or answer["paymentDetails"]["status"]


def assert_in_doubt(answer, payment_id):
    sentence = (
        "MobilePay has not answered about the payment of order order-1 yet, so it is not known whether money moved. "
        "Ask for its status in a moment; the portal keeps asking too."
    )
    assert (answer.status, answer.codes, answer["errors"]) == (503, ["outcome_unknown"], [sentence])
    assert answer.headers["Retry-After"] == "2"


@PATHS
@ENDINGS
def test_a_poll_says_so_while_the_outcome_is_unknown_and_the_right_word_after(
    till, customer, simulator, path, act, call, end
):
    payment_id = reserve(till, customer)
    be_busy(simulator, call)
    act(till, payment_id)

    in_doubt = ask(till, path, payment_id)
    owed = Payment.objects.get()
    simulator.faults.clear()
    settled = ask(till, path, payment_id)

    assert_in_doubt(in_doubt, payment_id)
    assert (owed.state, owed.operation != "", owed.attempts) == ("Reserved", True, 2)
    assert (settled.status, told(settled)) == (200, end)
    assert books(simulator) == [("order-1", end, "27.06" if act is capture else "0")]


@PATHS
@ENDINGS
def test_a_poll_says_so_even_while_our_record_is_fresh(till, customer, simulator, path, act, call, end):
    simulator.world.knobs.payment_poll_delay_in_ms = 60_000
    payment_id = reserve(till, customer)
    swallow(simulator, call, done=True)
    act(till, payment_id)
    asked = len(simulator.calls.find())

    in_doubt = ask(till, path, payment_id)
    asked_by_poll = len(simulator.calls.find()) - asked
    done = act(till, payment_id)

    assert_in_doubt(in_doubt, payment_id)
    assert asked_by_poll == 0
    assert done.status == 200
    assert told(ask(till, path, payment_id)) == end


@PATHS
@ENDINGS
def test_a_poll_after_mobilepay_has_refused_says_that_the_money_is_still_reserved(
    till, customer, simulator, path, act, call, end
):
    payment_id = reserve(till, customer)
    be_busy(simulator, call, times=1)
    act(till, payment_id)
    simulator.faults.add("refuse", *call, status=409, code="1305" if act is capture else "1300")

    settled = ask(till, path, payment_id)

    owed = Payment.objects.get()
    assert (settled.status, told(settled)) == (200, "Reserved")
    assert (owed.operation, owed.attempts) == ("", 0)
    assert books(simulator) == [("order-1", "Reserved", "0")]


def test_a_capture_refused_after_somebody_captured_another_amount_is_told_of_that_one(till, customer, simulator):
    customer.phone_number = "+4520031805"
    payment_id = reserve(till, customer)
    be_busy(simulator, CAPTURE, times=1)
    capture(till, payment_id, amount="10.00")
    old = Payment.objects.whole().get()
    simulator.faults.add("refuse", *CAPTURE, status=409, code="1305")
    capture(till, payment_id, amount="10.00")
    capture(till, payment_id, amount="20.00")
    simulator.faults.add("refuse", *CAPTURE, status=409, code="1304")

    with pytest.raises(AlreadyCaptured) as caught:
        exchanges.execute(payment=old, by=WORKER, now=clock.now())

    sentence = "The payment of order order-1 is captured already, with 20.00 DKK. Nothing more was taken."
    assert (caught.value.code, caught.value.message) == ("already_captured", sentence)
    assert simulator.calls.find(*LOOK_UP)[-1].status == 200
    assert str(Payment.objects.get().captured) == "20.00 DKK"
    assert books(simulator) == [("order-1", "Captured", "20.00")]
