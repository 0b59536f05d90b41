"""How many outcomes are not known, and for how long."""

import pytest

from payments import tasks
from payments.models import Payment
from refunds.models import Refund
from tests.health.metrics import scrape
from tests.payments.posv10_calls import ALWAYS, CAPTURE, START, be_busy, swallow
from tests.payments.till_sequences import cancel, capture, reserve
from tests.refunds import scenarios
from tests.tillapi.raw_calls import as_json, call

NEW_POS = ("POST", "/pos/v10/pointofsales")
NONE = {"payment": 0, "refund": 0, "point_of_sale": 0}
MINUTE = 60


@pytest.fixture(autouse=True)
def patient_mobilepay(simulator):
    """MobilePay itself gives nobody up while time flies."""
    simulator.world.knobs.inactivity_timeout = 1e9


def register(till):
    return call("POST", "manage/create", token=till.token, **as_json([("terminalId", till.terminal_id)]))


def ages():
    """Since when each kind is in doubt: whole minutes, and some seconds more that the test itself took."""
    found = scrape().by_kind("portal_in_doubt_age_seconds")
    assert all(age % MINUTE < MINUTE // 2 for age in found.values())
    return {kind: age // MINUTE for kind, age in found.items()}


def in_doubt():
    return scrape().by_kind("portal_in_doubt")


@pytest.mark.parametrize("done", [True, False])
def test_a_start_without_an_answer_is_in_doubt_since_it_was_noted(till, simulator, later, done):
    swallow(simulator, START, done=done)
    till.start()
    later(minutes=5)

    assert in_doubt() == {**NONE, "payment": 1}
    assert ages() == {**NONE, "payment": 5}


def test_a_capture_is_in_doubt_since_it_was_asked_for_and_not_since_the_customer_agreed(
    till, customer, simulator, later
):
    payment_id = reserve(till, customer)
    later(minutes=10)
    be_busy(simulator, CAPTURE)
    capture(till, payment_id)
    later(minutes=2)

    assert in_doubt() == {**NONE, "payment": 1}
    assert ages() == {**NONE, "payment": 2}


def test_a_capture_that_was_refused_before_does_not_make_the_next_one_older(till, customer, simulator, later):
    payment_id = reserve(till, customer)
    simulator.faults.add("refuse", *CAPTURE, status=403, code="1407")
    capture(till, payment_id)
    later(minutes=7)
    be_busy(simulator, CAPTURE)
    capture(till, payment_id)
    later(minutes=3)

    assert ages() == {**NONE, "payment": 3}


def test_further_tries_do_not_make_a_doubt_younger(till, customer, simulator, later):
    payment_id = reserve(till, customer)
    be_busy(simulator, CAPTURE)
    capture(till, payment_id)
    for _ in range(4):
        later(minutes=1)
        tasks.sweep_due()
        capture(till, payment_id)

    assert ages() == {**NONE, "payment": 4}


def test_a_cancellation_does_not_make_a_start_in_doubt_younger(till, simulator, later):
    be_busy(simulator, START)
    payment_id = str(till.start() and Payment.objects.get().pk)
    later(minutes=6)
    cancel(till, payment_id)
    later(minutes=1)

    assert Payment.objects.values_list("state", "operation").get() == ("Created", "cancel")
    assert ages() == {**NONE, "payment": 7}


def test_of_several_the_oldest_counts(till, neighbour, stranger, simulator, later):
    be_busy(simulator, START, times=ALWAYS)
    for each in (till, neighbour, stranger):
        each.start()
        later(minutes=2)

    assert in_doubt() == {**NONE, "payment": 3}
    assert ages() == {**NONE, "payment": 6}


def test_what_is_settled_is_in_doubt_no_longer(till, simulator, later):
    swallow(simulator, START, done=True)
    till.start()
    later(minutes=5)

    tasks.sweep_due()

    assert Payment.objects.get().state == "Initiated"
    assert (in_doubt(), ages()) == (NONE, NONE)


def test_a_refund_without_an_answer_is_in_doubt_since_it_was_noted(till, customer, simulator, later):
    sold = scenarios.sell(till, customer)
    later(minutes=10)
    swallow(simulator, scenarios.CREATE, done=True)
    scenarios.give_back(till, sold)
    later(minutes=4)

    assert in_doubt() == {**NONE, "refund": 1}
    assert ages() == {**NONE, "refund": 4}


def test_a_refund_that_is_paid_out_is_in_doubt_since_that_was_asked_for(till, customer, simulator, later):
    refund = scenarios.reserved_at_till(till, scenarios.sell(till, customer))
    later(minutes=3)
    be_busy(simulator, scenarios.CAPTURE)
    scenarios.pay_out(till, refund)
    later(minutes=1)

    assert Refund.objects.values_list("state", "operation").get() == ("Reserved", "capture")
    assert in_doubt() == {**NONE, "refund": 1}
    assert ages() == {**NONE, "refund": 1}


def test_a_refund_that_waits_for_people_is_not_in_doubt(till, customer, clerk, later):
    scenarios.ask(scenarios.sell(till, customer), clerk)
    later(minutes=30)

    assert Refund.objects.get().state == "Requested"
    assert (in_doubt(), ages()) == (NONE, NONE)


def test_a_point_of_sale_without_an_answer_is_in_doubt_since_it_was_asked_for(new_till, simulator, later):
    be_busy(simulator, NEW_POS)
    register(new_till)
    later(minutes=9)

    assert in_doubt() == {**NONE, "point_of_sale": 1}
    assert ages() == {**NONE, "point_of_sale": 9}


def test_doubts_of_every_kind_are_told_apart(till, neighbour, customer, simulator, later):
    sold = scenarios.sell(till, customer)
    be_busy(simulator)
    scenarios.give_back(till, sold)
    later(minutes=1)
    till.start("order-2")
    neighbour.start("order-3")
    later(minutes=1)
    call("POST", "manage/delete", token=till.token, **as_json([("terminalId", neighbour.terminal_id)]))

    assert in_doubt() == {"payment": 2, "refund": 1, "point_of_sale": 0}
    assert ages() == {"payment": 1, "refund": 2, "point_of_sale": 0}
