"""MobilePay says no to a start: what is certain ends the payment, what is not is found out."""

import pytest

from payments.models import Payment
from tests.payments.posv10_calls import EVERY_TRY, FIND, LOOK_UP, PREPARE, START, be_busy, books, keys, swallow
from tests.payments.till_sequences import prepare

BEGINNINGS = pytest.mark.parametrize(
    ("begin", "call", "state"), [("start", START, "Initiated"), ("prepare", PREPARE, "Prepared")]
)


def begun(till, begin, **parameters):
    return till.start(**parameters) if begin == "start" else prepare(till, **parameters)


def deny(simulator, call, status, code=None, times=1):
    simulator.faults.add("refuse", *call, status=status, code=code, times=times)


@BEGINNINGS
def test_a_start_whose_key_mobilepay_has_seen_is_found_there(till, simulator, begin, call, state):
    swallow(simulator, call, done=True)
    lost = begun(till, begin)
    deny(simulator, call, 409, "1306")

    found = begun(till, begin)

    payment = Payment.objects.get()
    with simulator.world.present():
        [theirs] = simulator.world.payments
    assert (lost.status, found.status, found["paymentId"]) == (503, 200, str(payment.pk))
    assert (payment.state, payment.remote_id) == (state, theirs.payment_id)
    assert books(simulator) == [("order-1", state, "0")]


@BEGINNINGS
def test_a_start_whose_key_made_something_else_is_refused_and_frees_the_till(till, simulator, begin, call, state):
    deny(simulator, call, 409, "1306")

    refused = begun(till, begin)

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert refused["errors"] == [
        (
            "MobilePay refused (code 1001): it says the payment does not exist there. Nothing was changed and no money "
            "moved; the service desk must look at the registration."
        )
    ]
    payment = Payment.objects.get()
    assert (payment.state, payment.remote_id, payment.due_at) == ("CancelledByMobilePay", None, None)
    assert (len(simulator.calls.find(*call)), len(simulator.calls.find(*FIND))) == (1, 1)
    assert books(simulator) == []
    assert begun(till, begin).status == 200
    assert len(set(keys(simulator, call))) == 2


@pytest.mark.parametrize("call", [FIND, LOOK_UP])
def test_a_start_whose_key_is_used_stays_in_doubt_while_it_cannot_be_looked_up(till, simulator, call):
    swallow(simulator, START, done=True)
    till.start()
    deny(simulator, START, 409, "1306")
    be_busy(simulator, call, times=1)

    lost = till.start()
    still = Payment.objects.get().state
    again = till.start()

    assert (lost.status, lost.codes, still) == (503, ["outcome_unknown"], "Created")
    assert again.status == 200
    assert books(simulator) == [("order-1", "Initiated", "0")]


@BEGINNINGS
@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_a_bare_not_found_is_no_answer_to_a_start(till, simulator, begin, call, state, done):
    if done:
        simulator.faults.add("cut_after", *call)
    deny(simulator, call, 404, times=EVERY_TRY)

    lost = begun(till, begin)
    still = Payment.objects.get()
    again = begun(till, begin)

    if done:
        # Its own list has it.
        assert (lost.status, still.state) == (200, state)
    else:
        assert (lost.status, lost.codes, still.state) == (503, ["outcome_unknown"], "Created")
    assert (again.status, again["paymentId"]) == (200, str(Payment.objects.get().pk))
    assert len(set(keys(simulator, call))) == 1
    assert books(simulator) == [("order-1", state, "0")]


def test_a_bare_not_found_in_a_later_call_does_not_end_the_payment(till, simulator):
    swallow(simulator, START, done=True)
    till.start()
    deny(simulator, START, 404, times=EVERY_TRY)
    be_busy(simulator, FIND, times=1)

    lost = till.start()
    still = Payment.objects.get().state

    assert (lost.status, lost.codes, still) == (503, ["outcome_unknown"], "Created")
    assert till.start().status == 200
    assert books(simulator) == [("order-1", "Initiated", "0")]


@pytest.mark.parametrize("begin", ["start", "prepare"])
def test_a_refused_start_is_refused_again_for_its_key_without_asking_and_a_new_key_starts(till, simulator, begin):
    call, state = (START, "Initiated") if begin == "start" else (PREPARE, "Prepared")
    deny(simulator, call, 409, "1204")
    first, second = ({"Idempotency-Key": f"till-key-{number}"} for number in (1, 2))
    refused = begun(till, begin, headers=first)
    ended = Payment.objects.get()
    asked = len(simulator.calls.find())

    again = begun(till, begin, headers=first)
    asked_again = len(simulator.calls.find())
    another = begun(till, begin, headers=second)

    sentence = (
        "MobilePay refused to begin the payment of order order-1. No money moved; the service desk must look at the "
        "registration. Use another Idempotency-Key to try again."
    )
    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert (again.status, again.codes, again["errors"]) == (502, ["mobilepay_refused"], [sentence])
    assert asked_again == asked
    assert (another.status, another["paymentId"] == str(ended.pk)) == (200, False)
    assert sorted(Payment.objects.values_list("state", flat=True)) == ["CancelledByMobilePay", state]
    assert books(simulator) == [("order-1", state, "0")]
