"""Who wants to be told of what: the registrations of a sales unit."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from secrets import token_bytes
from urllib.parse import urlsplit
from uuid import uuid4

from portal.mobilepay.simulator.epayment.codes import Problem
from portal.mobilepay.simulator.epayment.formats import CHECKED_IN, EVENTS

MOST_PER_EVENT = 25
MOST_FOR_CHECK_INS = 1
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Registration:
    msn: str
    url: str
    events: tuple[str, ...]
    registration_id: str = field(default_factory=lambda: str(uuid4()))
    secret: str = field(default_factory=lambda: b64encode(token_bytes(64)).decode(), repr=False)


class Registrations:
    def __init__(self) -> None:
        self._by_id: dict[str, Registration] = {}

    def __iter__(self) -> Iterator[Registration]:
        return iter(self._by_id.values())

    def get(self, registration_id: str) -> Registration | None:
        return self._by_id.get(registration_id)

    def of(self, msn: str) -> list[Registration]:
        return [each for each in self if each.msn == msn]

    def for_event(self, msn: str, event: str) -> list[Registration]:
        return [each for each in self.of(msn) if event in each.events]

    def add(self, msn: str, url: str, events: list[str]) -> Registration:
        """Register an address; 400 for one that cannot be called, an unknown event, or one registration too many."""
        if not _can_be_called(url):
            raise _refusal("url", "must be an https address")
        for event in events:
            if event not in EVENTS:
                raise _refusal("events", f"{event} is no event")
            most = MOST_FOR_CHECK_INS if event == CHECKED_IN else MOST_PER_EVENT
            if len(self.for_event(msn, event)) >= most:
                raise _refusal("events", f"{event} has {most} registrations already")
        registration = Registration(msn, url, tuple(dict.fromkeys(events)))
        self._by_id[registration.registration_id] = registration
        return registration

    def delete(self, registration: Registration) -> None:
        del self._by_id[registration.registration_id]


def _can_be_called(url: str) -> bool:
    """By https anywhere; by http on this machine, where no certificate can be had."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))


def _refusal(name: str, reason: str) -> Problem:
    return Problem(400, "The registration is refused", fields=((name, reason),))
