"""What the world of every network has: a clock, knobs, and one lock under which it is brought up to date."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, Generic, Self, TypeVar

import simplejson

from portal.mobilepay.simulator.core.clock import Clock
from portal.mobilepay.simulator.core.knobs import Adjustable
from portal.mobilepay.simulator.core.timeline import Timeline

AnyKnobs = TypeVar("AnyKnobs", bound=Adjustable)


class NetworkWorld(Generic[AnyKnobs]):
    """A network's rules and books, without any HTTP. Look inside only within `present()`."""

    def __init__(self, *, clock: Clock | None, knobs: AnyKnobs) -> None:
        self.clock = clock or Clock()
        self.knobs = knobs
        self.timeline = Timeline(self.clock)
        self._lock = RLock()

    @classmethod
    def load(cls, document: Mapping[str, Any], *, clock: Clock | None = None, knobs: AnyKnobs | None = None) -> Self:
        """Build the world from the portal's import format."""
        raise NotImplementedError

    @classmethod
    def from_file(cls, path: Path | str, *, clock: Clock | None = None, knobs: AnyKnobs | None = None) -> Self:
        """Build the world from the portal's import file."""
        document = simplejson.loads(Path(path).read_text(encoding="utf-8"), use_decimal=True)
        return cls.load(document, clock=clock, knobs=knobs)

    @contextmanager
    def present(self) -> Iterator[None]:
        """Hold the lock, with everything that was due by now done."""
        with self._lock:
            self.timeline.catch_up()
            yield
