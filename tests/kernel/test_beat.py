"""What beat sends, by whose clock, and how much of it waits for workers."""

from datetime import timedelta

from celery import Celery
from celery.beat import SchedulingError
import pytest

from portal import beat, clock
from portal.celery import app

SCHEDULE = app.conf.beat_schedule
HOUR = timedelta(hours=1)


class Passing:
    """A clock that nobody sets, as the test lets it pass."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def passing(monkeypatch):
    passing = Passing()
    monkeypatch.setattr(beat, "monotonic", passing)
    return passing


@pytest.fixture
def queues():
    """The queues of all sweeps, which are empty again afterwards; messages are sent, and not carried out at once."""
    app.conf.task_always_eager = False
    with app.connection_for_write() as connection:
        bound = {
            task: app.amqp.queues[entry["options"]["queue"]].bind(connection.default_channel)
            for task, entry in SCHEDULE.items()
        }
        for queue in bound.values():
            queue.declare()
        yield bound
        for queue in bound.values():
            queue.purge()
    app.conf.task_always_eager = True


@pytest.fixture
def scheduler(passing, queues):
    scheduler = beat.Scheduler(app)
    yield scheduler
    scheduler.close()


def run(scheduler, passing, seconds):
    """Let beat do what it does in that time."""
    ends = passing.seconds + seconds
    while passing.seconds < ends:
        passing.seconds = min(passing.seconds + max(scheduler.tick(), 0.01), ends)


def waiting(queues):
    return {task: queue.queue_declare().message_count for task, queue in queues.items()}


def take(queues):
    """Take all messages out, as workers do; give them by their task."""
    taken = {}
    for task, queue in queues.items():
        while message := queue.get(no_ack=True):
            taken.setdefault(task, []).append(message)
    return taken


def test_the_portal_uses_it():
    assert app.conf.beat_scheduler == "portal.beat.Scheduler"


@pytest.mark.parametrize("entry", SCHEDULE.values(), ids=SCHEDULE)
def test_every_sweep_is_a_task_that_workers_know_with_a_queue_that_workers_read(entry):
    app.loader.import_default_modules()

    assert entry["task"] in app.tasks
    assert entry["options"] == {"queue": f"portal.{entry['task']}"}
    assert entry["options"]["queue"] in app.amqp.queues.consume_from


def test_while_no_worker_runs_one_message_of_each_sweep_waits(scheduler, passing, queues):
    run(scheduler, passing, 3700)

    assert waiting(queues) == dict.fromkeys(SCHEDULE, 1)


def test_a_sweep_comes_again_once_the_one_before_was_taken_or_lost(scheduler, passing, queues):
    run(scheduler, passing, 30.5)
    first = take(queues)
    run(scheduler, passing, 5.5)

    again = take(queues)

    assert {task: len(messages) for task, messages in first.items()} == dict.fromkeys(
        [task for task, entry in SCHEDULE.items() if entry["schedule"] <= 30], 1
    )
    assert set(again) == {task for task, entry in SCHEDULE.items() if entry["schedule"] <= 5}


def test_workers_that_keep_up_get_every_sweep_in_its_time(scheduler, passing, queues):
    got = dict.fromkeys(SCHEDULE, 0)
    for _ in range(200):
        run(scheduler, passing, 0.5)
        for task, messages in take(queues).items():
            got[task] += len(messages)

    late = {task: 100 / entry["schedule"] - got[task] for task, entry in SCHEDULE.items()}
    assert [task for task, missing in late.items() if not 0 <= missing <= 1] == []


@pytest.mark.parametrize("behind", [timedelta(seconds=3), HOUR, -HOUR])
def test_no_clock_of_a_worker_can_make_a_sweep_lapse(scheduler, passing, queues, time_machine, behind):
    time_machine.move_to(clock.now() - behind, tick=False)

    run(scheduler, passing, 30)

    [[message]] = [messages for task, messages in take(queues).items() if task == "payments.sweep_due"]
    assert (message.headers["expires"], message.headers["eta"]) == (None, None)


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
def test_beat_goes_on_when_its_clock_is_set(scheduler, passing, queues, time_machine, jump):
    run(scheduler, passing, 30)
    take(queues)

    time_machine.move_to(clock.now() + jump)
    run(scheduler, passing, 12)

    assert set(take(queues)) == {task for task, entry in SCHEDULE.items() if entry["schedule"] <= 10}


def test_a_beat_that_starts_anew_adds_nothing_to_what_waits(scheduler, passing, queues):
    run(scheduler, passing, 30)
    another = beat.Scheduler(app)

    run(another, passing, 30)

    assert max(waiting(queues).values()) == 1


def test_a_broker_that_does_not_say_what_waits_is_sent_to_all_the_same():
    lost = Celery("lost", broker="filesystem://", set_as_current=False)
    lost.conf.update(beat_schedule=SCHEDULE, broker_transport_options={"data_folder_in": "/nowhere"})
    scheduler = beat.Scheduler(lost)

    with pytest.raises(SchedulingError, match=r"payments.sweep_due: .*/nowhere"):
        scheduler.apply_async(scheduler.schedule["payments.sweep_due"])
