"""Keeps one merchant's slow calls from taking every thread of a process."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
import time

from portal.mobilepay.errors import Unreachable

SLOW_SECONDS = 1.0


class Bulkhead:
    """Lets a merchant that is slow have `places` calls under way at a time; others as many as they like.

    A merchant is slow from the moment a call of theirs has lasted a second until one takes less.
    """

    def __init__(self, *, places: int, now: Callable[[], float] = time.monotonic) -> None:
        self._places = places
        self._now = now
        self._lock = Lock()
        # When each call under way began, the earliest first.
        self._under_way: defaultdict[str, list[float]] = defaultdict(list)
        self._slow: set[str] = set()

    def is_full(self, merchant: str) -> bool:
        """Whether a call for this merchant would be refused now."""
        with self._lock:
            return self._is_full(merchant)

    @contextmanager
    def place(self, merchant: str) -> Iterator[None]:
        """Hold a place while a call is under way; raise Unreachable, before anything is sent, when none is left."""
        with self._lock:
            if self._is_full(merchant):
                raise Unreachable("not asked: too many slow calls for this merchant are under way")
            began = self._now()
            self._under_way[merchant].append(began)
        try:
            yield
        finally:
            with self._lock:
                self._under_way[merchant].remove(began)
                if self._has_lasted(began):
                    self._slow.add(merchant)
                else:
                    self._slow.discard(merchant)

    def _is_full(self, merchant: str) -> bool:
        calls = self._under_way[merchant]
        is_slow = merchant in self._slow or (bool(calls) and self._has_lasted(calls[0]))
        return is_slow and len(calls) >= self._places

    def _has_lasted(self, began: float) -> bool:
        return self._now() - began > SLOW_SECONDS
