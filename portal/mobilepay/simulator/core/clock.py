"""The simulator's time: the real one, plus whatever a test has skipped."""

from datetime import UTC, datetime, timedelta
from threading import Lock


class Clock:
    def __init__(self) -> None:
        self._skipped = timedelta()
        self._lock = Lock()

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC) + self._skipped

    def advance(self, seconds: float) -> None:
        """Let the given time pass at once."""
        with self._lock:
            self._skipped += timedelta(seconds=seconds)
