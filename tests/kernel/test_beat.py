"""What beat does, and what it must not remember."""

from celery import beat
from celery.utils.imports import symbol_by_name
import pytest

from portal.celery import app


def test_beat_remembers_nothing_that_a_clock_set_back_could_turn_into_the_future():
    scheduler = symbol_by_name(app.conf.beat_scheduler)

    assert (issubclass(scheduler, beat.Scheduler), issubclass(scheduler, beat.PersistentScheduler)) == (True, False)


@pytest.mark.parametrize("entry", app.conf.beat_schedule.values(), ids=app.conf.beat_schedule)
def test_every_sweep_is_a_task_that_workers_know_and_lapses_before_the_next(entry):
    app.loader.import_default_modules()

    assert entry["task"] in app.tasks
    assert entry["options"]["expires"] <= entry["schedule"]
