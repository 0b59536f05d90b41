"""How long what is due has waited for a worker."""

import pytest

from payments import tasks
from refunds import tasks as refund_tasks
from terminals import tasks as terminal_tasks
from tests.health.metrics import scrape
from tests.payments.posv10_calls import be_busy
from tests.refunds import scenarios
from tests.tillapi.raw_calls import as_json, call

NONE = {"payment": 0, "refund": 0, "point_of_sale": 0}
# Seconds that the test itself may take.
SLACK = 20


@pytest.fixture(autouse=True)
def patient_mobilepay(simulator):
    """MobilePay itself gives nobody up while time flies."""
    simulator.world.knobs.inactivity_timeout = 1e9


def lags():
    return scrape().by_kind("portal_sweep_lag_seconds")


def assert_only(kind, seconds):
    found = lags()
    assert {**found, kind: 0} == NONE
    assert seconds <= found[kind] < seconds + SLACK


def test_what_is_not_due_yet_does_not_lag(till, later):
    till.start()
    later(minutes=9)

    assert lags() == NONE


def test_a_forgotten_payment_lags_until_a_worker_looks_after_it(till, later):
    till.start()
    later(minutes=12)
    assert_only("payment", 120)

    tasks.sweep_due()

    assert lags() == NONE


def test_of_several_the_one_that_waits_longest_counts(till, neighbour, later):
    till.start("order-1")
    later(minutes=5)
    neighbour.start("order-2")
    later(minutes=12)

    assert_only("payment", 7 * 60)


def test_a_payment_that_is_over_never_lags(till, later):
    till.post("payment/cancel", paymentId=till.start()["paymentId"])
    later(days=2)

    assert lags() == NONE


def test_a_refund_lags_until_a_worker_looks_after_it(till, customer, later):
    scenarios.reserved_at_till(till, scenarios.sell(till, customer))
    later(minutes=15)
    assert_only("refund", 300)

    refund_tasks.sweep_due()

    assert lags() == NONE


def test_a_point_of_sale_in_doubt_lags_until_a_worker_looks_after_it(new_till, simulator, later):
    be_busy(simulator, ("POST", "/pos/v10/pointofsales"))
    call("POST", "manage/create", token=new_till.token, **as_json([("terminalId", new_till.terminal_id)]))
    simulator.faults.clear()
    later(minutes=1)
    assert_only("point_of_sale", 40)

    terminal_tasks.sweep_due()

    assert lags() == NONE
