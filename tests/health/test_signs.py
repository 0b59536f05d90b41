"""The signs that a worker leaves when beat asks."""

from portal import clock
from portal.health.models import Sign
from portal.health.tasks import leave_signs
from tests.health.scraping import fetch, scrape

LOOK = ("GET", "/pos/v10")


def signs():
    return dict(Sign.objects.values_list("of", "at"))


def test_a_worker_leaves_a_sign_of_itself_and_of_mobilepay(db, simulator):
    before = clock.now()

    leave_signs(task_option_of_a_later_release=True)

    left = signs()
    assert set(left) == {"beat", "mobilepay"}
    assert before <= left["beat"] <= left["mobilepay"] <= clock.now()
    assert fetch("/health/ready").json()["status"] == "ok"


def test_a_silent_mobilepay_leaves_no_sign(db, simulator):
    simulator.faults.add("cut_before", *LOOK)

    leave_signs()

    assert set(signs()) == {"beat"}


def test_a_mobilepay_that_fails_leaves_no_sign(db, simulator):
    simulator.faults.add("fail_before", *LOOK)

    leave_signs()

    assert set(signs()) == {"beat"}


def test_the_next_sign_replaces_the_last_and_a_silent_mobilepays_stays_as_it_was(db, simulator, later):
    leave_signs()
    first = signs()
    simulator.faults.add("cut_before", *LOOK)
    later(seconds=10)

    leave_signs()

    second = signs()
    assert second["mobilepay"] == first["mobilepay"]
    assert 10 <= (second["beat"] - first["beat"]).total_seconds() < 15


def test_prometheus_reads_how_old_the_signs_are(db, simulator, later):
    leave_signs()
    later(seconds=30)
    Sign.objects.filter(of=Sign.Of.BEAT).update(at=clock.now())

    reading = scrape()

    assert 0 <= reading.of("portal_beat_age_seconds") < 5
    assert 30 <= reading.of("portal_mobilepay_age_seconds") < 35


def test_a_sign_that_was_never_left_has_no_age(db):
    reading = scrape()

    assert (reading.of("portal_beat_age_seconds"), reading.of("portal_mobilepay_age_seconds")) == (None, None)


def test_a_sign_says_what_it_is_of_and_when(db, time_machine):
    time_machine.move_to("2026-05-04 12:00:00Z", tick=False)

    words = [str(Sign(of=each, at=clock.now())) for each in Sign.Of]

    assert words == ["beat, the queue and a worker at 2026-05-04 12:00:00", "MobilePay at 2026-05-04 12:00:00"]
