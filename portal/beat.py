"""How beat sends the sweeps of portal/settings/queue.py: by a clock that nobody sets, and no more than workers take."""

from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from celery import beat
from kombu import Connection

from portal import broker

_START = datetime(2000, 1, 1, tzinfo=UTC)


def _now() -> datetime:
    """Only differences count, and those of the clock on the wall jump when somebody sets it."""
    return _START + timedelta(seconds=monotonic())


class Sweep(beat.ScheduleEntry):
    """What is done again and again, and when it is due."""

    schedule: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.schedule.nowfun = _now

    def default_now(self) -> datetime:
        return _now()


class Scheduler(beat.Scheduler):
    """Adds no sweep to one of its kind that still waits: without workers one message of each waits, not thousands.

    The broker itself is asked, because messages can be lost, and beat may be started anew or on another machine.
    """

    Entry = Sweep
    # One of its own: what befalls it must not befall the one that sends.
    _asking: Connection | None = None

    def apply_async(self, entry: Any, producer: Any = None, advance: bool = True, **options: Any) -> Any:  # noqa: FBT001, FBT002 - as in Celery
        if self._is_waiting(entry):
            return self.reserve(entry) if advance else None
        return super().apply_async(entry, producer=producer, advance=advance, **options)

    def close(self) -> None:
        self._hang_up()
        super().close()

    def _is_waiting(self, entry: Any) -> bool:
        self._asking = self._asking or broker.connect()
        try:
            return bool(broker.messages_waiting(self._asking, [entry.options["queue"]]))
        except Exception:  # noqa: BLE001 - each broker has errors of its own
            # Sending says what is wrong with the broker; the next question is asked on a new connection.
            self._hang_up()
            return False

    def _hang_up(self) -> None:
        if self._asking is not None:
            self._asking.release()
            self._asking = None
