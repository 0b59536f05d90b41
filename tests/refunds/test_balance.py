"""The store's balance at MobilePay is too low: the refund waits and tries again, until it is paid or it is too late."""

from datetime import timedelta

import pytest

from portal import clock
from portal.audit.actors import WORKER
from portal.gateway.errors import OutcomeUnknown
from portal.operations.models import Operation
from refunds import tasks
from refunds.models import Notification
from refunds.services import cancellations, creation
from tests.payments.posv10_calls import EVERY_TRY, be_busy, keys, swallow
from tests.refunds.factories import FIND, TILL, at_till, decided, sale, schedule, set_balance
from tests.refunds.scenarios import CAPTURE, CREATE, at_mobilepay, books, fresh, rules, told, work

WAITS = [30, 120, 600, 3600, 3600]
A_TRY = ["Created", "WaitingForBalance"]


@pytest.fixture
def payment(simulator, pos):
    set_balance(simulator, 5)
    return sale(simulator, pos)


def wait_out(refund, pass_by):
    """Wait until the refund is due, and let a worker try again; gives the seconds that took."""
    wait = fresh(refund).due_at - clock.now()
    pass_by(seconds=wait.total_seconds())
    tasks.sweep_due()
    return wait.total_seconds()


def letters(refund):
    return list(Notification.objects.filter(refund=refund, kind="news").order_by("pk").values_list("state", flat=True))


def test_it_waits_longer_each_time_with_a_clock_and_tries_with_a_new_key(simulator, payment, clerk, frozen):
    refund = decided(payment, clerk)
    tasks.sweep_due()

    waits = [wait_out(refund, frozen) for _ in WAITS]

    assert waits == WAITS
    assert told(refund) == ["Approved"] + A_TRY * 6
    assert len(keys(simulator, CREATE)) == len(set(keys(simulator, CREATE))) == 6
    # Before each further try, and after each refusal that may not be the first word about its key.
    assert len(simulator.calls.find(*FIND)) == 11
    assert refund.events.order_by("pk").last().cause == "the store's balance at MobilePay is too low"
    assert (at_mobilepay(simulator, payment), books(payment)) == ([], (2706, 1000, 0))


def test_people_are_told_once_that_it_waits(payment, clerk, frozen):
    refund = decided(payment, clerk)
    tasks.sweep_due()

    for _ in range(3):
        wait_out(refund, frozen)

    assert letters(refund) == ["WaitingForBalance"]


def test_it_is_paid_as_soon_as_the_balance_suffices(simulator, payment, clerk, frozen):
    refund = decided(payment, clerk)
    tasks.sweep_due()
    set_balance(simulator, 10)
    wait_out(refund, frozen)
    for _ in range(2):
        frozen(seconds=2)
        work()

    assert told(refund) == ["Approved", *A_TRY, "Created", "Initiated", "Reserved", "Captured"]
    assert letters(refund) == ["WaitingForBalance", "Captured"]
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]
    assert books(payment) == (2706, 1000, 1000)


def test_a_later_try_whose_answer_was_lost_is_looked_for_before_another_is_made(simulator, payment, clerk, frozen):
    refund = decided(payment, clerk)
    tasks.sweep_due()
    set_balance(simulator, 10)
    swallow(simulator, CREATE, done=True)
    wait_out(refund, frozen)
    tried = len(keys(simulator, CREATE))
    frozen(seconds=2)

    work()

    assert len(keys(simulator, CREATE)) == tried
    assert told(refund) == ["Approved", *A_TRY, "Created", "Reserved", "Captured"]
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]
    assert books(payment) == (2706, 1000, 1000)


@pytest.mark.parametrize("refusal", [{"status": 404}, {"status": 403, "code": "1401"}], ids=str)
def test_nothing_is_sent_while_the_look_up_before_it_is_refused(simulator, payment, clerk, frozen, refusal):
    refund = decided(payment, clerk)
    tasks.sweep_due()
    simulator.faults.add("refuse", *FIND, **refusal, times=EVERY_TRY)
    simulator.calls.clear()

    wait_out(refund, frozen)

    assert (fresh(refund).state, fresh(refund).attempts) == ("Created", 1)
    assert keys(simulator, CREATE) == []
    assert books(payment) == (2706, 1000, 0)


def test_a_tills_refund_waits_no_longer_than_a_request_lives(simulator, payment, later):
    refund = at_till(payment)
    waiting = fresh(refund)
    later(hours=24, seconds=1)
    simulator.calls.clear()

    work()

    assert (waiting.state, waiting.word) == ("WaitingForBalance", "Initiated")
    assert told(refund) == [*A_TRY, "Lapsed"]
    assert refund.events.order_by("pk").last().cause == "the store's balance did not suffice in time"
    assert (simulator.calls.find(*CREATE), books(payment)) == ([], (2706, 0, 0))


def test_a_refund_of_the_desk_waits_as_long_as_the_payment_can_be_refunded(simulator, payment, clerk, later):
    rules(payment.merchant, window=timedelta(days=3))
    refund = decided(payment, clerk)
    tasks.sweep_due()
    later(days=2, hours=23)
    tasks.sweep_due()
    in_time = told(refund)
    later(hours=2)
    simulator.calls.clear()

    work()

    assert in_time == ["Approved", *A_TRY, *A_TRY]
    assert told(refund) == ["Approved", *A_TRY, *A_TRY, "Lapsed"]
    assert refund.events.order_by("pk").last().cause == "the store's balance did not suffice in time"
    assert (simulator.calls.find(*CREATE), books(payment)) == ([], (2706, 0, 0))


def test_an_approved_refund_whose_payment_became_too_old_is_not_sent(simulator, payment, clerk, later):
    refund = decided(payment, clerk)
    simulator.calls.clear()
    later(days=90, seconds=1)

    work()

    assert told(refund) == ["Approved", "Lapsed"]
    assert refund.events.order_by("pk").last().cause == "the payment became too old to be refunded"
    assert (simulator.calls.find(), books(payment)) == ([], (2706, 0, 0))


def test_a_till_may_cancel_while_it_waits_and_mobilepay_is_only_asked(simulator, payment, later):
    refund = at_till(payment)
    simulator.calls.clear()

    ended = cancellations.cancel_at_till(refund=fresh(refund), by=TILL, now=clock.now())
    later(minutes=1)
    work()

    assert ended.state == "Withdrawn"
    assert told(refund) == [*A_TRY, "Withdrawn"]
    assert {call.method for call in simulator.calls.find()} == {"GET"}
    assert books(payment) == (2706, 0, 0)


@pytest.mark.parametrize("times", [1, 3], ids=["at once", "by the worker"])
def test_a_cancellation_during_a_creation_in_doubt_holds_when_that_is_refused_for_the_balance(
    simulator, payment, later, times
):
    be_busy(simulator, CREATE, times=times)
    with pytest.raises(OutcomeUnknown):
        at_till(payment)
    [refund] = payment.refunds.all()
    if times > 1:
        with pytest.raises(OutcomeUnknown):
            cancellations.cancel_at_till(refund=fresh(refund), by=TILL, now=clock.now())
        later(seconds=10)
        tasks.sweep_due()
        later(seconds=10)
        work()
    else:
        cancellations.cancel_at_till(refund=fresh(refund), by=TILL, now=clock.now())

    assert told(refund) == [*A_TRY, "Withdrawn"]
    assert (fresh(refund).operation, fresh(refund).due_at) == ("", None)
    assert simulator.calls.find(*CAPTURE) == []
    assert (at_mobilepay(simulator, payment), books(payment)) == ([], (2706, 0, 0))


def test_a_worker_that_comes_a_moment_after_a_cancellation_was_asked_for_does_not_begin_anew(payment, frozen):
    refund = at_till(payment)
    old = fresh(refund)
    schedule(old, Operation.CANCEL)

    seen = creation.begin(refund=old, by=WORKER, now=clock.now())

    assert (seen.state, seen.operation) == ("WaitingForBalance", "cancel")
    assert (fresh(refund).state, fresh(refund).operation) == ("WaitingForBalance", "cancel")
