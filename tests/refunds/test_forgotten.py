"""A till asks for a refund and forgets it: it is cancelled in time, because MobilePay would pay it by itself."""

from datetime import timedelta

import pytest

from portal import clock
from portal.mobilepay.simulator.posv10.knobs import DAY
from refunds import tasks
from refunds.services import captures, lookups
from terminals.models import Merchant
from tests.payments.posv10_calls import be_busy, keys, own_code
from tests.refunds.factories import TILL, at_till, sale
from tests.refunds.scenarios import CANCEL, CAPTURE, LOOK_UP, at_mobilepay, books, fresh, told, work


@pytest.fixture
def payment(simulator, pos):
    Merchant.objects.update(payment_timeout=timedelta(minutes=3))
    return sale(simulator, pos)


def seen(refund):
    return lookups.status(merchant=refund.merchant, refund_id=refund.pk, by=TILL, now=clock.now())


@pytest.mark.parametrize("delay", [0.0, 30 * DAY], ids=["reserved", "on its way"])
def test_a_forgotten_refund_is_cancelled_after_the_merchants_time(simulator, payment, frozen, delay):
    simulator.world.knobs.refund_reserve_delay = delay
    refund = at_till(payment)
    if not delay:
        frozen(seconds=1)
        assert seen(refund).state == "Reserved"
    frozen(minutes=2, seconds=59)
    work()
    in_time = at_mobilepay(simulator, payment)
    frozen(seconds=1)

    work()

    assert in_time == [("refund-1", 1000, "Initiated" if delay else "Reserved")]
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, "CancelledByClient")]
    assert (fresh(refund).state, fresh(refund).due_at) == ("CancelledByClient", None)
    assert len(keys(simulator, CANCEL)) == 1
    assert books(payment) == (2706, 0, 0)


def test_a_move_that_only_the_worker_sees_gives_the_till_its_time_again(simulator, payment, frozen):
    refund = at_till(payment)
    frozen(minutes=3)
    tasks.sweep_due()
    reserved = fresh(refund)
    frozen(minutes=3)

    work()

    assert (reserved.state, reserved.due_at) == ("Reserved", reserved.changed_at + timedelta(seconds=2))
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, "CancelledByClient")]


def test_mobilepay_never_comes_to_pay_a_forgotten_refund_by_itself(simulator, payment, later):
    refund = at_till(payment)
    for _ in range(8):
        later(minutes=1)
        work()
    later(days=2)

    work()

    assert told(refund) == ["Created", "Initiated", "Reserved", "CancelledByClient"]
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, "CancelledByClient")]
    assert simulator.calls.find(*CAPTURE) == []


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 403, "code": "1402"}], ids=str)
def test_a_forgotten_refund_is_cancelled_although_nobody_can_look_at_it(simulator, payment, later, fault):
    refund = at_till(payment)
    simulator.faults.add("refuse", *LOOK_UP, times=10_000, **fault)
    later(minutes=3)

    tasks.sweep_due()

    assert told(refund) == ["Created", "Initiated", "CancelledByClient"]
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, "CancelledByClient")]
    assert books(payment) == (2706, 0, 0)


def test_a_forgotten_refund_is_cancelled_once_mobilepay_is_back(simulator, payment, later):
    refund = at_till(payment)
    be_busy(simulator, times=2)
    later(minutes=3)
    tasks.sweep_due()
    still = fresh(refund)

    later(seconds=2)
    work()

    assert (still.state, still.operation) == ("Initiated", "cancel")
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, "CancelledByClient")]


@pytest.mark.parametrize("status", [429, 403])
def test_a_look_up_that_fails_is_not_repeated_with_every_sweep(simulator, payment, later, status):
    at_till(payment)
    simulator.faults.add("refuse", *LOOK_UP, status=status, times=99, code=own_code(status))
    later(minutes=3, seconds=1)
    tasks.sweep_due()
    later(seconds=3)

    tasks.sweep_due()

    assert len(simulator.calls.find(*LOOK_UP)) == 1


def test_a_till_that_pays_out_in_time_has_forgotten_nothing(simulator, payment, later):
    refund = at_till(payment)
    assert seen(refund).state == "Reserved"
    captures.capture(refund=fresh(refund), by=TILL, now=clock.now())
    later(minutes=4)

    work()

    assert told(refund) == ["Created", "Initiated", "Reserved", "Captured"]
    assert simulator.calls.find(*CANCEL) == []
    assert books(payment) == (2706, 1000, 1000)
