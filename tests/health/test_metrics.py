"""Who may read the figures, and that all of them are there."""

from celery import current_app
from django.conf import settings as installed
from django.db import OperationalError, connection
import pytest

from portal.health.tasks import leave_heartbeats
from tests.health.metrics import TOKEN, fetch, scrape

WRONG = [
    "",
    "Bearer",
    f"Bearer {TOKEN}x",
    f"Bearer {TOKEN[:-1]}",
    f"Basic {TOKEN}",
    TOKEN,
    "Bearer ææææ",
    f"Bearer\t{TOKEN}",
]
EXPOSED = {
    "portal_till_calls_total": {"endpoint", "outcome"},
    "portal_till_call_seconds_bucket": {"endpoint", "le"},
    "portal_till_call_seconds_sum": {"endpoint"},
    "portal_till_call_seconds_count": {"endpoint"},
    "portal_mobilepay_calls_total": {"account", "call", "outcome"},
    "portal_mobilepay_call_seconds_bucket": {"call", "le"},
    "portal_mobilepay_call_seconds_sum": {"call"},
    "portal_mobilepay_call_seconds_count": {"call"},
    "portal_in_doubt": {"kind"},
    "portal_in_doubt_age_seconds": {"kind"},
    "portal_sweep_lag_seconds": {"kind"},
    "portal_sweep_age_seconds": {"kind"},
    "portal_clock_skew_seconds": {"kind"},
    "portal_beat_age_seconds": set(),
    "portal_mobilepay_age_seconds": set(),
    "portal_queue_depth": set(),
}


@pytest.fixture
def queue():
    """The queue of the workers, which is empty again afterwards."""
    with current_app.connection_for_write() as connection:
        queue = connection.SimpleQueue(current_app.conf.task_default_queue)
        yield queue
        queue.clear()
        queue.close()


def test_without_a_token_there_is_no_such_page(db):
    bare, guessed = fetch("/metrics"), fetch("/metrics", Authorization="Bearer ")

    assert installed.METRICS_TOKEN == ""
    assert [(each.status_code, each.content) for each in (bare, guessed)] == [(404, b"")] * 2


@pytest.mark.parametrize("offered", WRONG)
def test_who_does_not_hold_the_token_is_told_nothing(db, settings, offered, django_assert_num_queries):
    settings.METRICS_TOKEN = TOKEN

    with django_assert_num_queries(0):
        response = fetch("/metrics", Authorization=offered)

    assert (response.status_code, response.content) == (401, b"Metrics need the token.")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_nor_is_who_sends_none(db, settings):
    settings.METRICS_TOKEN = TOKEN

    assert fetch("/metrics").status_code == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_who_holds_the_token_reads_the_figures_as_prometheus_writes_them(db, settings, scheme):
    settings.METRICS_TOKEN = TOKEN

    response = fetch("/metrics", Authorization=f"{scheme} {TOKEN}", Host="10.1.2.3:8000")

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    assert b"\n# TYPE portal_in_doubt gauge\n" in response.content
    assert response.cookies == {}


def test_every_figure_is_there_with_its_labels_and_no_other(till):
    till.start()
    leave_heartbeats()

    reading = scrape()

    assert {name: reading.labels_of(name) for name in reading.names()} == EXPOSED


def test_nothing_names_a_merchant_a_till_or_a_payment(till, settings):
    payment_id = till.start()["paymentId"]
    settings.METRICS_TOKEN = TOKEN

    told = fetch("/metrics", Authorization=f"Bearer {TOKEN}").content.decode()

    assert [word for word in (payment_id, till.terminal_id, till.token, "KINO1", "order-1") if word in told] == []


def test_the_queue_is_as_deep_as_messages_wait(db, queue):
    empty = scrape().of("portal_queue_depth")
    for number in range(3):
        queue.put({"number": number})
    three = scrape().of("portal_queue_depth")

    queue.get().ack()

    assert (empty, three, scrape().of("portal_queue_depth")) == (0.0, 3.0, 2.0)


def test_looking_at_the_queue_takes_nothing_from_it(db, queue):
    queue.put({"number": 1})

    for _ in range(3):
        scrape()
        fetch("/health/ready")

    message = queue.get()
    message.ack()
    assert message.payload == {"number": 1}


def test_without_the_broker_nobody_claims_to_know_the_queue(db, monkeypatch):
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:9/0")

    reading = scrape()

    assert reading.of("portal_queue_depth") is None
    assert reading.by_kind("portal_in_doubt") == {"payment": 0, "refund": 0, "point_of_sale": 0}


def test_without_its_database_the_portal_tells_what_its_processes_have_counted(till):
    till.start()

    def refuse(*_query):
        raise OperationalError

    with connection.execute_wrapper(refuse):
        names = scrape().names()

    assert {"portal_till_calls_total", "portal_mobilepay_calls_total", "portal_queue_depth"} <= names
    assert {"portal_in_doubt", "portal_sweep_lag_seconds", "portal_beat_age_seconds"} & names == set()
