"""Synchronisations that somebody asked for: one at a time, carried out once, never left hanging."""

from datetime import timedelta
from threading import Barrier, Thread

from django.db import connection
import pytest

from portal import clock
from portal.audit.actors import Actor, ActorKind
from portal.audit.models import Entry
from terminals import tasks
from terminals.models import Store, Synchronisation
from terminals.services import synchronisation
from terminals.services.synchronisation import SynchronisationRunning
from tests.tillapi.raw_calls import rows

LIST = ("GET", "/pos/v10/stores/detailed")
ANNA = Actor(ActorKind.PERSON, "anna@kino.example")
DIED = "The worker ended before it was done. Start it again; what was written so far stays."


@pytest.fixture
def kino(merchants):
    return merchants["KINO1"]


def request(merchant, *, now=None):
    return synchronisation.request(merchant=merchant, by=ANNA, now=now or clock.now())


def entries():
    found = Entry.objects.filter(action__startswith="stores:").order_by("pk")
    return [(each.action, each.actor_kind, each.actor, each.details) for each in found]


def state(run):
    run.refresh_from_db()
    return run.state


def test_a_synchronisation_is_asked_for_and_carried_out(kino, simulator):
    Store.objects.filter(merchant=kino).update(name="An old name")
    run = request(kino)
    waiting = (run.state, run.is_running, run.total)

    synchronisation.run(run_id=run.pk, now=clock.now())

    assert waiting == ("waiting", True, 0)
    assert (state(run), run.is_running) == ("done", False)
    assert (run.new, run.changed, run.same, run.total, run.problem) == (0, 1, 0, 1, "")
    assert Store.objects.get(merchant=kino).name == "Kino Nord Aarhus"
    assert entries() == [
        ("stores:requested", "person", ANNA.name, {}),
        ("stores:synchronised", "person", ANNA.name, {"new": 0, "changed": 1, "same": 0}),
    ]


def test_a_second_run_finds_everything_the_same(kino, simulator):
    for _ in range(2):
        run = request(kino)
        synchronisation.run(run_id=run.pk, now=clock.now())

    run.refresh_from_db()
    assert (run.new, run.changed, run.same) == (0, 0, 1)
    assert str(run) == f"synchronisation {run.pk}"


def test_a_store_that_is_new_at_mobilepay_is_counted_as_new(kino, simulator):
    kino.terminals.all().delete()
    kino.stores.all().delete()
    run = request(kino)

    synchronisation.run(run_id=run.pk, now=clock.now())

    run.refresh_from_db()
    assert (run.new, run.changed, run.same) == (1, 0, 0)


def test_a_merchant_has_one_synchronisation_at_a_time(kino, merchants):
    first = request(kino)
    stored = rows()

    with pytest.raises(SynchronisationRunning) as refusal:
        request(kino)

    assert refusal.value.message == "A synchronisation is on its way already. Nothing more was started."
    assert rows() == stored
    assert request(merchants["BAGER7"]).pk != first.pk


def test_when_one_has_ended_the_next_may_begin(kino, simulator):
    simulator.faults.add("refuse", *LIST, status=429)
    failed = request(kino)
    synchronisation.run(run_id=failed.pk, now=clock.now())
    done = request(kino)
    synchronisation.run(run_id=done.pk, now=clock.now())

    assert (state(failed), state(done), request(kino).state) == ("failed", "done", "waiting")


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (429, "MobilePay does not answer right now. Nothing was changed; ask again in a moment."),
        (
            403,
            (
                "MobilePay refused (code 1159): it says the merchant's VAT number is not valid. Nothing was changed "
                "and no money moved; the service desk must look at the registration."
            ),
        ),
    ],
)
def test_a_synchronisation_that_mobilepay_does_not_serve_fails_and_changes_no_store(kino, simulator, status, problem):
    simulator.faults.add("refuse", *LIST, status=status, code="1159")
    run = request(kino)
    stores = rows()["terminals_store"]

    synchronisation.run(run_id=run.pk, now=clock.now())

    assert (state(run), run.problem, run.total) == ("failed", problem, 0)
    assert rows()["terminals_store"] == stores
    assert entries()[1:] == [("stores:failed", "person", ANNA.name, {"problem": problem})]


def test_a_message_that_arrives_twice_is_carried_out_once(kino, simulator):
    run = request(kino)

    for _ in range(2):
        synchronisation.run(run_id=run.pk, now=clock.now())

    assert len(simulator.calls.find(*LIST)) == 1
    assert [action for action, *_ in entries()] == ["stores:requested", "stores:synchronised"]


@pytest.mark.parametrize(("age", "is_handed_out"), [(4.9, False), (5, True), (500, True)])
def test_a_run_whose_message_was_lost_is_handed_out_again(kino, age, is_handed_out):
    now = clock.now()
    run = request(kino, now=now)

    waiting = synchronisation.waiting(now=now + timedelta(seconds=age))

    assert waiting == ([run.pk] if is_handed_out else [])
    assert state(run) == "waiting"


def test_beat_carries_out_what_was_lost(kino, simulator):
    run = request(kino, now=clock.now() - timedelta(seconds=6))

    tasks.sweep_due()

    assert state(run) == "done"
    assert len(simulator.calls.find(*LIST)) == 1


@pytest.mark.parametrize(("age", "found"), [(119, "asking"), (120, "failed")])
def test_a_run_whose_worker_has_died_is_ended_after_two_minutes(kino, age, found):
    now = clock.now()
    run = request(kino, now=now)
    Synchronisation.objects.filter(pk=run.pk).update(state="asking", changed_at=now)

    waiting = synchronisation.waiting(now=now + timedelta(seconds=age))

    assert (waiting, state(run)) == ([], found)
    assert (run.problem, entries()[1:]) == (
        (DIED, [("stores:failed", "person", ANNA.name, {"problem": DIED})]) if found == "failed" else ("", [])
    )


def test_a_worker_that_comes_back_late_does_not_rewrite_the_end(kino, simulator):
    run = request(kino)
    ended = []

    def end_it_meanwhile(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if not ended and 'UPDATE "terminals_store"' in sql:
            ended.append(True)
            synchronisation.waiting(now=clock.now() + timedelta(minutes=3))
        return result

    with connection.execute_wrapper(end_it_meanwhile):
        synchronisation.run(run_id=run.pk, now=clock.now())

    assert (ended, state(run), run.problem, run.total) == ([True], "failed", DIED, 0)


def test_a_worker_that_fails_late_does_not_rewrite_the_end(kino, simulator):
    run = request(kino)
    synchronisation.run(run_id=run.pk, now=clock.now())
    stored = rows()

    synchronisation._fail(run, "too late", now=clock.now())

    assert rows() == stored


@pytest.mark.usefixtures("transactional_db")
def test_of_two_who_ask_at_once_one_begins_and_two_workers_carry_it_out_once(kino, simulator):
    simulator.faults.add("slow", *LIST, seconds=0.1)

    asked = _at_once(lambda: request(kino).pk)
    [run_id] = [each for each in asked if isinstance(each, int)]
    _at_once(lambda: synchronisation.run(run_id=run_id, now=clock.now()))

    assert sorted(type(each).__name__ for each in asked) == ["SynchronisationRunning", "int"]
    assert Synchronisation.objects.get().state == "done"
    assert len(simulator.calls.find(*LIST)) == 1
    assert [action for action, *_ in entries()] == ["stores:requested", "stores:synchronised"]


def _at_once(call):
    """What two threads get, answers and refusals alike."""
    found, barrier = [], Barrier(2)

    def act():
        try:
            barrier.wait(timeout=5)
            found.append(call())
        except SynchronisationRunning as refusal:
            found.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
