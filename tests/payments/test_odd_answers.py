"""MobilePay's answers are odd, or are not MobilePay's: no sale is lost, and nothing is told that is not so."""

from uuid import uuid4

import pytest

from payments import tasks
from payments.models import Payment
from terminals.models import PointOfSale
from tests.payments.posv10_calls import (
    CAPTURE,
    EVERY_TRY,
    FIND,
    LOOK_UP,
    START,
    alter,
    be_busy,
    books,
    start_behind_our_back,
)
from tests.payments.till_sequences import accepted, cancel, capture, details, reserve
from tests.shop import Customer


@pytest.mark.parametrize(
    "members",
    [
        {"loyaltyIds": [123456]},
        {"loyaltyIds": "none"},
        {"pollDelayInMs": None},
        {"pollDelayInMs": -5},
        {"pollDelayInMs": "soon"},
        {"amount": None},
        {"currencyCode": None},
        {"amount": "27.060000000000000000000"},
        {"paymentExpiresAt": "tomorrow"},
        {"partialCapturePossible": "perhaps"},
        {"customerToken": 7},
        {"customerReceiptToken": {"is": "odd"}},
        {"posId": None},
        {"orderId": None},
    ],
    ids=str,
)
def test_a_member_that_nothing_hangs_on_costs_no_sale(till, customer, simulator, members):
    payment_id = accepted(till, customer)
    alter(simulator, members)

    status, taken = till.status(payment_id), capture(till, payment_id)

    assert (status, taken.status) == ("Reserved", 200)
    assert books(simulator) == [("order-1", "Captured", "27.06")]
    assert details(till, payment_id)["capturedAmount"] == "27.06"


@pytest.mark.parametrize(("theirs", "told"), [(10**9, "10000"), (-5, "1000"), (0, "0"), ("x", "1000")])
def test_a_till_is_neither_silenced_nor_made_to_spin(till, simulator, theirs, told):
    payment_id = till.start()["paymentId"]
    alter(simulator, {"pollDelayInMs": theirs}, times=1)

    answer = till.get("payment/status", paymentId=payment_id)

    assert answer["pollDelayInMs"] == told


LIES = pytest.mark.parametrize(
    ("kind", "status"),
    [(kind, status) for kind in ("foreign_before", "foreign_after") for status in (200, 202, 302, 401, 403, 404, 409)],
)


@LIES
@pytest.mark.parametrize("act", [capture, cancel], ids=["capture", "cancel"])
def test_an_answer_of_something_in_front_is_looked_into_before_it_is_told(till, customer, simulator, act, kind, status):
    payment_id = reserve(till, customer)
    call = ("POST", f"/pos/v10/payments/[^/]+/{act.__name__}")
    simulator.faults.add(kind, *call, status=status, times=2 * EVERY_TRY)
    done, ended = kind == "foreign_after", {capture: "Captured", cancel: "CancelledByClient"}[act]

    answer = act(till, payment_id)
    there = books(simulator)[0][1]
    simulator.faults.clear()
    again = act(till, payment_id)

    assert there == (ended if done else "Reserved")
    assert answer.status == (200 if done else 503)
    assert (again.status, books(simulator)[0][1], Payment.objects.get().state) == (200, ended, ended)


@LIES
def test_a_start_answered_by_something_in_front_is_never_begun_twice(till, simulator, kind, status):
    simulator.faults.add(kind, *START, status=status, times=2 * EVERY_TRY)

    first = till.start()
    simulator.faults.clear()
    again = till.start()

    assert first.status == (200 if kind == "foreign_after" else 503)
    assert (again.status, Payment.objects.count()) == (200, 1)
    assert books(simulator) == [("order-1", "Initiated", "0")]


def test_a_look_that_is_not_answered_leaves_what_was_said_in_doubt(till, customer, simulator):
    payment_id = reserve(till, customer)
    simulator.faults.add("foreign_after", *CAPTURE, status=200, times=EVERY_TRY)
    be_busy(simulator, LOOK_UP, times=1)

    lost = capture(till, payment_id)

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert Payment.objects.values_list("state", "operation").get() == ("Reserved", "capture")
    assert capture(till, payment_id).status == 200


@pytest.mark.parametrize("status", [400, 409])
def test_a_failure_of_mobilepays_own_is_no_refusal_whatever_its_status(till, simulator, status):
    simulator.faults.add("refuse", *START, status=status, code="2000", times=EVERY_TRY)

    lost, again = till.start(), till.start()

    assert (lost.status, lost.codes, again.status) == (503, ["outcome_unknown"], 200)


@pytest.mark.parametrize("members", [{"status": "Funny"}, {"paymentId": str(uuid4())}], ids=["state", "id"])
def test_a_stranger_of_which_mobilepay_speaks_oddly_keeps_no_other_from_adoption(till, neighbour, simulator, members):
    for pos in PointOfSale.objects.order_by("pk"):
        start_behind_our_back(simulator, pos, f"stranger at {pos.name}")
        somebody = Customer(simulator.url, pos.beacon_id)
        somebody.checks_in()
        somebody.accepts()
    alter(simulator, members, times=1)

    tasks.adopt_orphaned_reservations()

    assert Payment.objects.filter(flow="adopted").count() == 1


def test_a_list_that_cannot_be_read_keeps_no_other_point_of_sale_from_adoption(till, neighbour, simulator):
    for pos in PointOfSale.objects.order_by("pk"):
        start_behind_our_back(simulator, pos, f"stranger at {pos.name}")
        somebody = Customer(simulator.url, pos.beacon_id)
        somebody.checks_in()
        somebody.accepts()
    simulator.faults.add("foreign_before", *FIND, status=200, times=EVERY_TRY)

    tasks.adopt_orphaned_reservations()

    assert Payment.objects.filter(flow="adopted").count() == 1
