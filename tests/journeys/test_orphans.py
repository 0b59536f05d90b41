"""Payments on our points of sale that only MobilePay knows, after a restored backup for instance."""

from django.db import connection
import pytest

from payments.models import Payment
from portal.audit.models import Entry
from tests.payments.posv10_calls import (
    CANCEL,
    FIND,
    LOOK_UP,
    START,
    UNKNOWN,
    be_busy,
    books,
    start_behind_our_back,
    tell,
)
from tests.payments.till_sequences import prepare, reserve


@pytest.mark.parametrize("begin", ["start", "prepare"])
def test_an_active_stranger_is_cancelled_and_the_start_goes_on(till, pos, simulator, begin):
    remote_id = start_behind_our_back(simulator, pos)

    started = till.start() if begin == "start" else prepare(till)

    assert started.status == 200
    state = "Initiated" if begin == "start" else "Prepared"
    assert books(simulator) == [("stranger-1", "CancelledByClient", "0"), ("order-1", state, "0")]
    assert Payment.objects.count() == 1
    entry = Entry.objects.get(action="payment:stranger_cancelled")
    assert (entry.subject_kind, entry.subject_id) == ("pointofsale", str(pos.pk))
    assert entry.details == {"remote_id": remote_id, "order_id": "stranger-1", "state": "Initiated"}
    assert entry.actor == till.token.split("_")[1]


def test_a_stranger_that_ends_before_it_is_looked_at_does_not_stop_the_start(till, pos, simulator):
    remote_id = start_behind_our_back(simulator, pos)
    ended = []

    def end_it_first(execute, sql, params, many, context):
        if sql.startswith("SELECT") and remote_id in (params or ()) and not ended:
            ended.append(tell(simulator, f"/payments/{remote_id}/cancel").status)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(end_it_first):
        started = till.start()

    assert (ended, started.status) == ([200], 200)
    assert len(simulator.calls.find(*CANCEL)) == 1
    assert not Entry.objects.filter(action="payment:stranger_cancelled").exists()
    assert books(simulator) == [("stranger-1", "CancelledByClient", "0"), ("order-1", "Initiated", "0")]


def test_a_start_past_a_stranger_keeps_its_key(till, pos, simulator):
    start_behind_our_back(simulator, pos)

    till.start()

    [_, *tries] = simulator.calls.find(*START)
    assert [each.status for each in tries] == [409, 409, 200]
    assert {each.idempotency_key for each in tries} == {str(Payment.objects.get().key_of("create"))}


def test_a_reserved_stranger_is_left_alone_by_a_start_that_it_does_not_block(till, customer, pos, simulator):
    start_behind_our_back(simulator, pos)
    customer.checks_in()
    customer.accepts()

    started = till.start()

    assert started.status == 200
    assert Payment.objects.count() == 1
    assert books(simulator) == [("stranger-1", "Reserved", "0"), ("order-1", "Initiated", "0")]


def test_clearing_the_way_adopts_the_reserved_stranger_it_meets(till, customer, pos, simulator):
    reserved = start_behind_our_back(simulator, pos)
    customer.checks_in()
    customer.accepts()
    start_behind_our_back(simulator, pos, "stranger-2")

    started = till.start()

    assert started.status == 200
    assert books(simulator) == [
        ("stranger-1", "Reserved", "0"),
        ("stranger-2", "CancelledByClient", "0"),
        ("order-1", "Initiated", "0"),
    ]
    adopted = Payment.objects.get(flow="adopted")
    assert (adopted.remote_id, adopted.state, adopted.order_id) == (reserved, "Reserved", "stranger-1")


def test_clearing_the_way_spares_our_own_reserved_payment(till, customer, pos, simulator):
    ours = reserve(till, customer)
    start_behind_our_back(simulator, pos)

    started = till.start("order-2")

    assert started.status == 200
    assert till.status(ours) == "Reserved"
    assert len(simulator.calls.find(*CANCEL)) == 1
    assert Payment.objects.filter(flow="adopted").count() == 0


def end_here_alone():
    """As a wrong record, or a backup, may have it."""
    Payment.objects.update(state="CancelledByMobilePay", due_at=None)


def test_a_payment_that_ended_here_and_lives_on_there_is_cleared_away(till, simulator):
    till.start()
    end_here_alone()
    assert books(simulator) == [("order-1", "Initiated", "0")]

    second = till.start("order-2")

    assert second.status == 200
    assert books(simulator) == [("order-1", "CancelledByClient", "0"), ("order-2", "Initiated", "0")]


def test_clearing_the_way_does_not_touch_money_held_for_a_payment_that_ended_here(till, customer, pos, simulator):
    ended = till.start()["paymentId"]
    end_here_alone()
    customer.checks_in()
    customer.accepts()
    start_behind_our_back(simulator, pos)

    started = till.start("order-2")

    assert started.status == 200
    assert books(simulator) == [
        ("order-1", "Reserved", "0"),
        ("stranger-1", "CancelledByClient", "0"),
        ("order-2", "Initiated", "0"),
    ]
    assert Payment.objects.get(pk=ended).state == "CancelledByMobilePay"
    contradiction = Entry.objects.get(action="payment:contradicted")
    assert contradiction.subject_id == ended
    assert contradiction.details == {"ours": "CancelledByMobilePay", "theirs": "Reserved", "amount": "27.06 DKK"}
    assert [each.contradiction for each in Payment.objects.contradicted()] == [{"state": "Reserved"}]


def test_a_stranger_that_may_not_be_cancelled_keeps_the_till_busy_and_the_start_is_refused(till, pos, simulator):
    start_behind_our_back(simulator, pos)
    simulator.faults.add("refuse", *CANCEL, status=403, code=UNKNOWN)

    refused = till.start()

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert Payment.objects.get().state == "CancelledByMobilePay"
    assert Entry.objects.filter(action="payment:stranger_cancelled").count() == 0
    assert books(simulator) == [("stranger-1", "Initiated", "0")]


@pytest.mark.parametrize("call", [FIND, LOOK_UP, CANCEL])
def test_a_start_stays_in_doubt_when_mobilepay_falls_silent_while_the_way_is_cleared(till, pos, simulator, call):
    start_behind_our_back(simulator, pos)
    be_busy(simulator, call, times=1)

    lost = till.start()
    again = till.start()

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert again.status == 200
    assert books(simulator) == [("stranger-1", "CancelledByClient", "0"), ("order-1", "Initiated", "0")]
