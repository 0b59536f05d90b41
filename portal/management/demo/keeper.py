"""Keeps the demo's programs running: one that ends by itself is started again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import subprocess
from threading import Event
from time import monotonic

from django.core.management.base import CommandError

from portal.management import processes

LOOK_EVERY_SECONDS = 0.5
# Who ends sooner than this after each of so many starts will not do better the next time.
SHORT_LIFE_SECONDS = 20.0
LIVES = 3


@dataclass
class Kept:
    """A program at its place in the list that stops it in the end; `is_back` is called when it runs again."""

    name: str
    children: list[subprocess.Popen[bytes]]
    place: int
    environment: Mapping[str, str]
    is_back: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self._started_at = monotonic()
        self._short_lives = 0

    def look(self, say: Callable[[str], object]) -> None:
        """Start it again if it has ended, and say so; CommandError when it ends again and again at once."""
        ended = self.children[self.place]
        code = ended.poll()
        if code is None:
            return
        command = [str(each) for each in ended.args] if isinstance(ended.args, list) else []
        is_short = monotonic() - self._started_at < SHORT_LIFE_SECONDS
        self._short_lives = self._short_lives + 1 if is_short else 1
        if self._short_lives >= LIVES:
            raise CommandError(
                f"{self.name} ended {LIVES} times right after its start, the last time with exit code {code}: "
                f"{' '.join(command)}"
            )
        processes.clear_away(ended)
        self.children[self.place] = processes.start(command, environment=self.environment)
        self._started_at = monotonic()
        say(f"{self.name} had ended with exit code {code} and is started again.")
        if self.is_back:
            self.is_back()


def watch(programs: list[Kept], stop: Event, say: Callable[[str], object]) -> None:
    """Look after the programs until we are asked to stop."""
    while not stop.wait(LOOK_EVERY_SECONDS):
        for program in programs:
            program.look(say)
