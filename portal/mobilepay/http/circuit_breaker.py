"""Spares everybody the wait while MobilePay does not answer: calls fail at once, until somebody has looked again."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock, Thread
import time

from portal.mobilepay.errors import Unreachable

# So many calls of an account in a row, each with all its tries, without an answer between them.
FAILURES = 5
# How often somebody looks whether MobilePay is back.
PROBE_INTERVAL = 1.0
# Longer than a pause and a look, and than any call with all its tries: what does not come back is followed by another.
PROBE_TIMEOUT = 10.0
# Stands for all accounts, and for calls that are made for none in particular.
EVERYBODY = ""


@dataclass
class _Account:
    failures: int = 0
    may_try: bool = False
    # Until then at the latest the call that was let through is under way.
    tries_until: float = 0.0


class Breaker:
    """One per provider and process, safe to share between threads.

    It is open for an account whose calls fail in a row, and for everybody when then nobody answers at all. While it
    is open nobody waits: a thread of its own looks until MobilePay answers, and only then each account whose calls
    have failed may try one; its answer lets the others follow. So one account's trouble shuts nobody else out.
    """

    def __init__(
        self,
        *,
        probe: Callable[[], bool],
        on_change: Callable[..., None],
        now: Callable[[], float] = time.monotonic,
        run_in_background: Callable[[Callable[[], bool]], None] | None = None,
    ) -> None:
        """`probe` says whether MobilePay answers at all; `run_in_background` repeats it until it does.

        `on_change` hears an account's name or EVERYBODY, with `is_out=True` for every failure while MobilePay is gone
        for them, and with `is_out=False` when it is back.
        """
        self._probe = probe
        self._on_change = on_change
        self._now = now
        self._run_in_background = run_in_background or self._in_a_thread
        self._lock = Lock()
        self._accounts: defaultdict[str, _Account] = defaultdict(_Account)
        self._is_gone = False
        self._probe_at = 0.0
        self._closed = Event()

    def close(self) -> None:
        """Look no more."""
        self._closed.set()

    def is_tripped(self, account: str) -> bool:
        """Whether MobilePay is taken to be gone for this account."""
        return self._is_gone or self._accounts[account].failures >= FAILURES

    def is_open(self, account: str) -> bool:
        """Whether a call made now would fail without being sent; whoever asks has somebody look when it is time."""
        with self._lock:
            fails_at_once = self.is_tripped(account) and (self._is_gone or not self._accounts[account].may_try)
        if fails_at_once:
            self._probe_when_due()
        return fails_at_once

    def allow(self, account: str) -> None:
        """Let a call through, or raise Unreachable without its being sent."""
        with self._lock:
            if not self.is_tripped(account):
                return
            one = self._accounts[account]
            is_trial = one.may_try and not self._is_gone
            if is_trial:
                one.may_try, one.tries_until = False, self._now() + PROBE_TIMEOUT
        if not is_trial:
            self._probe_when_due()
            raise Unreachable("not asked: it has not answered lately")

    def record_success(self, account: str) -> None:
        """MobilePay has answered, whatever it said."""
        with self._lock:
            was_open = self._accounts.pop(account, _Account()).failures >= FAILURES
            was_gone, self._is_gone = self._is_gone, False
        if was_open:
            self._on_change(account, is_out=False)
        if was_gone:
            self._on_change(EVERYBODY, is_out=False)

    def record_failure(self, account: str) -> None:
        """A call got no answer."""
        with self._lock:
            one = self._accounts[account]
            one.failures, one.tries_until = one.failures + 1, 0.0
        if one.failures >= FAILURES:
            self._on_change(account, is_out=True)
            self._probe_when_due()

    def _probe_when_due(self) -> None:
        with self._lock:
            is_due = self._now() >= self._probe_at
            if is_due:
                self._probe_at = self._now() + PROBE_TIMEOUT
        if is_due:
            self._run_in_background(self._probe_once)

    def _probe_once(self) -> bool:
        answers = self._probe()
        if self._closed.is_set():
            return True
        with self._lock:
            was_gone, self._is_gone = self._is_gone, not answers
            # While nobody answers, who looks goes on by itself.
            self._probe_at = self._now() + (PROBE_INTERVAL if answers else PROBE_TIMEOUT)
            for one in self._accounts.values() if answers else ():
                one.may_try = self._now() >= one.tries_until
        if was_gone or not answers:
            self._on_change(EVERYBODY, is_out=not answers)
        return answers

    def _in_a_thread(self, probe: Callable[[], bool]) -> None:
        Thread(target=self._until_answered, args=[probe], daemon=True, name="look whether MobilePay is back").start()

    def _until_answered(self, probe: Callable[[], bool]) -> None:
        while not (probe() or self._closed.wait(PROBE_INTERVAL)):
            pass
