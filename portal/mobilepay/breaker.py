"""Spares everybody the wait while MobilePay does not answer: calls fail at once, until somebody has looked again."""

from collections.abc import Callable
from threading import Lock, Thread
import time

from portal.mobilepay.errors import Unreachable

# So many calls in a row, each with all its tries, without an answer between them.
FAILURES = 5
# How often somebody looks whether MobilePay is back.
LOOK_EVERY = 1.0
# Longer than a look, and than any call with all its tries: what does not come back is followed by another look.
LOOK_LASTS = 10.0


class Breaker:
    """One per provider and process, safe to share between threads.

    While it is open nobody waits: a thread of its own looks whether MobilePay answers at all, and only then one call
    is let through; its answer lets all others follow.
    """

    def __init__(
        self,
        *,
        look: Callable[[], bool],
        tell: Callable[..., None],
        now: Callable[[], float] = time.monotonic,
        aside: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        """`look` says whether MobilePay answers at all, and `aside` runs that where nobody waits for it.

        `tell` hears `is_out=True` with every failure while MobilePay is gone, and `is_out=False` when it is back.
        """
        self._look = look
        self._tell = tell
        self._now = now
        self._aside = aside or _in_a_thread
        self._lock = Lock()
        self._failures = 0
        self._look_at = 0.0
        self._may_try = False

    @property
    def is_open(self) -> bool:
        """Whether MobilePay is taken to be gone."""
        return self._failures >= FAILURES

    @property
    def is_shut_out(self) -> bool:
        """Whether a call made now would fail without being sent."""
        return self.is_open and not self._may_try

    def admit(self) -> None:
        """Let a call through, or raise Unreachable without its being sent."""
        if not self.is_open:
            return
        with self._lock:
            is_trial, self._may_try = self._may_try, False
            is_time_to_look = not is_trial and self._now() >= self._look_at
            if is_trial or is_time_to_look:
                self._look_at = self._now() + LOOK_LASTS
        if is_time_to_look:
            self._aside(self._look_again)
        if not is_trial:
            raise Unreachable("not asked: it has not answered lately")

    def answered(self) -> None:
        """MobilePay has answered, whatever it said."""
        was_open, self._failures, self._may_try = self.is_open, 0, False
        if was_open:
            self._tell(is_out=False)

    def failed(self) -> None:
        """A call got no answer."""
        with self._lock:
            self._failures += 1
            self._look_at = self._now() + LOOK_EVERY
        if self.is_open:
            self._tell(is_out=True)

    def _look_again(self) -> None:
        answers = self._look()
        with self._lock:
            self._may_try = answers
            self._look_at = self._now() + (LOOK_LASTS if answers else LOOK_EVERY)


def _in_a_thread(look: Callable[[], None]) -> None:
    Thread(target=look, daemon=True, name="look whether MobilePay is back").start()
