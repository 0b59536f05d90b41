"""Somebody acted on a payment between our question and its answer: what we saw is old, and must do no harm.

`old` stands for the row as another process read it before; each test then hands that process MobilePay's answer.
"""

import contextlib

from django.db import connection
import pytest

from payments.models import Payment
from payments.services import cancellations, captures, exchanges, starts
from portal import clock
from portal.audit.actors import WORKER
from portal.errors import PortalError
from portal.money import Money
from tests.payments.posv10_calls import CANCEL, CAPTURE, READY, START, be_busy, books, swallow, tell
from tests.payments.till_sequences import cancel, capture, details, prepare, ready, reserve


def seen_now():
    return Payment.objects.whole().get()


def look_up(old):
    return exchanges.look_up(payment=old, by=WORKER, now=clock.now())


def test_an_old_look_up_records_what_was_captured_not_what_was_reserved(till, customer, simulator):
    customer.phone_number = "+4520031805"
    payment_id = reserve(till, customer, amount="27.06")
    old = seen_now()
    swallow(simulator, CAPTURE, done=True)
    capture(till, payment_id, amount="10.00")

    look_up(old)

    assert books(simulator) == [("order-1", "Captured", "10.00")]
    assert details(till, payment_id)["capturedAmount"] == "10.00"


@pytest.mark.parametrize("checked_in", [False, True])
def test_an_old_look_up_does_not_lose_the_amount_of_a_payment_made_ready(till, customer, simulator, checked_in):
    payment_id = prepare(till)["paymentId"]
    old = seen_now()
    swallow(simulator, READY, done=True)
    ready(till, payment_id)
    if checked_in:
        customer.checks_in()

    look_up(old)

    status = details(till, payment_id)
    assert (status["status"], status["amount"]) == ("IssuedToUser" if checked_in else "Initiated", "27.06")
    assert seen_now().operation == ""


def test_a_payment_made_ready_under_an_old_look_up_can_be_captured(till, customer, simulator):
    payment_id = prepare(till)["paymentId"]
    old = seen_now()
    swallow(simulator, READY, done=True)
    ready(till, payment_id)
    customer.checks_in()
    look_up(old)
    customer.accepts()

    answer = capture(till, payment_id)

    assert answer.status == 200
    assert books(simulator) == [("order-1", "Captured", "27.06")]


def test_an_old_look_up_of_a_payment_waiting_for_its_amount_spares_a_later_cancellation(till, customer, simulator):
    payment_id = prepare(till)["paymentId"]
    swallow(simulator, READY, done=True)
    ready(till, payment_id)
    old = seen_now()
    till.status(payment_id)
    be_busy(simulator, CANCEL, times=1)
    cancel(till, payment_id)
    customer.checks_in()

    look_up(old)

    assert seen_now().operation == "cancel"
    assert till.status(payment_id) == "CancelledByClient"


def test_an_old_look_up_of_an_open_payment_spares_a_later_cancellation(till, customer, simulator):
    payment_id = till.start()["paymentId"]
    old = seen_now()
    be_busy(simulator, CANCEL, times=1)
    cancel(till, payment_id)
    customer.checks_in()

    look_up(old)

    payment = seen_now()
    assert (payment.state, payment.operation) == ("IssuedToUser", "cancel")


@pytest.mark.parametrize("act", ["ready", "capture", "cancel"])
def test_two_processes_with_the_same_intent_do_it_once(till, customer, simulator, act):
    payment_id = prepare(till)["paymentId"] if act == "ready" else reserve(till, customer)
    call, do, state = {
        "ready": (READY, ready, "Initiated"),
        "capture": (CAPTURE, capture, "Captured"),
        "cancel": (CANCEL, cancel, "CancelledByClient"),
    }[act]
    be_busy(simulator, call, times=1)
    do(till, payment_id)
    old = seen_now()
    do(till, payment_id)
    events = Payment.objects.get().events.count()

    again = exchanges.execute(payment=old, by=WORKER, now=clock.now())

    assert (again.state, again.operation, again.amount) == (state, "", old.amount or old.operation_amount)
    assert Payment.objects.get().events.count() == events
    assert len({each.idempotency_key for each in simulator.calls.find(*call)}) == 1


def test_a_capture_that_finds_another_intent_first_judges_the_payment_anew(till, customer, simulator):
    payment_id = reserve(till, customer)
    old = seen_now()
    cancel(till, payment_id)

    with pytest.raises(captures.NotReserved):
        captures.capture(payment=old, amount=None, by=WORKER, now=clock.now())

    assert simulator.calls.find(*CAPTURE) == []
    assert books(simulator) == [("order-1", "CancelledByClient", "0")]


def test_a_cancellation_that_comes_after_the_capture_judges_the_payment_anew(till, customer, simulator):
    payment_id = reserve(till, customer)
    old = seen_now()
    capture(till, payment_id)

    with pytest.raises(cancellations.CannotCancel):
        cancellations.cancel(payment=old, by=WORKER, now=clock.now())

    assert simulator.calls.find(*CANCEL) == []
    assert books(simulator) == [("order-1", "Captured", "27.06")]


def test_an_amount_that_comes_second_is_told_of_the_first(till, simulator):
    payment_id = prepare(till)["paymentId"]
    old = seen_now()
    ready(till, payment_id, amount="27.06")

    with pytest.raises(starts.AmountDiffers):
        starts.ready(payment=old, amount=Money(100, "DKK"), by=WORKER, now=clock.now())

    assert len(simulator.calls.find(*READY)) == 1
    assert details(till, payment_id)["amount"] == "27.06"


def test_a_start_beside_a_payment_that_ends_at_that_moment_does_not_fail(till, simulator):
    first = till.start("order-1")["paymentId"]
    ended = []

    def end_it_first(execute, sql, params, many, context):
        is_question = sql.startswith("SELECT") and 'FROM "payments_payment"' in sql
        if is_question and not ended:
            ended.append(first)
            tell(simulator, f"/payments/{seen_now().remote_id}/cancel")
            Payment.objects.filter(pk=first).update(state="CancelledByClient", due_at=None)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(end_it_first):
        second = till.start("order-2")

    assert ended == [first]
    assert second.status == 200
    assert books(simulator) == [("order-1", "CancelledByClient", "0"), ("order-2", "Initiated", "0")]


def test_a_start_gives_up_when_what_is_in_the_way_keeps_ending(till, simulator):
    first = till.start("order-1")["paymentId"]
    cancel(till, first)
    tries, asked = [], len(simulator.calls.find())

    def be_there_for_a_moment(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "payments_payment"'):
            # Rolled back with the insert that it lets fail: whoever looks next finds it ended.
            tries.append(Payment.objects.filter(pk=first).update(state="Initiated"))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(be_there_for_a_moment):
        refused = till.start("order-2")

    sentence = "Several tills start payments on this point of sale at once. Try again; nothing was started."
    assert tries == [1] * 5
    assert (refused.status, refused.codes, refused["errors"]) == (409, ["payment_active"], [sentence])
    assert refused.headers["Retry-After"] == "1"
    assert len(simulator.calls.find()) == asked
    assert list(Payment.objects.values_list("order_id", "state")) == [("order-1", "CancelledByClient")]
    assert till.start("order-2").status == 200


def test_an_old_refusal_does_not_end_a_payment_that_has_begun_meanwhile(till, simulator):
    be_busy(simulator, START, times=1)
    till.start()
    old = seen_now()
    till.start()
    simulator.faults.add("refuse", *START, status=409, code="1204")

    with contextlib.suppress(PortalError):
        exchanges.execute(payment=old, by=WORKER, now=clock.now())

    assert books(simulator) == [("order-1", "Initiated", "0")]
    assert seen_now().state == "Initiated"


def test_a_payment_that_a_worker_has_taken_on_is_not_taken_on_again_meanwhile(till, simulator, later):
    be_busy(simulator)
    till.start()
    later(seconds=3)
    first = Payment.objects.claim_due(now=clock.now())
    later(seconds=2)

    second = Payment.objects.claim_due(now=clock.now())

    assert first == [seen_now().pk]
    assert second == []


def test_a_late_silence_does_not_undo_what_was_settled_meanwhile(till, customer, simulator):
    payment_id = reserve(till, customer)
    old = seen_now()
    capture(till, payment_id)
    before = Payment.objects.values().get()

    Payment.objects.postpone(old, now=clock.now())

    assert Payment.objects.values().get() == before
