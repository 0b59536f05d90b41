"""What is told to whom, and when again: one queue per registration, in the order of the events."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from portal.mobilepay.simulator.core.knobs import DAY
from portal.mobilepay.simulator.core.timeline import Timeline
from portal.mobilepay.simulator.core.wire import encode
from portal.mobilepay.simulator.epayment.knobs import Knobs
from portal.mobilepay.simulator.epayment.signatures import signed_headers
from portal.mobilepay.simulator.epayment.webhooks import Registration, Registrations

# Seconds after each try that failed; later ones an hour, until a week has passed.
PAUSES = (2, 2, 2, 2, 60, 120)
LATER_PAUSE = 3600
GIVEN_UP_AFTER = 7 * DAY
SUCCESS = range(200, 300)


def _nothing() -> None:
    """Nobody minds."""


@dataclass(frozen=True)
class Delivery:
    """One try to tell a registration of an event: a POST, signed at the moment of the try."""

    url: str
    headers: dict[str, str]
    body: bytes
    registration_id: str
    event: str
    number: int


@dataclass
class _Waiting:
    registration: Registration
    event: str
    body: bytes
    number: int
    due: datetime
    since: datetime
    on_failure: Callable[[], None]
    is_forged: bool = False
    is_out: bool = False
    tries: int = field(default=0)


class Deliveries:
    """Tests `take` what is due and say what came of it with `answered`; a sender calls `deliver`."""

    def __init__(
        self,
        timeline: Timeline,
        knobs: Knobs,
        registrations: Registrations,
        present: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._timeline = timeline
        self._knobs = knobs
        self._registrations = registrations
        self._present = present
        self._waiting: dict[int, _Waiting] = {}
        self._numbers = count(1)
        self._random = Random()  # noqa: S311 - which deliveries get lost is no secret

    def tell(self, msn: str, event: str, body: dict[str, Any], *, on_failure: Callable[[], None] = _nothing) -> bool:
        """Have a unit's registrations told of an event; whether there is any. Call within `present`.

        `on_failure` is called whenever a try has failed.
        """
        registrations = self._registrations.for_event(msn, event)
        for registration in registrations:
            if self._random.random() >= self._knobs.webhooks_lost:
                self._queue(registration, event, encode(body), on_failure)
        return bool(registrations)

    def take(self) -> list[Delivery]:
        """Take everything that is due now, in order; who takes it says with `answered` what came of each."""
        with self._present():
            taken = list(self._due())
            for waiting in taken:
                waiting.is_out = True
            return [self._sign(waiting) for waiting in taken]

    def heads(self) -> list[Delivery]:
        """Take of each registration the first that is due, if none of its own is out: what fails holds up the rest."""
        with self._present():
            busy = {each.registration.registration_id for each in self._waiting.values() if each.is_out}
            firsts: dict[str, _Waiting] = {}
            for waiting in self._due():
                firsts.setdefault(waiting.registration.registration_id, waiting)
            heads = [waiting for owner, waiting in firsts.items() if owner not in busy]
            for waiting in heads:
                waiting.is_out = True
            return [self._sign(waiting) for waiting in heads]

    def deliver(self, post: Callable[[Delivery], int | None]) -> int:
        """Send everything that is due, each after what came before it; how many tries that took.

        `post` gives the status of the answer, None for no answer.
        """
        tries = 0
        while heads := self.heads():
            for delivery in heads:
                self.answered(delivery, post(delivery))
            tries += len(heads)
        return tries

    def answered(self, delivery: Delivery, status: int | None) -> None:
        """Done with a success; else it waits for its next try. A registration that is gone wants no more of it."""
        with self._present():
            waiting = self._waiting.get(delivery.number)
            if waiting is None:
                return
            waiting.is_out = False
            waiting.tries += 1
            pause = PAUSES[waiting.tries - 1] if waiting.tries <= len(PAUSES) else LATER_PAUSE
            waiting.due = self._timeline.now + timedelta(seconds=pause)
            is_over = waiting.due - waiting.since > timedelta(seconds=GIVEN_UP_AFTER)
            if status not in SUCCESS and not waiting.is_forged:
                waiting.on_failure()
            if status in SUCCESS or waiting.is_forged or is_over:
                del self._waiting[delivery.number]

    def forget(self, registration: Registration) -> None:
        """Drop what still waits for a registration that is deleted."""
        self._waiting = {
            number: waiting for number, waiting in self._waiting.items() if waiting.registration is not registration
        }

    def waiting_for(self, registration: Registration) -> int:
        return sum(waiting.registration is registration for waiting in self._waiting.values())

    def _queue(self, registration: Registration, event: str, body: bytes, on_failure: Callable[[], None]) -> None:
        now = self._timeline.now
        due = now + timedelta(seconds=self._knobs.webhook_delay)
        forged = [True] if self._knobs.webhooks_forged else []
        genuine = [False, False] if self._knobs.webhooks_twice else [False]
        for is_forged in forged + genuine:
            number = next(self._numbers)
            self._waiting[number] = _Waiting(registration, event, body, number, due, now, on_failure, is_forged)

    def _due(self) -> Iterator[_Waiting]:
        """What may leave now: nothing overtakes what waits for its next try at the same registration."""
        held_up = set()
        for waiting in self._waiting.values():
            owner = waiting.registration.registration_id
            if waiting.due > self._timeline.now:
                held_up.add(owner)
            elif owner not in held_up and not waiting.is_out:
                yield waiting

    def _sign(self, waiting: _Waiting) -> Delivery:
        registration = waiting.registration
        signer = replace(registration, secret="forged") if waiting.is_forged else registration  # noqa: S106 - nobody's
        headers = signed_headers(signer, waiting.body, self._timeline.now)
        return Delivery(
            registration.url, headers, waiting.body, registration.registration_id, waiting.event, waiting.number
        )
