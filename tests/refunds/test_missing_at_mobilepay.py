"""MobilePay says that it does not have a refund that it took."""

from datetime import timedelta

import pytest

from portal import clock
from refunds import tasks
from refunds.models import Refund
from tests.payments.posv10_calls import ALWAYS
from tests.refunds.factories import FIND, at_till, decided
from tests.refunds.scenarios import CANCEL, CAPTURE, LOOK_UP, at_mobilepay, books, fresh, work


def lose(simulator, *, times=ALWAYS):
    """Something in front of MobilePay does not know it; MobilePay's own list has it all the same."""
    for call in (LOOK_UP, CAPTURE, CANCEL):
        simulator.faults.add("refuse", *call, status=404, times=times)


def forget(simulator):
    """MobilePay itself has lost it: it is in no list either."""
    with simulator.world.present():
        simulator.world.refunds._by_id.clear()
        simulator.world.refunds._by_payment.clear()


def test_a_refund_of_a_till_that_mobilepay_has_lost_has_ended_after_the_merchants_time(simulator, payment, frozen):
    refund = at_till(payment)
    forget(simulator)
    frozen(minutes=10)

    work()

    ended = fresh(refund)
    assert (ended.state, ended.was_refused, ended.due_at) == ("CancelledByMobilePay", False, None)
    assert refund.events.order_by("pk").last().cause == "MobilePay does not have it"
    assert books(payment) == (2706, 0, 0)


@pytest.mark.parametrize("hours", [0, 24])
def test_a_refund_does_not_vanish_because_something_on_the_way_does_not_know_it(
    simulator, payment, clerk, frozen, hours
):
    refund = decided(payment, clerk)
    simulator.faults.add("refuse", *CAPTURE, status=409, code="1351")
    tasks.sweep_due()
    simulator.faults.clear()
    lose(simulator)
    frozen(hours=hours, minutes=10)

    tasks.sweep_due()

    kept = fresh(refund)
    assert (kept.state, kept.operation, kept.contradiction) == ("Initiated", "", {"refund": "unknown to MobilePay"})
    assert kept.due_at > clock.now()
    assert [each.pk for each in Refund.objects.contradicted()] == [refund.pk]
    assert books(payment) == (2706, 1000, 0)


def test_a_lost_refund_does_not_end_while_mobilepay_does_not_say_what_it_lists(simulator, payment, clerk, frozen):
    refund = decided(payment, clerk)
    simulator.faults.add("refuse", *CAPTURE, status=409, code="1351")
    tasks.sweep_due()
    simulator.faults.clear()
    forget(simulator)
    simulator.faults.add("refuse", *FIND, status=403, times=ALWAYS, code="1402")
    frozen(hours=24, minutes=10)

    tasks.sweep_due()

    kept = fresh(refund)
    assert (kept.state, kept.contradiction) == ("Initiated", {"refund": "unknown to MobilePay"})
    assert kept.due_at > clock.now()
    assert books(payment) == (2706, 1000, 0)


def test_a_till_is_not_told_that_a_refund_which_is_not_found_is_cancelled(simulator, payment, till):
    refund = at_till(payment)
    lose(simulator)

    answer = till.post("refund/cancel", refundId=str(refund.pk))

    assert (answer.status, answer.codes) == (503, ["refund_contradicted"])
    sentence = (
        "MobilePay reports the refund of order order-1 otherwise than it was asked for (refund "
        "unknown to MobilePay). Nothing "
        "is paid out until it agrees: ask for its details again; staff are shown this."
    )
    assert answer["errors"] == [sentence]
    assert books(payment) == (2706, 1000, 0)
    simulator.faults.clear()
    assert till.post("refund/cancel", refundId=str(refund.pk)).status == 200
    assert (fresh(refund).contradiction, books(payment)) == ({}, (2706, 0, 0))


@pytest.mark.parametrize("state", ["Initiated", "Reserved"])
def test_a_lost_refund_that_people_decided_on_is_looked_for_a_day_long(simulator, payment, clerk, frozen, state):
    refund = decided(payment, clerk)
    simulator.faults.add("refuse", *CAPTURE, status=409, code="1351")
    for _ in range(1 if state == "Initiated" else 2):
        tasks.sweep_due()
    lost_at = fresh(refund)
    simulator.faults.clear()
    forget(simulator)
    frozen(hours=23, minutes=59)
    work()
    still = fresh(refund)
    frozen(minutes=10)

    work()

    assert (lost_at.state, still.state) == (state, state)
    assert (fresh(refund).state, books(payment)) == ("CancelledByMobilePay", (2706, 0, 0))


@pytest.mark.parametrize("state", ["Initiated", "Reserved"])
def test_a_refund_that_is_found_again_is_paid(simulator, payment, clerk, frozen, state):
    refund = decided(payment, clerk)
    simulator.faults.add("refuse", *CAPTURE, status=409, code="1351")
    for _ in range(1 if state == "Initiated" else 2):
        tasks.sweep_due()
    simulator.faults.clear()
    lose(simulator)
    frozen(hours=2)
    tasks.sweep_due()
    missing = fresh(refund)
    simulator.faults.clear()
    frozen(minutes=10)

    work()

    assert (missing.state, missing.due_at) == (state, missing.changed_at + timedelta(hours=2, minutes=10))
    assert simulator.calls.find(*CANCEL) == []
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]
    assert books(payment) == (2706, 1000, 1000)
