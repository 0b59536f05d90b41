"""The plug of every network at once: while it is pulled, nobody gets an answer and nothing is sent."""

from datetime import datetime, timedelta
from threading import Lock

from portal.mobilepay.simulator.core.clock import Clock

USUAL_SECONDS = 30


class Plug:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._back_at: datetime | None = None
        self._lock = Lock()

    @property
    def is_pulled(self) -> bool:
        return self.seconds_left > 0

    @property
    def seconds_left(self) -> float:
        """How long until it puts itself back; 0 when it is in."""
        with self._lock:
            left = self._back_at - self._clock.now() if self._back_at else timedelta()
        return max(left.total_seconds(), 0.0)

    def pull(self, seconds: float) -> None:
        """Pull it for so long from now on; ValueError when that is no time."""
        if seconds <= 0:
            raise ValueError("seconds must be positive")
        with self._lock:
            self._back_at = self._clock.now() + timedelta(seconds=seconds)

    def put_back(self) -> None:
        with self._lock:
            self._back_at = None
