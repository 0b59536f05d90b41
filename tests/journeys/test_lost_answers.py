"""Answers get lost on the way: whether MobilePay did it or not, asking again finds out and doubles nothing."""

import pytest

from payments.models import Payment
from tests.payments.posv10_calls import CANCEL, CAPTURE, PREPARE, READY, START, books, keys, swallow, swallow_every_try
from tests.payments.till_sequences import cancel, capture, details, prepare, ready, reserve
from tests.shop import Till

LOSSES = ["cut_before", "cut_after", "fail_before", "fail_after"]
BOTH = pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])


def begin(till, customer, act):
    """Bring a payment to where the act can be lost; gives its id, and what the till does."""
    if act == "ready":
        payment_id = prepare(till)["paymentId"]
        return payment_id, lambda: ready(till, payment_id)
    payment_id = reserve(till, customer)
    return payment_id, lambda: {"capture": capture, "cancel": cancel}[act](till, payment_id)


ACTS = {
    "ready": (READY, "Initiated", [("order-1", "Initiated", "0")]),
    "capture": (CAPTURE, "Captured", [("order-1", "Captured", "27.06")]),
    "cancel": (CANCEL, "CancelledByClient", [("order-1", "CancelledByClient", "0")]),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_start_whose_first_answer_is_lost_is_tried_again_with_the_same_key(till, simulator, loss):
    simulator.faults.add(loss, *START)

    answer = till.start()

    assert answer.status == 200
    assert keys(simulator, START) == [str(Payment.objects.get().key_of("create"))] * 2
    assert books(simulator) == [("order-1", "Initiated", "0")]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("act", ACTS)
def test_an_act_whose_first_answer_is_lost_is_tried_again_with_the_same_key(till, customer, simulator, act, loss):
    call, state, books_after = ACTS[act]
    payment_id, do = begin(till, customer, act)
    simulator.faults.add(loss, *call)

    answer = do()

    assert answer.status == 200
    assert till.status(payment_id) == state
    assert len(keys(simulator, call)) == 2
    assert len(set(keys(simulator, call))) == 1
    assert books(simulator) == books_after


@BOTH
@pytest.mark.parametrize(
    ("call", "begin_it", "state"),
    [(START, Till.start, "Initiated"), (PREPARE, prepare, "Prepared")],
    ids=["start", "prepare"],
)
def test_a_beginning_that_stays_unanswered_is_finished_by_asking_again(till, simulator, call, begin_it, state, done):
    swallow_every_try(simulator, call, done=done)

    lost = begin_it(till)
    noted = Payment.objects.get()
    again = begin_it(till)

    assert (lost.status, lost.codes, lost.headers["Retry-After"]) == (503, ["outcome_unknown"], "2")
    assert lost["errors"] == [
        (
            "MobilePay has not answered about the payment of order order-1 yet, so it is not known "
            "whether money moved. "
            "Ask for its status in a moment; the portal keeps asking too."
        )
    ]
    assert (noted.state, noted.remote_id, noted.attempts) == ("Created", None, 1)
    assert (again.status, again["paymentId"]) == (200, str(noted.pk))
    assert keys(simulator, call) == [str(noted.key_of(call[1].rpartition("/")[2] if call is PREPARE else "create"))] * 4
    assert books(simulator) == [("order-1", state, "0")]


@BOTH
@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_stays_unanswered_is_finished_by_asking_again(till, customer, simulator, act, done):
    call, state, books_after = ACTS[act]
    payment_id, do = begin(till, customer, act)
    swallow_every_try(simulator, call, done=done)

    lost = do()
    owed = Payment.objects.get()
    again = do()

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert (owed.operation, owed.attempts) == (act, 1)
    assert again.status == 200
    assert keys(simulator, call) == [str(owed.key_of(act))] * 4
    assert books(simulator) == books_after
    settled = Payment.objects.get()
    assert (settled.state, settled.operation, settled.attempts) == (state, "", 0)
    assert till.status(payment_id) == state


@BOTH
@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_stays_unanswered_is_finished_by_asking_for_the_status(till, customer, simulator, act, done):
    call, state, books_after = ACTS[act]
    payment_id, do = begin(till, customer, act)
    swallow(simulator, call, done=done)
    do()

    status = till.status(payment_id)

    assert status == state
    assert len(set(keys(simulator, call))) == 1
    assert books(simulator) == books_after
    assert Payment.objects.get().operation == ""
    assert details(till, payment_id)["amount"] == "27.06"


@BOTH
def test_a_status_finishes_a_start_that_was_never_answered(till, simulator, done):
    swallow(simulator, START, done=done)
    till.start()
    payment_id = str(Payment.objects.get().pk)

    status = till.status(payment_id)

    assert status == "Initiated"
    assert len(set(keys(simulator, START))) == 1
    assert books(simulator) == [("order-1", "Initiated", "0")]


def test_a_start_answered_with_half_a_body_is_looked_for_and_known(till, simulator):
    simulator.faults.add("garble", *START, times=3)

    found = till.start()
    again = till.start()

    assert [found.status, again.status] == [200, 200]
    assert found["paymentId"] == again["paymentId"]
    assert books(simulator) == [("order-1", "Initiated", "0")]


def test_an_answer_later_than_our_patience_is_asked_for_again(till, customer, simulator):
    payment_id = reserve(till, customer)
    simulator.faults.add("late", *CAPTURE, seconds=2.2)

    answer = capture(till, payment_id)

    assert answer.status == 200
    assert len(set(keys(simulator, CAPTURE))) == 1
    assert books(simulator) == [("order-1", "Captured", "27.06")]


@pytest.mark.parametrize(
    ("first", "then"),
    [("capture", "cancel"), ("cancel", "capture"), ("capture", "capture another amount")],
)
def test_while_one_thing_is_in_doubt_no_other_is_asked_of_mobilepay(till, customer, simulator, first, then):
    customer.phone_number = "+4520031805"
    payment_id, do = begin(till, customer, first)
    swallow(simulator, ACTS[first][0], done=False)
    do()
    asked = len(simulator.calls.find())
    before = Payment.objects.values().get()

    other = {
        "cancel": lambda: cancel(till, payment_id),
        "capture": lambda: capture(till, payment_id),
        "capture another amount": lambda: capture(till, payment_id, amount="10"),
    }[then]()

    assert (other.status, other.codes, other.headers["Retry-After"]) == (409, ["outcome_pending"], "2")
    assert len(simulator.calls.find()) == asked
    assert Payment.objects.values().get() == before
    assert books(simulator) == [("order-1", "Reserved", "0")]


def test_a_preparation_with_an_amount_in_doubt_takes_no_other_amount(till, simulator):
    payment_id = prepare(till)["paymentId"]
    swallow(simulator, READY, done=False)
    ready(till, payment_id, amount="27.06")

    other = ready(till, payment_id, amount="27.07")

    assert (other.status, other.codes) == (409, ["amount_differs"])
    assert len(keys(simulator, READY)) == 2
    assert Payment.objects.get().operation_minor == 2706


@BOTH
def test_an_amount_for_a_preparation_in_doubt_finishes_both(till, simulator, done):
    swallow(simulator, PREPARE, done=done)
    prepare(till)
    payment_id = str(Payment.objects.get().pk)

    answer = ready(till, payment_id)

    assert answer.status == 200
    assert details(till, payment_id)["amount"] == "27.06"
    assert books(simulator) == [("order-1", "Initiated", "0")]


def test_a_token_that_expires_in_the_middle_is_renewed_and_nobody_notices(till, customer, simulator):
    payment_id = reserve(till, customer)
    simulator.tokens.expire_all()

    captured = capture(till, payment_id)

    assert captured.status == 200
    assert [call.status for call in simulator.calls.find(*CAPTURE)] == [401, 200]
    assert len(set(keys(simulator, CAPTURE))) == 1
    assert books(simulator) == [("order-1", "Captured", "27.06")]
