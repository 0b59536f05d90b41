"""Beat hands what is due to workers, each refund to one; a worker that dies is succeeded."""

from datetime import timedelta

from django.conf import settings
from django.db import connection
import pytest

from portal import celery, clock
from portal.audit.actors import WORKER
from portal.emails import tasks as letter_tasks
from portal.operations.models import Operation
from refunds import tasks
from refunds.models import Notification, Refund
from refunds.services import approvals, creation, exchanges, sweep
from tests.payments.factories import new_payment, new_pos
from tests.payments.posv10_calls import keys
from tests.refunds.factories import TILL, at_till, decided, new_refund, sale, schedule
from tests.refunds.scenarios import CANCEL, CAPTURE, CREATE, ask, at_mobilepay, books, fresh, told, work


@pytest.fixture
def row():
    """Puts a refund with these fields into the database, for what needs no MobilePay."""
    payment = new_payment(new_pos(), state="Captured", amount_minor=100_000)
    return lambda **fields: new_refund(payment, refundable_before_minor=100_000, **fields)


def in_seconds(seconds):
    return clock.now() + timedelta(seconds=seconds)


@pytest.mark.parametrize(("task", "seconds"), [(tasks.sweep_due, 2), (tasks.enqueue_notifications, 5)])
def test_beat_calls_the_task(task, seconds):
    assert settings.CELERY_BEAT_SCHEDULE[task.name]["schedule"] == seconds
    assert celery.app.tasks[task.name].name == task.name


def test_a_message_whose_refund_was_handed_out_again_is_left_to_its_successor(db, row, later):
    refund = row(state="Requested", lapses_at=in_seconds(-60), due_at=in_seconds(-60))
    first = clock.now()
    assert Refund.objects.claim_due(now=first) == [refund.pk]
    later(seconds=31)
    second = clock.now()
    assert Refund.objects.claim_due(now=second) == [refund.pk]

    tasks.process_refund(refund_id=str(refund.pk), claimed_at=first.isoformat())
    before = fresh(refund).state
    tasks.process_refund(refund_id=str(refund.pk), claimed_at=second.isoformat())

    assert (before, fresh(refund).state) == ("Requested", "Lapsed")


def test_letters_that_are_owed_are_sent(sold, clerk, asta, mailoutbox):
    refund = ask(sold, clerk)

    tasks.enqueue_notifications()
    letter_tasks.send_due()

    assert Notification.objects.get(refund=refund).sent_at is not None
    assert len(mailoutbox) == 1


def test_a_request_lapses_when_nobody_approved_it_in_time(sold, clerk, simulator, later):
    refund = ask(sold, clerk)
    simulator.calls.clear()
    later(hours=23, minutes=59)
    tasks.sweep_due()
    in_time = told(refund)
    later(minutes=2)

    tasks.sweep_due()

    assert in_time == ["Requested"]
    assert told(refund) == ["Requested", "Lapsed"]
    assert refund.events.order_by("pk").last().cause == "nobody approved it in time"
    assert (simulator.calls.find(), books(sold)) == ([], (2706, 0, 0))


@pytest.mark.django_db
def test_a_request_that_is_followed_before_its_time_is_left_alone(row):
    refund = row(state="Requested", due_at=in_seconds(0), lapses_at=in_seconds(60), approvals_needed=1)

    sweep.process(refund_id=refund.pk, by=WORKER, now=clock.now())

    assert fresh(refund).state == "Requested"


@pytest.mark.django_db
def test_what_has_been_due_longest_is_taken_on_first(row):
    newer = row(state="Initiated", due_at=in_seconds(-1))
    older = row(state="Approved", due_at=in_seconds(-2))
    row(state="Initiated", due_at=in_seconds(60))

    claimed = Refund.objects.claim_due(now=clock.now())

    assert claimed == [older.pk, newer.pk]


@pytest.mark.django_db
def test_a_claim_lasts_half_a_minute(row, later):
    refund = row(state="Initiated", due_at=in_seconds(-1))
    first = Refund.objects.claim_due(now=clock.now())
    later(seconds=29)
    meanwhile = Refund.objects.claim_due(now=clock.now())
    later(seconds=2)

    after = Refund.objects.claim_due(now=clock.now())

    assert (first, meanwhile, after) == ([refund.pk], [], [refund.pk])


@pytest.mark.django_db
def test_at_most_one_batch_is_taken_on_at_once(row):
    for _ in range(3):
        row(state="Approved", due_at=in_seconds(-1))

    rounds = [len(Refund.objects.claim_due(now=clock.now(), batch=2)) for _ in range(3)]

    assert rounds == [2, 1, 0]


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"state": "Created"}, {"state": "Reserved", "operation": "cancel"}], ids=str)
def test_one_scout_is_taken_on_before_its_time_the_next_one_due(row, fields):
    row(due_at=in_seconds(3600), attempts=7, **fields)
    scout = row(due_at=in_seconds(60), attempts=3, **fields)

    claimed = Refund.objects.claim_due(now=clock.now())

    assert claimed == [scout.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"state": "Created", "attempts": 0}, {"state": "Captured", "attempts": 1}], ids=str)
def test_nobody_scouts_who_is_not_waiting_in_doubt(row, fields):
    row(due_at=in_seconds(60), **fields)

    claimed = Refund.objects.claim_due(now=clock.now())

    assert claimed == []


@pytest.mark.django_db
def test_what_ended_since_it_was_taken_on_is_left_alone(row):
    refund = row(state="Captured", claimed_until=in_seconds(30))

    sweep.process(refund_id=refund.pk, by=WORKER, now=clock.now())

    assert (fresh(refund).state, fresh(refund).claimed_until) == ("Captured", None)


def test_two_workers_on_one_refund_pay_it_once(simulator, pos, clerk, later):
    payment = sale(simulator, pos)
    refund = decided(payment, clerk)
    seen_by_both = fresh(refund)
    noted = creation.begin(refund=fresh(refund), by=WORKER, now=clock.now())
    again = creation.begin(refund=seen_by_both, by=WORKER, now=clock.now())
    for each in (noted, again):
        exchanges.execute(refund=each, by=WORKER, now=clock.now())
    later(seconds=2)

    work()

    assert noted.operation_key == again.operation_key
    assert keys(simulator, CREATE) == [str(noted.key_of("create"))] * 2
    assert told(refund) == ["Approved", "Created", "Initiated", "Reserved", "Captured"]
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]
    assert books(payment) == (2706, 1000, 1000)


def test_a_worker_that_dies_with_its_claim_is_succeeded_when_the_claim_lapses(simulator, pos, clerk, later):
    payment = sale(simulator, pos)
    refund = decided(payment, clerk)
    Refund.objects.claim_due(now=clock.now())
    later(seconds=29)
    work()
    meanwhile = simulator.calls.find(*CREATE)
    later(seconds=2)

    work()

    assert meanwhile == []
    assert told(refund)[-1] == "Captured"
    assert books(payment) == (2706, 1000, 1000)


@pytest.mark.parametrize("intent", [Operation.CAPTURE, Operation.CANCEL])
def test_an_intent_whose_teller_died_is_carried_out(simulator, pos, later, intent):
    payment = sale(simulator, pos)
    refund = exchanges.look_up(refund=fresh(at_till(payment)), by=TILL, now=clock.now())
    schedule(refund, intent)
    later(seconds=7)
    work()
    too_soon = simulator.calls.find(*CAPTURE) + simulator.calls.find(*CANCEL)
    later(seconds=2)

    work()

    end = {"capture": "Captured", "cancel": "CancelledByClient"}[intent]
    assert too_soon == []
    assert told(refund) == ["Created", "Initiated", "Reserved", end]
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, end)]


def test_a_refund_that_is_withdrawn_while_a_worker_turns_to_it_is_not_sent(simulator, pos, clerk):
    payment = sale(simulator, pos)
    refund = decided(payment, clerk)
    simulator.calls.clear()
    withdrawn = []

    def withdraw_it_first(execute, sql, params, many, context):
        if '"refunds_policy"' in sql and not withdrawn:
            withdrawn.append(approvals.withdraw(refund=fresh(refund), reason="", by=clerk.user, now=clock.now()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(withdraw_it_first):
        tasks.sweep_due()

    assert len(withdrawn) == 1
    assert told(refund) == ["Approved", "Withdrawn"]
    assert (simulator.calls.find(), books(payment)) == ([], (2706, 0, 0))
