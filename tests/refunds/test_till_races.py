"""Somebody was quicker: what a till's call has read is old by the time it acts, and must do no harm."""

from contextlib import contextmanager

from django.db import connection
import pytest

from portal import clock
from portal.audit.actors import WORKER
from portal.gateway.errors import OutcomeUnknown
from refunds.services import approvals, cancellations, captures, requests
from refunds.services.refusals import (
    RefundEnded,
    RefundOrderReused,
    RefundPending,
    RefundRejected,
    RefundTooHigh,
)
from tests.payments.posv10_calls import be_busy, keys
from tests.refunds.scenarios import (
    CANCEL,
    CAPTURE,
    CREATE,
    all_refunds,
    at_mobilepay,
    books,
    call_off,
    dkk,
    fresh,
    give_back,
    pay_out,
    refund_id,
    reserved_at_till,
    rules,
    told,
    told_mobilepay,
)


@contextmanager
def overtaken(act):
    """Let `act` happen between what the call has read and its transaction."""
    done = []

    def overtake(execute, sql, params, many, context):
        if sql.startswith("SAVEPOINT") and not done:
            done.append(sql)
            act()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(overtake):
        yield
    assert done


def create(payment, minor=2706, order_id="refund-1", key=None):
    return requests.create(
        payment=payment,
        refund_order_id=order_id,
        amount=dkk(minor),
        idempotency_key=key,
        by=WORKER,
        now=clock.now(),
    )


def capture(refund):
    return captures.capture(refund=refund, by=WORKER, now=clock.now())


def cancel(refund):
    return cancellations.cancel(refund=refund, by=WORKER, now=clock.now())


@pytest.mark.parametrize("minor", [2706, 1000], ids=["with all the room", "with some of the room"])
@pytest.mark.parametrize("key", [None, "till-key-1"])
def test_an_equal_create_that_was_quicker_is_the_refund_of_both(sold, simulator, minor, key):
    with overtaken(lambda: create(sold, minor, key=key)):
        refund = create(sold, minor, key=key)

    assert refund.pk == sold.refunds.get().pk
    assert books(sold) == (2706, minor, 0)
    assert set(keys(simulator, CREATE)) == {str(refund.key_of("create"))}
    assert at_mobilepay(simulator, sold) == [("refund-1", minor, "Reserved")]


def test_an_equal_create_that_waits_at_mobilepay_meanwhile_is_finished_by_the_other(sold, simulator):
    be_busy(simulator, CREATE, times=1)

    def get_no_answer():
        with pytest.raises(OutcomeUnknown):
            create(sold)

    with overtaken(get_no_answer):
        refund = create(sold)

    assert (refund.state, refund.attempts) == ("Initiated", 0)
    assert keys(simulator, CREATE) == [str(refund.key_of("create"))] * 2
    assert at_mobilepay(simulator, sold) == [("refund-1", 2706, "Reserved")]


def test_a_create_of_the_same_order_with_another_amount_that_was_quicker_is_named(sold, simulator):
    with overtaken(lambda: create(sold, 1000)), pytest.raises(RefundOrderReused):
        create(sold, 1001)

    assert all_refunds() == [("refund-1", 1000, "Initiated")]
    assert books(sold) == (2706, 1000, 0)
    assert told_mobilepay(simulator, CREATE) == 1


def test_for_the_last_krone_the_slower_one_reads_what_is_left(sold, simulator):
    with overtaken(lambda: create(sold, 2606, "refund-1")), pytest.raises(RefundTooHigh) as refused:
        create(sold, 200, "refund-2")

    assert refused.value.message == (
        "At most 1.00 DKK of order order-1 can still be given back: 27.06 DKK was taken, "
        "and refunds of 26.06 DKK are paid or on their way. No money moved."
    )
    assert all_refunds() == [("refund-1", 2606, "Initiated")]
    assert told_mobilepay(simulator, CREATE) == 1


def test_parts_asked_for_at_once_count_together(sold, simulator):
    rules(sold.merchant, till_limit_minor=1000)

    with overtaken(lambda: create(sold, 600, "refund-1")):
        second = create(sold, 600, "refund-2")

    assert (second.state, second.refundable_before_minor) == ("Requested", 2106)
    assert told_mobilepay(simulator, CREATE) == 1


def test_a_capture_beside_a_finished_one_counts_as_done(till, sold, simulator):
    old = reserved_at_till(till, sold)
    pay_out(till, old)

    again = capture(old)

    assert again.state == "Captured"
    assert told_mobilepay(simulator, CAPTURE) == 1
    assert books(sold) == (2706, 1000, 1000)


def test_a_capture_beside_a_cancellation_judges_the_refund_anew(till, sold, simulator):
    old = reserved_at_till(till, sold)
    call_off(till, old)

    with pytest.raises(RefundEnded):
        capture(old)

    assert told_mobilepay(simulator, CAPTURE) == 0
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "CancelledByClient")]


def test_a_cancellation_beside_a_finished_one_counts_as_done(till, sold, simulator):
    old = reserved_at_till(till, sold)
    call_off(till, old)

    again = cancel(old)

    assert again.state == "CancelledByClient"
    assert told_mobilepay(simulator, CANCEL) == 1
    assert books(sold) == (2706, 0, 0)


def test_a_cancellation_beside_a_capture_judges_the_refund_anew(till, sold, simulator):
    old = reserved_at_till(till, sold)
    pay_out(till, old)

    with pytest.raises(RefundEnded):
        cancel(old)

    assert told_mobilepay(simulator, CANCEL) == 0
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "Captured")]


@pytest.mark.parametrize(("first", "then", "call"), [(pay_out, cancel, CANCEL), (call_off, capture, CAPTURE)])
def test_what_was_read_before_the_opposite_was_noted_waits_for_it(till, sold, simulator, first, then, call):
    old = reserved_at_till(till, sold)
    be_busy(simulator, CAPTURE if first is pay_out else CANCEL, times=1)
    first(till, old)

    with pytest.raises(RefundPending):
        then(old)

    assert told_mobilepay(simulator, call) == 0
    assert fresh(old).attempts == 1


@pytest.fixture
def requested(till, sold):
    rules(sold.merchant, till_limit_minor=500)
    return fresh(refund_id(give_back(till, sold)))


def test_a_request_approved_beside_its_cancellation_is_withdrawn_all_the_same(requested, asta, simulator):
    approvals.approve(refund=requested, by=asta.user, now=clock.now())

    ended = cancel(requested)

    assert ended.state == "Withdrawn"
    assert told(requested) == ["Requested", "Approved", "Withdrawn"]
    assert told_mobilepay(simulator) == 0


def test_a_request_declined_beside_its_cancellation_is_named_as_declined(sold, requested, asta, simulator):
    approvals.decline(refund=requested, reason="no receipt", by=asta.user, now=clock.now())

    with pytest.raises(RefundRejected):
        cancel(requested)

    assert told(requested) == ["Requested", "Declined"]
    assert books(sold) == (2706, 0, 0)
    assert told_mobilepay(simulator) == 0
