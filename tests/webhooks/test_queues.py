"""Who looks after deliveries, and how long they are kept: a customer waits for a check-in, which passes the rest."""

from django.conf import settings
import pytest

from portal import clock
from portal.audit.actors import WORKER
from portal.settings.queue import CELERY_BEAT_SCHEDULE
from portal.webhooks import tasks
from portal.webhooks.models import Delivery
from portal.webhooks.services import consequences
from tests.webhooks.posted import check_in, event, post, registration


@pytest.fixture
def handed_over(monkeypatch):
    """What the queue is given, which keeps it."""
    given = []
    monkeypatch.setattr(tasks.process_delivery, "apply_async", lambda **options: given.append(options))
    return given


def test_check_ins_pass_what_is_delivered_of_payments(shops, client, handed_over):
    post(client, registration(), event())
    post(client, registration(of="check-ins"), check_in("a-code"))

    queues = [each["queue"] for each in handed_over]
    assert queues == [settings.CELERY_TASK_DEFAULT_QUEUE, settings.CHECK_IN_QUEUE]
    assert [each["kwargs"] for each in handed_over] == [
        {"delivery_id": pk} for pk in Delivery.objects.order_by("pk").values_list("pk", flat=True)
    ]


def test_nothing_is_handed_over_of_what_says_nothing_or_came_before(shops, client, handed_over):
    post(client, registration(), b"{")
    post(client, registration(), event())
    post(client, registration(), event())

    assert len(handed_over) == 1


def test_a_customers_token_does_not_stand_in_the_queue(shops, client, handed_over):
    post(client, registration(of="check-ins"), check_in("a-code", "token-of-a-customer"))

    [given] = handed_over
    assert "token-of" not in str(given)


def test_beat_calls_each_task_that_is_its_own():
    called = {each["task"] for each in CELERY_BEAT_SCHEDULE.values()}

    own = {tasks.sweep_due.name, tasks.check_registrations.name}
    assert {each for each in called if each.startswith("webhooks.")} == own


def test_a_sweep_takes_the_longest_due_first_and_no_more_than_a_batch(shops, client, handed_over, later):
    for number in range(3):
        post(client, registration(), event(psp=f"psp-{number}"))
        later(seconds=61)

    consequences.process_due(by=WORKER, now=clock.now(), batch=2)

    assert list(Delivery.objects.order_by("pk").values_list("outcome", flat=True)) == ["unknown", "unknown", ""]


def test_what_is_not_due_yet_waits(shops, client, handed_over):
    post(client, registration(), event())
    tasks.sweep_due()
    before = Delivery.objects.get().attempts

    tasks.sweep_due()

    assert (before, Delivery.objects.get().attempts, Delivery.objects.get().outcome) == (1, 1, "")
