"""The signs that a worker leaves when beat asks."""

from datetime import timedelta

from portal import clock
from portal.gateway import outage
from portal.health import clocks
from portal.health.models import BEAT, MOBILEPAY, Clock, Heartbeat
from portal.health.tasks import leave_heartbeats
from tests.health.metrics import fetch, scrape

LOOK = ("GET", "/pos/v10")


def signs():
    """Those of beat and MobilePay; every sweep is awaited from then on."""
    return dict(Heartbeat.objects.filter(of__in=[BEAT, MOBILEPAY]).values_list("of", "at"))


def test_a_worker_leaves_a_sign_of_itself_and_of_mobilepay(db, simulator):
    before = clock.now()

    leave_heartbeats(task_option_of_a_later_release=True)

    left = signs()
    assert set(left) == {"beat", "mobilepay"}
    assert before <= left["beat"] <= left["mobilepay"] <= clock.now()
    assert fetch("/health/ready").json()["status"] == "ok"


def test_a_silent_mobilepay_leaves_no_sign(db, simulator):
    simulator.faults.add("cut_before", *LOOK, times=2)

    leave_heartbeats()

    assert set(signs()) == {"beat"}


def test_a_mobilepay_that_fails_leaves_no_sign(db, simulator):
    simulator.faults.add("fail_before", *LOOK, times=2)

    leave_heartbeats()

    assert set(signs()) == {"beat"}


def test_the_next_sign_replaces_the_last_and_a_silent_mobilepays_stays_as_it_was(db, simulator, later):
    leave_heartbeats()
    first = signs()
    simulator.faults.add("cut_before", *LOOK, times=2)
    later(seconds=10)

    leave_heartbeats()

    second = signs()
    assert second["mobilepay"] == first["mobilepay"]
    assert 10 <= (second["beat"] - first["beat"]).total_seconds() < 15


def test_prometheus_reads_how_old_the_signs_are(db, simulator, later):
    leave_heartbeats()
    later(seconds=30)
    Heartbeat.objects.filter(of=BEAT).update(at=clock.now())

    reading = scrape()

    assert 0 <= reading.of("portal_beat_age_seconds") < 5
    assert 30 <= reading.of("portal_mobilepay_age_seconds") < 35


def test_a_sign_that_was_never_left_has_no_age(db):
    reading = scrape()

    assert (reading.of("portal_beat_age_seconds"), reading.of("portal_mobilepay_age_seconds")) == (None, None)


def test_a_sign_says_what_it_is_of_and_when(db, time_machine):
    time_machine.move_to("2026-05-04 12:00:00Z", tick=False)

    words = [str(Heartbeat(of=each, at=clock.now())) for each in (BEAT, "emails.send_due")]

    assert words == ["beat at 2026-05-04 12:00:00", "emails.send_due at 2026-05-04 12:00:00"]


def test_a_worker_that_finds_mobilepay_gone_tells_the_pages_and_that_it_is_back(db, simulator):
    simulator.faults.add("cut_before", *LOOK, times=2)

    leave_heartbeats()
    gone = outage.since(networks=["posv10"]) is not None, fetch("/health/ready").json()["mobilepay"]
    leave_heartbeats()

    assert gone[0] is True
    assert gone[1].startswith("has not answered since ")
    assert (outage.since(networks=["posv10"]), fetch("/health/ready").json()["mobilepay"]) == (None, "ok")


def test_one_look_that_is_not_answered_is_no_outage(db, simulator):
    simulator.faults.add("cut_before", *LOOK, times=1)

    leave_heartbeats()

    assert outage.since(networks=["posv10"]) is None


def test_a_worker_leaves_how_its_clock_goes_and_forgets_machines_that_are_gone(db, simulator, database_clock, later):
    Clock.objects.create(machine="gone", ahead=timedelta(hours=1), at=clock.now())
    later(minutes=11)
    database_clock.move(seconds=-4)

    leave_heartbeats()

    [left] = Clock.objects.all()
    assert 3.9 < left.ahead.total_seconds() < 4.1
    assert str(left) == f"{left.machine}: +4.0 s"
    assert clocks.wrong() == ["a machine is 4.0 s ahead of the database's clock"]
