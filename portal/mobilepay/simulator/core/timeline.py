"""What time alone will bring about: every timeout of the world, in order."""

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from portal.mobilepay.simulator.core.clock import Clock


class Timeline:
    """Runs due actions late but in order, each at its own moment.

    Nothing happens in the background: whoever touches the world first calls `catch_up`, under its lock.
    """

    def __init__(self, clock: Clock) -> None:
        self.now = clock.now()
        self._clock = clock
        self._agenda: list[tuple[datetime, int, Callable[[], object]]] = []
        self._numbers = count()

    def after(self, seconds: float, act: Callable[[], object]) -> datetime:
        """Have `act` called when the time has passed; return the moment it is due."""
        due = self.now + timedelta(seconds=seconds)
        heappush(self._agenda, (due, next(self._numbers), act))
        return due

    def catch_up(self) -> None:
        """Do everything that is due; `now` is the moment each action was due, and the present afterwards."""
        present = self._clock.now()
        while self._agenda and self._agenda[0][0] <= present:
            self.now, _, act = heappop(self._agenda)
            act()
        self.now = present
