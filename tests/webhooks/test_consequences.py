"""What follows a delivery: a payment is looked up, a customer is paired; what fails is tried again."""

from datetime import timedelta

from celery.exceptions import OperationalError
import pytest

from payments.models import Payment
from payments.tasks import sweep_due
from portal import clock
from portal.audit.actors import WORKER
from portal.webhooks import tasks
from portal.webhooks.models import Delivery
from portal.webhooks.services import consequences
from tests.payments.till_sequences import capture
from tests.webhooks.posted import event, post, registration


@pytest.fixture
def lost_queue(monkeypatch):
    """The queue takes nothing: only sweeps look after deliveries."""

    def refuse(*_args, **_options):
        raise OperationalError

    monkeypatch.setattr(tasks.process_delivery, "apply_async", refuse)


def outcome():
    return Delivery.objects.order_by("-pk")[0].outcome


def test_an_event_of_a_payment_has_it_looked_up_at_once(till, phone):
    payment_id = till.start()["paymentId"]
    phone.checks_in()
    phone.approves()

    phone.tells()

    assert (Payment.objects.get(pk=payment_id).state, outcome()) == ("Reserved", "read")


def test_an_event_tells_nothing_by_itself(till, phone, client):
    till.start()
    phone.checks_in()
    # It says that the money was captured; the network, which is asked, does not.
    post(client, registration(), event(phone.reference, "CAPTURED"))

    assert (Payment.objects.get().state, outcome()) == ("IssuedToUser", "read")


def test_an_event_of_nothing_of_ours_is_looked_for_for_a_minute_and_then_shown_as_unknown(till, client, later):
    post(client, registration(), event())
    first = outcome()

    later(seconds=30)
    tasks.sweep_due()
    second = outcome()
    later(seconds=31)
    tasks.sweep_due()

    assert (first, second, outcome()) == ("", "", "unknown")
    assert Delivery.objects.get().due_at is None


def test_an_event_that_comes_before_the_answer_to_our_own_call_finds_its_payment_later(till, phone, later):
    till.start()
    phone.checks_in()
    reference = phone.reference
    # As if the answer were still on its way.
    Payment.objects.update(remote_id=None, operation="create")
    phone.approves()
    phone.tells()
    before = Payment.objects.get().state
    Payment.objects.update(remote_id=reference, operation="")

    later(seconds=3)
    tasks.sweep_due()

    assert (before, Payment.objects.get().state) == ("IssuedToUser", "Reserved")


def test_another_merchants_event_does_not_wake_our_payment(till, stranger, phone, client):
    till.start()
    phone.checks_in()
    phone.approves()

    post(client, registration(msn="654321"), event(phone.reference, msn="654321"))

    assert (Payment.objects.get().state, outcome()) == ("IssuedToUser", "")


@pytest.mark.usefixtures("lost_queue")
def test_what_the_queue_loses_a_sweep_takes(till, phone, caplog):
    till.start()
    answered = phone.checks_in()
    before = Payment.objects.get().state

    tasks.sweep_due()

    assert (answered, before, Payment.objects.get().state) == ([200], "Initiated", "IssuedToUser")
    assert "The queue does not take a delivery" in caplog.text


@pytest.mark.usefixtures("lost_queue")
def test_what_a_worker_died_over_another_takes_half_a_minute_later(till, phone, later):
    till.start()
    phone.checks_in()
    row = Delivery.objects.get()
    assert Delivery.objects.claim(row, until=clock.now() + timedelta(seconds=30))

    tasks.sweep_due()
    meanwhile = Payment.objects.get().state
    later(seconds=31)
    tasks.sweep_due()

    assert (meanwhile, Payment.objects.get().state) == ("Initiated", "IssuedToUser")


@pytest.mark.usefixtures("lost_queue")
def test_of_two_workers_one_looks_after_a_delivery(till, phone):
    till.start()
    phone.checks_in()
    [row] = Delivery.objects.all()
    Delivery.objects.filter(pk=row.pk).update(due_at=clock.now() + timedelta(seconds=30))

    consequences._process(row, by=WORKER)

    assert (Payment.objects.get().state, Delivery.objects.get().attempts) == ("Initiated", 0)


@pytest.mark.usefixtures("lost_queue")
def test_the_task_of_a_delivery_leaves_it_to_the_worker_that_has_it(till, phone):
    till.start()
    phone.checks_in()
    [row] = Delivery.objects.all()
    assert Delivery.objects.claim(row, until=clock.now() + timedelta(seconds=30))

    tasks.process_delivery(delivery_id=row.pk)

    assert (Payment.objects.get().state, Delivery.objects.get().attempts) == ("Initiated", 1)


@pytest.mark.usefixtures("lost_queue")
def test_a_new_delivery_is_looked_after_though_the_clock_that_wrote_it_down_is_ahead(till, phone):
    till.start()
    phone.checks_in()
    Delivery.objects.update(due_at=clock.now() + timedelta(seconds=5))

    tasks.process_delivery(delivery_id=Delivery.objects.get().pk)

    assert Payment.objects.get().state == "IssuedToUser"


@pytest.mark.usefixtures("lost_queue")
def test_a_worker_that_took_too_long_leaves_the_last_word_to_the_next_one(till, phone, monkeypatch):
    till.start()
    phone.checks_in()
    later = clock.now() + timedelta(hours=1)

    def hangs(**_anything):
        Delivery.objects.update(due_at=later, outcome=Delivery.Outcome.UNKNOWN)

    monkeypatch.setattr(consequences.pairings, "check_in", hangs)
    tasks.process_delivery(delivery_id=Delivery.objects.get().pk)

    row = Delivery.objects.get()
    assert (row.due_at, row.outcome) == (later, "unknown")


def test_a_delivery_that_was_looked_after_is_left_alone(till, phone):
    till.start()
    phone.checks_in()
    row = Delivery.objects.order_by("pk")[0]

    tasks.process_delivery(delivery_id=row.pk)

    row.refresh_from_db()
    assert row.attempts == 1


def test_a_check_in_whose_payment_gets_no_answer_is_noted_and_the_payment_finished_later(till, phone, simulator, later):
    till.start()
    simulator.faults.add("cut_before", "POST", "/epayment/v1/payments", times=2)
    phone.checks_in()
    before = Payment.objects.get().operation, Delivery.objects.order_by("pk")[0].outcome

    later(seconds=10)
    sweep_due()

    assert before == ("create", "paired")
    assert Payment.objects.get().state == "IssuedToUser"


def test_an_event_of_a_payment_that_a_worker_looks_after_wakes_it_once_that_worker_is_done(till, phone, later):
    till.start()
    phone.checks_in()
    phone.approves()
    pk = Payment.objects.get().pk
    assert Payment.objects.claim(pk, now=clock.now())
    phone.tells()
    before = Payment.objects.get().state, outcome()
    # It had read the payment before the customer approved.
    Payment.objects.filter(pk=pk).update(due_at=clock.now() + timedelta(minutes=10), claimed_until=None)

    later(seconds=10)
    tasks.sweep_due()

    assert (before, Payment.objects.get().state, outcome()) == (("IssuedToUser", ""), "Reserved", "read")


def test_one_that_nobody_can_carry_out_steps_back_and_holds_up_no_other(till, phone, client, later, caplog):
    row = registration()
    post(client, row, event())
    Delivery.objects.update(body="{", due_at=clock.now())
    till.start()
    phone.checks_in()

    tasks.sweep_due()

    broken = Delivery.objects.order_by("pk")[0]
    assert (broken.outcome, broken.due_at > clock.now()) == ("", True)
    assert Payment.objects.get().state == "IssuedToUser"
    assert "A delivery could not be processed" in caplog.text


def test_an_event_of_a_captured_payment_whose_network_is_silent_is_tried_again(till, phone, simulator, later):
    payment_id = till.start()["paymentId"]
    phone.checks_in()
    phone.approves()
    phone.tells()
    capture(till, payment_id)
    simulator.epayment.refund_elsewhere("123456", phone.reference, 500)
    simulator.faults.add("cut_before", "GET", "/epayment/v1/payments/.*", times=30)
    phone.tells()
    before = Payment.objects.get().refunded_minor
    simulator.faults.clear()

    for _ in range(3):
        later(seconds=15)
        tasks.sweep_due()

    assert (before, Payment.objects.get().refunded_minor, outcome()) == (0, 500, "read")
