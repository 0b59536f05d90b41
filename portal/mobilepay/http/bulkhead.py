"""Keeps one account's slow calls from taking every thread of a process."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
import time

from portal.mobilepay.errors import Unreachable

SLOW_SECONDS = 1.0


class Bulkhead:
    """Lets an account that is slow have `places` calls under way at a time; others as many as they like.

    An account is slow from the moment a call of theirs has lasted a second until one takes less.
    """

    def __init__(self, *, places: int, now: Callable[[], float] = time.monotonic) -> None:
        self._places = places
        self._now = now
        self._lock = Lock()
        # When each call under way began, the earliest first.
        self._under_way: defaultdict[str, list[float]] = defaultdict(list)
        self._slow: set[str] = set()

    def is_full(self, account: str) -> bool:
        """Whether a call for this account would be refused now."""
        with self._lock:
            return self._is_full(account)

    @contextmanager
    def place(self, account: str) -> Iterator[None]:
        """Hold a place while a call is under way; raise Unreachable, before anything is sent, when none is left."""
        with self._lock:
            if self._is_full(account):
                raise Unreachable("not asked: too many slow calls for this account are under way")
            began = self._now()
            self._under_way[account].append(began)
        try:
            yield
        finally:
            with self._lock:
                self._under_way[account].remove(began)
                if self._has_lasted(began):
                    self._slow.add(account)
                else:
                    self._slow.discard(account)

    def _is_full(self, account: str) -> bool:
        calls = self._under_way[account]
        is_slow = account in self._slow or (bool(calls) and self._has_lasted(calls[0]))
        return is_slow and len(calls) >= self._places

    def _has_lasted(self, began: float) -> bool:
        return self._now() - began > SLOW_SECONDS
