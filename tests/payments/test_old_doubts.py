"""MobilePay keeps a key for a day: an older payment in doubt is looked up, never sent again."""

import pytest

from payments import tasks
from payments.models import Payment
from portal import clock
from tests.payments.posv10_calls import FIND, PREPARE, START, books, start_behind_our_back, swallow
from tests.payments.till_sequences import capture, prepare


@pytest.fixture
def a_day(later, simulator):
    """More than a day passes, and MobilePay forgets the keys but not the payments."""
    simulator.world.knobs.inactivity_timeout = 1e9

    def pass_by():
        later(hours=24, seconds=1)
        simulator.calls.clear()

    return pass_by


def known_there(simulator):
    [payment] = simulator.world.payments
    return payment.payment_id


def test_an_old_start_that_mobilepay_knows_is_found_by_the_till(till, simulator, a_day):
    swallow(simulator, START, done=True)
    till.start()
    a_day()

    answer = till.start()

    payment = Payment.objects.get()
    assert (answer.status, answer["paymentId"]) == (200, str(payment.pk))
    assert (payment.state, payment.remote_id) == ("Initiated", known_there(simulator))
    assert simulator.calls.find(*START) == []


def test_an_old_start_that_mobilepay_knows_is_found_by_the_sweep(till, simulator, a_day):
    swallow(simulator, START, done=True)
    till.start()
    a_day()

    tasks.sweep_due()

    assert Payment.objects.get().remote_id == known_there(simulator)
    assert simulator.calls.find(*START) == []


def test_an_old_reservation_is_found_and_can_be_captured(till, customer, simulator, a_day):
    swallow(simulator, START, done=True)
    till.start()
    customer.checks_in()
    customer.accepts()
    a_day()

    payment_id = str(Payment.objects.get().pk)
    seen = till.status(payment_id)
    captured = capture(till, payment_id)

    assert (seen, captured.status) == ("Reserved", 200)
    assert books(simulator) == [("order-1", "Captured", "27.06")]


@pytest.mark.parametrize(("begin", "call"), [("start", START), ("prepare", PREPARE)])
def test_an_old_start_that_mobilepay_does_not_know_has_ended(till, simulator, a_day, begin, call):
    swallow(simulator, call, done=False)
    begun = till.start if begin == "start" else lambda: prepare(till)
    begun()
    a_day()

    tasks.sweep_due()

    payment = Payment.objects.get()
    assert (payment.state, payment.remote_id, payment.due_at) == ("CancelledByMobilePay", None, None)
    assert simulator.calls.find(*call) == []
    assert next(call.query for call in simulator.calls.find(*FIND))["posId"] == str(payment.point_of_sale.pos_id)
    assert books(simulator) == []
    assert till.start("order-2").status == 200


def test_an_old_start_asked_for_by_the_till_is_told_to_have_ended(till, simulator, a_day):
    swallow(simulator, START, done=False)
    till.start()
    a_day()

    answer = till.start()

    assert (answer.status, answer.codes) == (502, ["mobilepay_refused"])
    assert simulator.calls.find(*START) == []
    assert Payment.objects.get().state == "CancelledByMobilePay"


def test_an_old_start_does_not_take_a_payment_that_is_known_already(till, customer, simulator, pos, a_day):
    known = till.start("order-1")["paymentId"]
    customer.checks_in()
    customer.accepts()
    till.status(known)
    Payment.objects.update(order_id="another order here")
    swallow(simulator, START, done=False)
    till.start("order-1")
    a_day()

    tasks.sweep_due()

    lost = Payment.objects.exclude(pk=known).get()
    assert (lost.state, lost.remote_id) == ("CancelledByMobilePay", None)
    assert Payment.objects.get(pk=known).state == "Reserved"


def test_an_old_start_is_found_although_its_order_was_used_again_at_another_till(
    till, neighbour, customer, simulator, a_day
):
    swallow(simulator, START, done=True)
    till.start("order-1")
    customer.checks_in()
    customer.accepts()
    neighbour.start("order-1")
    a_day()

    lost = Payment.objects.get(terminal__terminal_id=till.terminal_id)
    status = till.get("payment/status", paymentId=str(lost.pk))

    assert (status.status, status["status"]) == (200, "Reserved")


def test_an_old_start_is_not_confused_with_a_stranger_of_another_order(till, customer, pos, simulator, a_day):
    start_behind_our_back(simulator, pos, "stranger-1")
    customer.checks_in()
    customer.accepts()
    swallow(simulator, START, done=False)
    till.start("order-1")
    a_day()

    tasks.sweep_due()

    payment = Payment.objects.get()
    assert (payment.state, payment.remote_id) == ("CancelledByMobilePay", None)
    assert books(simulator) == [("stranger-1", "Reserved", "0")]


def test_an_old_start_stays_in_doubt_while_mobilepay_is_away(till, simulator, a_day):
    swallow(simulator, START, done=True)
    till.start()
    a_day()
    simulator.faults.add("refuse", *FIND, status=429)

    answer = till.start()

    payment = Payment.objects.get()
    assert (answer.status, answer.codes) == (503, ["outcome_unknown"])
    assert (payment.state, payment.due_at > clock.now()) == ("Created", True)


def test_a_start_just_within_the_day_is_sent_again_with_its_key(till, simulator, later):
    swallow(simulator, START, done=False)
    till.start()
    later(hours=23, minutes=59)

    answer = till.start()

    assert answer.status == 200
    assert {call.idempotency_key for call in simulator.calls.find(*START)} == {
        str(Payment.objects.get().key_of("create"))
    }


def test_a_stranger_with_the_same_order_is_not_another_tills_old_start(till, neighbour, pos, simulator, a_day):
    swallow(simulator, START, done=False)
    neighbour.start("order-1")
    start_behind_our_back(simulator, pos, "order-1")
    a_day()

    tasks.sweep_due()

    assert Payment.objects.get().state == "CancelledByMobilePay"
    assert books(simulator) == [("order-1", "Initiated", "0")]
