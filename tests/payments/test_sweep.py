"""What workers do about payments that nobody polls."""

from datetime import timedelta
from uuid import UUID

from django.db import connection
import pytest

from payments import tasks
from payments.models import Payment
from portal import clock
from terminals.models import Merchant
from tests.payments.posv10_calls import (
    ALWAYS,
    CANCEL,
    CAPTURE,
    LOOK_UP,
    START,
    be_busy,
    books,
    forget_payments,
    own_code,
    swallow,
)
from tests.payments.till_sequences import capture, prepare, ready, reserve


@pytest.fixture(autouse=True)
def patient_mobilepay(request):
    """MobilePay itself gives nobody up, so that only the portal can."""
    if "simulator" in request.fixturenames:
        request.getfixturevalue("simulator").world.knobs.inactivity_timeout = 1e9


def set_timeout(**duration):
    Merchant.objects.update(payment_timeout=timedelta(**duration))


@pytest.mark.parametrize("state", ["Prepared", "Paired", "Initiated", "IssuedToUser"])
def test_a_forgotten_payment_is_cancelled_after_the_merchants_time(till, customer, simulator, later, state):
    set_timeout(minutes=3)
    payment_id = (prepare(till) if state in {"Prepared", "Paired"} else till.start())["paymentId"]
    if state in {"Paired", "IssuedToUser"}:
        customer.checks_in()
    assert till.status(payment_id) == state
    later(minutes=2, seconds=59)
    tasks.sweep_due()
    in_time = books(simulator)

    later(seconds=2)
    tasks.sweep_due()

    assert in_time == [("order-1", state, "0")]
    assert books(simulator) == [("order-1", "CancelledByClient", "0")]
    payment = Payment.objects.get()
    assert (payment.state, payment.due_at) == ("CancelledByClient", None)
    last = payment.events.order_by("pk").last()
    assert (last.actor_kind, last.actor, last.cause) == ("worker", "worker", "cancelled")


def test_the_time_counts_from_the_payments_last_move(till, customer, simulator, later):
    set_timeout(minutes=3)
    payment_id = till.start()["paymentId"]
    later(minutes=2)
    customer.checks_in()
    till.status(payment_id)
    later(minutes=2)

    tasks.sweep_due()

    assert books(simulator) == [("order-1", "IssuedToUser", "0")]


def test_a_move_that_only_the_sweep_sees_counts_too(till, customer, simulator, later):
    set_timeout(minutes=3)
    till.start()
    customer.checks_in()
    later(minutes=3, seconds=1)

    tasks.sweep_due()

    payment = Payment.objects.get()
    assert payment.state == "IssuedToUser"
    assert payment.due_at == payment.changed_at + timedelta(minutes=3)
    assert books(simulator) == [("order-1", "IssuedToUser", "0")]


def test_a_merchant_that_lengthens_its_time_is_obeyed_at_once(till, simulator, later):
    set_timeout(minutes=3)
    till.start()
    set_timeout(minutes=30)
    later(minutes=4)

    tasks.sweep_due()

    payment = Payment.objects.get()
    assert books(simulator) == [("order-1", "Initiated", "0")]
    assert payment.due_at == payment.changed_at + timedelta(minutes=30)


def test_a_reserved_payment_is_never_cancelled_or_captured_by_itself(till, customer, simulator, later):
    payment_id = till.start()["paymentId"]
    customer.checks_in()
    till.status(payment_id)
    customer.accepts()
    later(hours=2)

    tasks.sweep_due()
    later(days=6)
    tasks.sweep_due()

    assert Payment.objects.get().state == "Reserved"
    assert simulator.calls.find(*CANCEL) == simulator.calls.find(*CAPTURE) == []
    assert books(simulator) == [("order-1", "Reserved", "0")]


def test_a_payment_accepted_while_the_sweep_gives_it_up_is_spared(till, customer, simulator, later):
    payment_id = till.start()["paymentId"]
    customer.checks_in()
    assert till.status(payment_id) == "IssuedToUser"
    later(minutes=11)
    seen = []

    def accept_it_first(execute, sql, params, many, context):
        is_about_to_cancel = (
            sql.startswith('UPDATE "payments_payment"') and '"operation_key" =' in sql.partition("WHERE")[0]
        )
        if is_about_to_cancel and not seen:
            seen.append("asked")
            customer.accepts()
            seen.append(till.status(payment_id))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(accept_it_first):
        tasks.sweep_due()

    payment = Payment.objects.get()
    assert seen == ["asked", "Reserved"]
    assert (payment.state, payment.operation) == ("Reserved", "")
    assert simulator.calls.find(*CANCEL) == []
    assert books(simulator) == [("order-1", "Reserved", "0")]


def test_a_reserved_payment_is_looked_at_every_hour_once_it_should_have_expired(till, customer, simulator, later):
    simulator.world.knobs.reservation_lifetime = 3600.0
    reserve(till, customer)
    Payment.objects.update(expires_at=clock.now(), due_at=clock.now())
    later(seconds=1)
    tasks.sweep_due()
    still = Payment.objects.get()

    later(hours=1)
    tasks.sweep_due()

    assert still.state == "Reserved"
    assert timedelta(minutes=59) < still.due_at - still.fresh_until <= timedelta(hours=1)
    assert Payment.objects.get().state == "ExpiredAndCancelled"


def test_a_payment_that_mobilepay_has_forgotten_is_ended_by_the_sweep(till, simulator, later):
    till.start()
    forget_payments(simulator)
    later(minutes=11)

    tasks.sweep_due()

    assert Payment.objects.get().state == "CancelledByMobilePay"


def test_a_payment_that_only_something_in_front_does_not_know_is_looked_at_again(till, simulator, later):
    payment_id = till.start()["paymentId"]
    simulator.faults.add("refuse", *LOOK_UP, status=404, times=3)
    simulator.faults.add("refuse", *CANCEL, status=404)
    later(minutes=11)

    tasks.sweep_due()
    still = Payment.objects.get()
    later(seconds=31)
    tasks.sweep_due()

    assert (still.state, still.operation, still.contradiction) == (
        "Initiated",
        "expire",
        {"payment": "unknown to MobilePay"},
    )
    assert till.status(payment_id) == "CancelledByClient"


def test_a_reserved_payment_that_mobilepay_has_forgotten_is_kept_for_staff(till, customer, simulator, later):
    reserve(till, customer)
    Payment.objects.update(due_at=clock.now())
    simulator.faults.add("refuse", *LOOK_UP, status=404)
    later(seconds=1)

    tasks.sweep_due()

    assert Payment.objects.get().state == "Reserved"
    assert simulator.calls.find(*CANCEL) == []


def test_a_forgotten_payment_waits_while_mobilepay_is_away(till, simulator, later):
    till.start()
    be_busy(simulator, LOOK_UP, times=1)
    later(minutes=11)

    tasks.sweep_due()
    still = Payment.objects.get()
    later(seconds=31)
    tasks.sweep_due()

    assert (still.state, still.operation) == ("Initiated", "")
    assert Payment.objects.get().state == "CancelledByClient"


@pytest.mark.parametrize("status", [429, 403])
def test_a_look_up_that_fails_is_not_repeated_with_every_sweep(till, simulator, later, status):
    till.start()
    simulator.faults.add("refuse", *LOOK_UP, status=status, times=ALWAYS, code=own_code(status))
    later(minutes=11)
    tasks.sweep_due()
    asked = len(simulator.calls.find(*LOOK_UP))
    later(seconds=2)

    tasks.sweep_due()

    assert asked == 1
    assert len(simulator.calls.find(*LOOK_UP)) == asked


def test_a_refusal_met_by_the_sweep_is_written_down_and_stops_nobody(till, neighbour, pos, simulator, later):
    swallow(simulator, START, done=False)
    till.start("order-1")
    swallow(simulator, START, done=False)
    neighbour.start("order-2")
    simulator.faults.add("refuse", *START, status=409, code="1204")
    later(seconds=3)

    tasks.sweep_due()

    ends = sorted(Payment.objects.values_list("state", flat=True))
    assert ends == ["CancelledByMobilePay", "Initiated"]


def test_an_amount_in_doubt_is_given_again_by_the_sweep(till, simulator, later):
    payment_id = prepare(till)["paymentId"]
    be_busy(simulator, times=1)
    ready(till, payment_id)
    later(seconds=3)

    tasks.sweep_due()

    assert books(simulator) == [("order-1", "Initiated", "0")]
    assert str(Payment.objects.get().amount) == "27.06 DKK"


def test_what_is_not_due_costs_no_call(till, customer, simulator):
    capture(till, reserve(till, customer))
    till.start("order-2")
    asked = len(simulator.calls.find())

    tasks.sweep_due()

    assert len(simulator.calls.find()) == asked


@pytest.mark.parametrize("skew", [timedelta(0), timedelta(hours=-1), timedelta(hours=1)])
def test_a_message_whose_payment_was_handed_out_again_is_left_to_its_successor(till, simulator, later, skew):
    set_timeout(minutes=3)
    payment_id = till.start()["paymentId"]
    later(minutes=4)
    first = clock.now()
    assert Payment.objects.claim_due(now=first) == [UUID(payment_id)]
    later(seconds=31)
    second = clock.now()
    assert Payment.objects.claim_due(now=second) == [UUID(payment_id)]
    simulator.calls.clear()
    # Whoever carries it out may go by another clock than whoever handed it out.
    later(seconds=skew.total_seconds())

    tasks.process_payment(payment_id=payment_id, claimed_at=first.isoformat())
    calls = simulator.calls.find(*CANCEL) + simulator.calls.find(*LOOK_UP)
    tasks.process_payment(payment_id=payment_id, claimed_at=second.isoformat())
    tasks.process_payment(payment_id=payment_id, claimed_at=second.isoformat())

    assert calls == []
    assert len(simulator.calls.find(*LOOK_UP)) == 1
