"""MobilePay does not answer: one refund and one payout all the same, by the same key, at times that grow."""

from datetime import timedelta

import pytest

from portal import clock
from portal.gateway.errors import OutcomeUnknown
from refunds import tasks
from refunds.services import cancellations, captures, creation, lookups
from refunds.services.refusals import RefundPending
from refunds.states import State
from tests.payments.posv10_calls import be_busy, keys, swallow
from tests.refunds.factories import TILL, at_till, decided
from tests.refunds.scenarios import CANCEL, CAPTURE, CREATE, LOOK_UP, at_mobilepay, books, fresh, told, work

FAULTS = ["cut_before", "cut_after", "fail_before", "fail_after", "garble"]
WAITS = [2, 5, 10, 30, 120, 300, 3600, 3600]
PAID = ["Approved", "Created", "Initiated", "Reserved", "Captured"]


def cancel(refund):
    return cancellations.cancel_at_till(refund=fresh(refund), by=TILL, now=clock.now())


def capture(refund):
    return captures.capture(refund=fresh(refund), by=TILL, now=clock.now())


def current(refund):
    return lookups.status(merchant=refund.merchant, refund_id=refund.pk, by=TILL, now=clock.now())


def finish(pass_by):
    """Give the worker time: for what is in doubt, and then to look whether MobilePay has reserved it."""
    for _ in range(2):
        pass_by(seconds=2)
        work()


def reserved(payment):
    """A till's refund that the till has seen reserved."""
    refund = at_till(payment)
    assert current(refund).state == State.RESERVED
    return refund


@pytest.mark.parametrize("call", [CREATE, CAPTURE], ids=["create", "capture"])
@pytest.mark.parametrize("kind", FAULTS)
def test_a_try_that_failed_is_repeated_at_once_with_the_same_key(simulator, payment, clerk, kind, call):
    refund = decided(payment, clerk)
    simulator.faults.add(kind, *call)

    work()

    assert told(refund) == PAID
    assert (len(keys(simulator, call)), len(set(keys(simulator, call)))) == (2, 1)
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]
    assert books(payment) == (2706, 1000, 1000)


def test_a_creation_answered_too_late_is_repeated_and_makes_one_refund(simulator, payment, clerk):
    refund = decided(payment, clerk)
    simulator.faults.add("late", *CREATE, seconds=2.2)

    work()

    assert told(refund) == PAID
    assert len(keys(simulator, CREATE)) == 2
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
@pytest.mark.parametrize(("call", "sweeps"), [(CREATE, 1), (CAPTURE, 2)], ids=["create", "capture"])
def test_a_lost_answer_leaves_the_refund_in_doubt_until_a_later_try(
    simulator, payment, clerk, frozen, call, sweeps, done
):
    refund = decided(payment, clerk)
    swallow(simulator, call, done=done)
    for _ in range(sweeps):
        tasks.sweep_due()
    doubtful, still = fresh(refund), books(payment)

    finish(frozen)

    assert (doubtful.is_in_doubt, doubtful.attempts) == (True, 1)
    assert doubtful.due_at == doubtful.changed_at + timedelta(seconds=2)
    assert still == (2706, 1000, 0)
    assert told(refund) == PAID
    assert len(set(keys(simulator, call))) == 1
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]
    assert books(payment) == (2706, 1000, 1000)


@pytest.mark.parametrize("done", [False, True], ids=["not done", "done"])
def test_a_cancellation_whose_answer_was_lost_is_finished_by_the_worker(simulator, payment, later, done):
    refund = at_till(payment)
    swallow(simulator, CANCEL, done=done)
    with pytest.raises(OutcomeUnknown):
        cancel(refund)
    later(seconds=3)

    work()

    assert told(refund) == ["Created", "Initiated", "CancelledByClient"]
    assert len(set(keys(simulator, CANCEL))) == 1
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, "CancelledByClient")]
    assert books(payment) == (2706, 0, 0)


def test_a_lost_look_up_is_repeated_a_little_later(simulator, payment, clerk, frozen):
    refund = decided(payment, clerk)
    tasks.sweep_due()
    be_busy(simulator, LOOK_UP, times=1)
    tasks.sweep_due()
    waiting = fresh(refund)
    frozen(seconds=2)

    work()

    assert (waiting.state, waiting.attempts) == ("Initiated", 0)
    assert waiting.due_at == waiting.changed_at + timedelta(seconds=2)
    assert told(refund) == PAID


@pytest.mark.parametrize("call", [CREATE, CAPTURE], ids=["create", "capture"])
def test_a_refund_in_doubt_is_tried_again_less_and_less_often(simulator, payment, clerk, frozen, call):
    refund = decided(payment, clerk)
    be_busy(simulator, call)
    tasks.sweep_due()
    if call == CAPTURE:
        tasks.sweep_due()
    waits = []

    for _ in WAITS:
        waits.append(fresh(refund).due_at - clock.now())
        frozen(seconds=waits[-1].total_seconds())
        tasks.sweep_due()

    assert [wait.total_seconds() for wait in waits] == WAITS
    assert fresh(refund).attempts == len(WAITS) + 1
    assert len(set(keys(simulator, call))) == 1


def test_the_first_that_mobilepay_answers_wakes_all_others_that_wait(simulator, payment, clerk, frozen):
    refunds = [decided(payment, clerk, minor) for minor in (100, 200, 300)]
    be_busy(simulator, CREATE)
    for _ in WAITS:
        tasks.sweep_due()
        frozen(hours=1)
    tasks.sweep_due()
    waiting = [fresh(refund).due_at > clock.now() for refund in refunds]
    simulator.faults.clear()

    tasks.sweep_due()
    after_the_scout = sorted(fresh(refund).state for refund in refunds)
    finish(frozen)

    assert waiting == [True, True, True]
    assert after_the_scout == ["Created", "Created", "Initiated"]
    assert [told(refund) for refund in refunds] == [PAID] * 3
    assert books(payment) == (2706, 600, 600)


def test_one_that_still_meets_silence_wakes_nobody(simulator, payment, clerk, frozen):
    refunds = [decided(payment, clerk, minor) for minor in (100, 200)]
    be_busy(simulator, CREATE)
    for _ in WAITS:
        tasks.sweep_due()
        frozen(hours=1)
    tasks.sweep_due()
    simulator.calls.clear()

    tasks.sweep_due()

    assert len(keys(simulator, CREATE)) == 1
    assert all(fresh(refund).due_at > clock.now() for refund in refunds)


def test_a_tills_cancellation_is_remembered_while_its_creation_is_in_doubt(simulator, payment, later):
    swallow(simulator, CREATE, done=True)
    with pytest.raises(OutcomeUnknown):
        at_till(payment)
    [refund] = payment.refunds.all()
    be_busy(simulator, CREATE, times=1)
    with pytest.raises(OutcomeUnknown):
        cancel(refund)
    remembered = fresh(refund)
    later(seconds=3)

    work()

    assert (remembered.state, remembered.operation) == ("Created", "cancel")
    assert told(refund) == ["Created", "Initiated", "CancelledByClient"]
    assert len(set(keys(simulator, CREATE))) == 1
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, "CancelledByClient")]
    assert books(payment) == (2706, 0, 0)


def test_what_is_being_paid_out_cannot_be_cancelled_meanwhile(simulator, payment):
    refund = reserved(payment)
    swallow(simulator, CAPTURE, done=True)
    with pytest.raises(OutcomeUnknown):
        capture(refund)

    with pytest.raises(RefundPending) as refusal:
        cancel(refund)

    assert refusal.value.code == "outcome_pending"
    assert (fresh(refund).operation, books(payment)) == ("capture", (2706, 1000, 0))
    assert simulator.calls.find(*CANCEL) == []


def test_a_worker_that_dies_between_noting_and_telling_is_succeeded(simulator, payment, clerk, later):
    refund = decided(payment, clerk)
    noted = creation.begin(refund=fresh(refund), by=TILL, now=clock.now())
    unsent = len(keys(simulator, CREATE))
    later(seconds=7)
    work()
    too_soon = len(keys(simulator, CREATE))

    finish(later)

    assert (unsent, too_soon) == (0, 0)
    assert keys(simulator, CREATE) == [str(noted.key_of("create"))]
    assert told(refund) == PAID
    assert books(payment) == (2706, 1000, 1000)


def test_a_creation_that_was_carried_out_is_not_ended_by_a_refusal_of_the_next_try(simulator, payment, clerk, later):
    refund = decided(payment, clerk)
    swallow(simulator, CREATE, done=True)
    tasks.sweep_due()
    later(seconds=2)
    simulator.faults.add("refuse", *CREATE, status=403, code="1401")
    tasks.sweep_due()
    later(days=2)

    work()

    [(order, minor, there)] = at_mobilepay(simulator, payment)
    assert (order, minor, there) == (refund.refund_order_id, 1000, fresh(refund).state)
    assert books(payment) == (2706, 1000, 1000)
