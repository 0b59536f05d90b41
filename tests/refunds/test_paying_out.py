"""A worker pays what people agreed on: it creates the refund at MobilePay, waits until it is reserved, captures it."""

from datetime import timedelta

import pytest

from portal import clock
from portal.mobilepay.simulator.posv10.knobs import DAY
from refunds import tasks
from refunds.services import approvals
from tests.payments.posv10_calls import keys
from tests.refunds.factories import at_till, decided, sale
from tests.refunds.scenarios import (
    ABOUT_REFUNDS,
    CAPTURE,
    CREATE,
    LOOK_UP,
    actions,
    ask,
    at_mobilepay,
    books,
    fresh,
    told,
    work,
)

ALL_THE_WAY = ["Requested", "Approved", "Created", "Initiated", "Reserved", "Captured"]


def test_an_approved_refund_is_created_reserved_and_paid(sold, clerk, asta, simulator):
    refund = ask(sold, clerk, 1000)
    approvals.approve(refund=fresh(refund), by=asta.user, now=clock.now())

    work()

    paid = fresh(refund)
    assert told(refund) == ALL_THE_WAY
    assert actions(refund) == [
        "refund:requested",
        "refund:approved",
        *["refund:moved"] * 4,
        "refund:intended",
        "refund:moved",
    ]
    assert (paid.operation, paid.due_at, paid.claimed_until, paid.attempts) == ("", None, None, 0)
    assert at_mobilepay(simulator, sold) == [(refund.refund_order_id, 1000, "Captured")]
    assert books(sold) == (2706, 1000, 1000)
    [created], [paid_out] = keys(simulator, CREATE), keys(simulator, CAPTURE)
    assert created != paid_out == str(paid.key_of("capture"))


def test_nothing_is_told_to_mobilepay_before_it_is_approved(sold, clerk, simulator, later):
    refund = ask(sold, clerk, 1000)
    later(hours=1)

    work()

    assert told(refund) == ["Requested"]
    assert simulator.calls.find(*ABOUT_REFUNDS) == []


def test_a_refund_on_its_way_is_paid_when_mobilepay_has_reserved_it(simulator, pos, clerk, later):
    simulator.world.knobs.refund_reserve_delay = 20.0
    payment = sale(simulator, pos)
    refund = decided(payment, clerk)
    work()
    on_its_way = at_mobilepay(simulator, payment), books(payment)
    later(seconds=21)

    work()

    assert on_its_way == ([(refund.refund_order_id, 1000, "Initiated")], (2706, 1000, 0))
    assert told(refund) == ALL_THE_WAY[1:]
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]
    assert books(payment) == (2706, 1000, 1000)


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        ({"seconds": 0}, {"seconds": 2}),
        ({"seconds": 59}, {"seconds": 2}),
        ({"seconds": 60}, {"seconds": 30}),
        ({"minutes": 59}, {"seconds": 30}),
        ({"hours": 1}, {"minutes": 10}),
        ({"days": 3}, {"minutes": 10}),
    ],
    ids=str,
)
def test_a_refund_on_its_way_is_looked_at_the_rarer_the_longer_it_takes(simulator, pos, clerk, frozen, age, wait):
    simulator.world.knobs.refund_reserve_delay = 30 * DAY
    refund = decided(sale(simulator, pos), clerk)
    work()
    frozen(**age)
    simulator.calls.clear()
    refund = fresh(refund)
    refund.due_at = clock.now()
    refund.save(update_fields=["due_at"])

    tasks.sweep_due()

    assert fresh(refund).due_at == clock.now() + timedelta(**wait)
    assert len(simulator.calls.find(*LOOK_UP)) == 1
    assert fresh(refund).state == "Initiated"


def test_what_is_paid_costs_no_further_call(simulator, pos, clerk, later):
    refund = decided(sale(simulator, pos), clerk)
    work()
    simulator.calls.clear()
    later(days=2)

    work()

    assert fresh(refund).state == "Captured"
    assert simulator.calls.find() == []


def test_several_refunds_of_one_payment_are_each_paid_once(simulator, pos, clerk):
    payment = sale(simulator, pos)
    refunds = [decided(payment, clerk, minor) for minor in (1000, 700, 1006)]

    work()

    assert [told(refund)[-1] for refund in refunds] == ["Captured"] * 3
    assert sorted(at_mobilepay(simulator, payment)) == sorted(
        (refund.refund_order_id, refund.amount_minor, "Captured") for refund in refunds
    )
    assert books(payment) == (2706, 2706, 2706)


def test_the_worker_leaves_it_to_the_till_to_pay_out_what_that_asked_for(simulator, pos, later):
    payment = sale(simulator, pos)
    refund = at_till(payment)
    later(minutes=9)

    work()

    assert told(refund) == ["Created", "Initiated"]
    assert simulator.calls.find(*CAPTURE) == []
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, "Reserved")]


@pytest.mark.parametrize("origin", ["back_office", "till"])
def test_what_mobilepay_has_paid_by_itself_counts_as_paid(simulator, pos, clerk, later, origin):
    simulator.world.knobs.refund_auto_capture = 60.0
    payment = sale(simulator, pos)
    simulator.faults.add("refuse", *CAPTURE, status=429, times=1)
    refund = decided(payment, clerk) if origin == "back_office" else at_till(payment)
    later(seconds=1)
    tasks.sweep_due()
    tasks.sweep_due()
    later(minutes=11)

    work()

    paid = fresh(refund)
    assert (paid.state, paid.is_paid, paid.due_at) == ("ExpiredAndCaptured", True, None)
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "ExpiredAndCaptured")]
    assert books(payment) == (2706, 1000, 1000)
