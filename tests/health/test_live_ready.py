"""What load balancers are told, whoever they say they are and whatever is broken."""

from datetime import timedelta
import socket
from time import perf_counter

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
import pytest

from portal import clock
from portal.health import heartbeats
from portal.health.models import BEAT, MOBILEPAY, Clock, Heartbeat
from tests.health.metrics import fetch

PATHS = pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
PASSWORD = "hunter2"


def leave_both():
    for each in (BEAT, MOBILEPAY, *heartbeats.sweeps()):
        Heartbeat.objects.update_or_create(of=each, defaults={"at": clock.now()})


def told(response):
    return response.status_code, response.json()


def all_well(**but):
    parts = ("database", "broker", "beat", "sweeps", "clocks", "mobilepay")
    return {"status": "ok", "version": settings.VERSION, **dict.fromkeys(parts, "ok"), **but}


def test_a_process_that_answers_is_alive_and_looks_at_nothing_else(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = fetch("/health/live")

    assert told(response) == (200, {"status": "ok"})
    assert response.cookies == {}


def test_all_is_well_while_the_signs_are_fresh(db, django_assert_num_queries):
    leave_both()

    with django_assert_num_queries(4):
        response = fetch("/health/ready")

    assert told(response) == (200, all_well())
    assert response.cookies == {}


def test_a_fresh_installation_can_serve_and_says_what_it_lacks(db):
    assert told(fetch("/health/ready")) == (
        200,
        all_well(status="degraded", beat="no sign yet", mobilepay="no sign yet"),
    )


def test_a_sign_is_fresh_for_three_quarters_of_a_minute(db, time_machine):
    time_machine.move_to("2026-05-04 12:00:00Z", tick=False)
    leave_both()
    time_machine.shift(45)
    fresh = told(fetch("/health/ready"))

    time_machine.shift(0.001)
    Heartbeat.objects.exclude(of__in=[BEAT, MOBILEPAY]).update(at=clock.now())
    stale = told(fetch("/health/ready"))

    silence = "no sign since 2026-05-04 12:00:00 UTC"
    assert fresh == (200, all_well())
    assert stale == (200, all_well(status="degraded", beat=silence, mobilepay=silence))


def test_a_sign_that_a_clock_ahead_has_left_is_no_sign_of_life(db, time_machine):
    time_machine.move_to("2026-05-04 13:00:00Z", tick=False)
    leave_both()
    time_machine.move_to("2026-05-04 12:00:00Z", tick=False)
    Heartbeat.objects.exclude(of__in=[BEAT, MOBILEPAY]).update(at=clock.now())

    response = fetch("/health/ready")

    silence = "no sign since 2026-05-04 13:00:00 UTC"
    assert told(response) == (200, all_well(status="degraded", beat=silence, mobilepay=silence))


def test_a_silent_mobilepay_is_named_alone(db, time_machine):
    time_machine.move_to("2026-05-04 12:00:00Z", tick=False)
    leave_both()
    time_machine.shift(60)
    Heartbeat.objects.exclude(of=MOBILEPAY).update(at=clock.now())

    response = fetch("/health/ready")

    assert told(response) == (200, all_well(status="degraded", mobilepay="no sign since 2026-05-04 12:00:00 UTC"))


def test_a_sweep_that_does_not_run_is_named_with_its_last_run(db, time_machine):
    time_machine.move_to("2026-05-04 12:00:00Z", tick=False)
    leave_both()
    time_machine.shift(46)
    Heartbeat.objects.exclude(of="payments.sweep_due").update(at=clock.now())

    response = fetch("/health/ready")

    words = "payments.sweep_due has not run since 2026-05-04 12:00:00 UTC"
    assert told(response) == (200, all_well(status="degraded", sweeps=words))


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        ({"seconds": 1.9}, "ok"),
        ({"seconds": 3}, "a machine is 3.0 s behind the database's clock"),
        ({"minutes": -10}, "a machine is 600.0 s ahead of the database's clock"),
    ],
)
def test_a_clock_that_differs_from_the_databases_is_seen(db, time_machine, database_clock, ahead, words):
    time_machine.move_to("2026-05-04 12:00:00Z", tick=False)
    database_clock.move(**ahead)
    Heartbeat.objects.bulk_create(
        Heartbeat(of=each, at=clock.now() + database_clock.ahead) for each in (BEAT, MOBILEPAY, *heartbeats.sweeps())
    )

    response = fetch("/health/ready")

    assert told(response) == (200, all_well(status="ok" if words == "ok" else "degraded", clocks=words))


def test_what_a_worker_on_another_machine_has_found_of_its_clock_counts(db):
    leave_both()
    Clock.objects.create(machine="worker-2", ahead=timedelta(seconds=5), at=clock.now())

    response = fetch("/health/ready")

    assert response.json()["clocks"] == "a machine is 5.0 s ahead of the database's clock"


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_without_its_broker_the_portal_serves_on_and_tells_no_password(db, monkeypatch, scheme):
    leave_both()
    monkeypatch.setenv("CELERY_BROKER_URL", f"{scheme}://portal:{PASSWORD}@127.0.0.1:9/0")

    response = fetch("/health/ready")

    assert told(response) == (200, all_well(status="degraded", broker="does not answer (OperationalError)"))


def test_a_broker_that_refuses_is_found_out_before_a_load_balancer_gives_up(db, monkeypatch):
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:9/0")
    began = perf_counter()

    response = fetch("/health/ready")

    assert response.json()["broker"] == "does not answer (OperationalError)"
    assert perf_counter() - began < 1


def test_a_broker_that_hangs_is_not_waited_for_long(db, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        monkeypatch.setenv("CELERY_BROKER_URL", f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")
        began = perf_counter()

        response = fetch("/health/ready")

    assert response.json()["broker"] == "does not answer (OperationalError)"
    assert perf_counter() - began < 3


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_without_its_database_the_portal_cannot_serve_and_tells_no_password(db, error):
    def refuse(*_query):
        raise error(f"cannot connect to postgres://portal:{PASSWORD}@127.0.0.1/portal")

    with connection.execute_wrapper(refuse):
        response = fetch("/health/ready")

    words = f"does not answer ({error.__name__})"
    assert told(response) == (
        503,
        {
            "status": "failing",
            "version": settings.VERSION,
            "database": words,
            "broker": "ok",
            **dict.fromkeys(("beat", "sweeps", "clocks", "mobilepay"), "not known"),
        },
    )


def test_a_process_without_its_database_is_alive_all_the_same(db):
    def refuse(*_query):
        raise OperationalError

    with connection.execute_wrapper(refuse):
        response = fetch("/health/live")

    assert told(response) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
@pytest.mark.parametrize("host", ["10.1.2.3:8000", "no_such.example", "a b"])
def test_whoever_asks_need_not_know_a_host_name_of_ours(db, path, host):
    assert fetch("/accounts/login/", Host=host).status_code == 400
    assert fetch(path, Host=host).status_code == 200


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_whoever_asks_need_not_speak_https(db, path, settings):
    settings.SECURE_SSL_REDIRECT = True
    browser = Client()

    assert browser.get("/accounts/login/").status_code == 301
    assert browser.get(path).status_code == 200


@PATHS
def test_no_answer_is_kept_or_guessed_at(db, path):
    headers = fetch(path).headers

    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


@PATHS
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_they_can_only_be_read(db, path, method):
    response = getattr(Client(), method)(path)

    assert (response.status_code, response.headers["Allow"], response.content) == (405, "GET, HEAD", b"")
    assert response.headers["Cache-Control"] == "no-store"
    assert list(Heartbeat.objects.all()) == []


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_a_head_is_answered_like_a_get(db, path):
    response = Client().head(path)

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("path", ["/health/", "/health/live/", "/health/Ready", "/health/ready/x", "/metrics/"])
def test_there_are_no_other_such_addresses(db, path):
    assert fetch(path).status_code == 404


def test_an_answer_has_the_id_of_its_request(db):
    assert fetch("/health/live", **{"X-Request-Id": "probe-12345"}).headers["X-Request-Id"] == "probe-12345"


def test_an_address_that_cannot_be_read_leaves_no_piece_of_its_password_in_the_log(db, monkeypatch, caplog):
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://:hunter2/x@127.0.0.1:9/0")

    response = fetch("/health/ready")

    assert response.json()["broker"] == "does not answer (ValueError)"
    assert "A health check failed: ValueError" in caplog.messages
    assert "hunter2" not in caplog.text
