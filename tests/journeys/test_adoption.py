"""Reserved payments that only MobilePay knows come into our records, and nothing is done with them by itself."""

import pytest

from payments import tasks
from payments.models import Payment, PaymentEvent
from payments.services import orphans
from portal import clock
from portal.audit.actors import WORKER
from portal.audit.models import Entry
from portal.gateway import networks
from portal.mobilepay.types import PaymentRef
from terminals.models import PointOfSale
from tests.payments.posv10_calls import (
    CANCEL,
    CAPTURE,
    FIND,
    LOOK_UP,
    START,
    UNKNOWN,
    be_busy,
    books,
    keys,
    start_behind_our_back,
    swallow,
)
from tests.payments.till_sequences import cancel, capture, details, reserve
from tests.shop import Customer


def test_a_reserved_stranger_is_adopted_by_the_periodic_task_and_nothing_is_done_with_it(
    till, customer, pos, simulator
):
    remote_id = start_behind_our_back(simulator, pos)
    customer.checks_in()
    customer.accepts()

    tasks.adopt_orphaned_reservations()
    tasks.adopt_orphaned_reservations()

    adopted = Payment.objects.get()
    assert (adopted.flow, adopted.state, adopted.remote_id) == ("adopted", "Reserved", remote_id)
    assert (adopted.order_id, str(adopted.amount)) == ("stranger-1", "12.50 DKK")
    assert (adopted.merchant.bio_code, adopted.point_of_sale) == ("KINO1", pos)
    assert adopted.due_at == adopted.expires_at is not None
    event = PaymentEvent.objects.get()
    assert (event.from_state, event.to_state, event.cause) == ("", "Reserved", "found at MobilePay only")
    assert Entry.objects.filter(action="payment:adopted").count() == 1
    assert simulator.calls.find(*CAPTURE) == simulator.calls.find(*CANCEL) == []
    assert books(simulator) == [("stranger-1", "Reserved", "0")]


def test_an_adopted_payment_is_neither_captured_nor_cancelled_by_the_sweep(till, customer, pos, simulator, later):
    start_behind_our_back(simulator, pos)
    customer.checks_in()
    customer.accepts()
    tasks.adopt_orphaned_reservations()
    later(days=6)

    tasks.sweep_due()

    assert Payment.objects.get().state == "Reserved"
    assert simulator.calls.find(*CAPTURE) == simulator.calls.find(*CANCEL) == []


def test_an_adopted_payment_ends_when_its_reservation_expires(till, customer, pos, simulator, later):
    start_behind_our_back(simulator, pos)
    customer.checks_in()
    customer.accepts()
    tasks.adopt_orphaned_reservations()
    later(days=7, seconds=1)

    tasks.sweep_due()

    assert Payment.objects.get().state == "ExpiredAndCancelled"


@pytest.mark.parametrize("act", [capture, cancel])
def test_a_till_can_finish_an_adopted_payment(till, customer, pos, simulator, act):
    start_behind_our_back(simulator, pos)
    customer.checks_in()
    customer.accepts()
    tasks.adopt_orphaned_reservations()
    payment_id = str(Payment.objects.get().pk)

    answer = act(till, payment_id)

    assert answer.status == 200
    end = ("Captured", "12.50") if act is capture else ("CancelledByClient", "0")
    assert books(simulator) == [("stranger-1", *end)]


def test_an_adopted_order_does_not_stand_in_for_the_tills_own(till, customer, pos, simulator):
    start_behind_our_back(simulator, pos, "order-1", "27.06")
    customer.checks_in()
    customer.accepts()
    tasks.adopt_orphaned_reservations()
    adopted = str(Payment.objects.get().pk)

    started = till.start("order-1", "27.06")

    assert started.status == 200
    assert started["paymentId"] != adopted
    assert details(till, started["paymentId"])["status"] == "Initiated"


def test_an_active_stranger_is_not_adopted(till, pos, simulator):
    start_behind_our_back(simulator, pos)

    tasks.adopt_orphaned_reservations()

    assert Payment.objects.count() == 0
    assert books(simulator) == [("stranger-1", "Initiated", "0")]


def test_our_own_reserved_payment_is_no_stranger(till, customer, simulator):
    reserve(till, customer)

    tasks.adopt_orphaned_reservations()

    assert Payment.objects.count() == 1
    assert len(simulator.calls.find(*LOOK_UP)) == 1


def test_a_reservation_that_our_records_have_ended_is_written_down_once_and_left_alone(till, customer, simulator):
    payment_id = reserve(till, customer)
    Payment.objects.update(state="CancelledByMobilePay", due_at=None)

    tasks.adopt_orphaned_reservations()
    tasks.adopt_orphaned_reservations()

    contradiction = Entry.objects.get(action="payment:contradicted")
    assert (contradiction.subject_id, contradiction.actor) == (payment_id, "worker")
    assert contradiction.details == {"ours": "CancelledByMobilePay", "theirs": "Reserved", "amount": "27.06 DKK"}
    assert [str(payment.pk) for payment in Payment.objects.all()] == [payment_id]
    assert simulator.calls.find(*CAPTURE) == simulator.calls.find(*CANCEL) == []
    assert books(simulator) == [("order-1", "Reserved", "0")]


def test_nothing_is_adopted_while_a_payment_of_ours_is_in_doubt_there(till, customer, simulator):
    swallow(simulator, START, done=True)
    till.start()
    customer.checks_in()
    customer.accepts()

    tasks.adopt_orphaned_reservations()
    unadopted = list(Payment.objects.values_list("flow", "state"))
    again = till.start()
    tasks.adopt_orphaned_reservations()

    assert unadopted == [("direct", "Created")]
    assert till.status(again["paymentId"]) == "Reserved"
    assert Payment.objects.count() == 1
    assert len(set(keys(simulator, START))) == 1
    assert books(simulator) == [("order-1", "Reserved", "0")]


def test_while_mobilepay_is_silent_nobody_else_is_asked_for_and_the_next_round_adopts(
    till, neighbour, customer, pos, simulator
):
    start_behind_our_back(simulator, pos)
    customer.checks_in()
    customer.accepts()
    be_busy(simulator, FIND, times=1)
    tasks.adopt_orphaned_reservations()
    first_round = Payment.objects.count(), len(simulator.calls.find(*FIND))

    tasks.adopt_orphaned_reservations()

    assert first_round == (0, 1)
    assert Payment.objects.count() == 1
    assert len(simulator.calls.find(*FIND)) == 3


def test_a_point_of_sale_that_mobilepay_refuses_to_show_does_not_keep_the_others_from_adoption(
    till, neighbour, simulator
):
    for each in PointOfSale.objects.all():
        start_behind_our_back(simulator, each, f"stranger at {each.name}")
        customer = Customer(simulator.url, each.beacon_id)
        customer.checks_in()
        customer.accepts()
    simulator.faults.add("refuse", *FIND, status=403, code=UNKNOWN)

    tasks.adopt_orphaned_reservations()
    first_round = Payment.objects.count()
    tasks.adopt_orphaned_reservations()

    assert (first_round, Payment.objects.count()) == (1, 2)
    assert len(simulator.calls.find(*FIND)) == 4


def test_a_reservation_without_an_amount_is_not_adopted(till, customer, pos, simulator):
    start_behind_our_back(simulator, pos)
    customer.checks_in()
    customer.accepts()
    with simulator.world.present():
        [theirs] = simulator.world.payments
        theirs.terms = None

    tasks.adopt_orphaned_reservations()

    assert Payment.objects.count() == 0


def test_two_workers_adopt_a_stranger_once(till, customer, pos, simulator):
    remote_id = start_behind_our_back(simulator, pos)
    customer.checks_in()
    customer.accepts()
    status = networks.network_for(pos.account).payments.status(PaymentRef(remote_id))

    adoptions = [orphans.adopt(pos=pos, status=status, by=WORKER, now=clock.now()) for _ in range(2)]

    assert adoptions == [True, False]
    assert Payment.objects.count() == 1
    assert PaymentEvent.objects.count() == 1
