"""Access tokens, and whose they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from threading import Lock

from portal.mobilepay.simulator.core.clock import Clock
from portal.mobilepay.simulator.epayment.codes import unauthorised


@dataclass(frozen=True)
class Grant:
    client_id: str
    expires_at: datetime


class Tokens:
    """Issues opaque tokens; several of one client are good at the same time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._grants: dict[str, Grant] = {}
        self._lock = Lock()

    def issue(self, client_id: str, lifetime: int) -> tuple[str, datetime]:
        """A new token, and when it ends; the lifetime is in seconds."""
        token = token_urlsafe(48)
        expires_at = self._clock.now() + timedelta(seconds=lifetime)
        with self._lock:
            self._grants[token] = Grant(client_id, expires_at)
        return token, expires_at

    def client(self, authorization: str) -> str:
        """Whose token the `Authorization` header brings; 401 when it is missing, unknown or too old."""
        scheme, _, token = authorization.partition(" ")
        with self._lock:
            grant = self._grants.get(token)
        if scheme.lower() != "bearer" or grant is None or grant.expires_at <= self._clock.now():
            raise unauthorised()
        return grant.client_id

    def expire_all(self) -> None:
        """Make every token issued so far worthless."""
        with self._lock:
            self._grants.clear()
