"""Spares everybody the wait while MobilePay does not answer: calls fail at once, but for a probe now and then."""

from collections.abc import Callable
from threading import Lock
import time

from portal.mobilepay.errors import Unreachable

# So many calls in a row, each with all its tries, without an answer between them.
FAILURES = 5
# How often one call is let through to see whether MobilePay is back.
PROBE_EVERY = 1.0
# Longer than any call with all its tries: a probe that does not come back is followed by another one.
PROBE_LASTS = 10.0


class Breaker:
    """One per provider and process, safe to share between threads."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic, tell: Callable[..., None] | None = None) -> None:
        """`tell` hears `is_out=True` with every failure while MobilePay is gone, and `is_out=False` when it is back."""
        self._now = now
        self._tell = tell or _tell_nobody
        self._lock = Lock()
        self._failures = 0
        self._probe_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether MobilePay is taken to be gone."""
        return self._failures >= FAILURES

    @property
    def is_shut_out(self) -> bool:
        """Whether a call made now would fail without being sent."""
        return self.is_open and self._now() < self._probe_at

    def admit(self) -> None:
        """Let a call through, or raise Unreachable without its being sent."""
        if not self.is_open:
            return
        with self._lock:
            if self.is_shut_out:
                raise Unreachable("not asked: it has not answered lately")
            self._probe_at = self._now() + PROBE_LASTS

    def answered(self) -> None:
        """MobilePay has answered, whatever it said."""
        was_open, self._failures = self.is_open, 0
        if was_open:
            self._tell(is_out=False)

    def failed(self) -> None:
        """A call got no answer."""
        with self._lock:
            self._failures += 1
            self._probe_at = self._now() + PROBE_EVERY
        if self.is_open:
            self._tell(is_out=True)


def _tell_nobody(*, is_out: bool) -> None:
    """For who has nobody to tell."""
