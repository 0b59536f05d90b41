"""Access tokens and who holds them (protocol section 2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from threading import Lock

from portal.mobilepay.simulator.core.clock import Clock
from portal.mobilepay.simulator.posv10.codes import Code, Refusal


@dataclass(frozen=True)
class Grant:
    """What a token allows: acting as the integrator, for one merchant only if it claims a `merchant_vat`."""

    client_id: str
    merchant_vat: str | None
    expires_at: datetime


class Tokens:
    """Issues opaque tokens to the known clients; a client of MobilePay never looks inside one."""

    def __init__(self, clients: dict[str, str], clock: Clock) -> None:
        self.clients = clients
        self._clock = clock
        self._grants: dict[str, Grant] = {}
        self._lock = Lock()

    def issue(self, client_id: str, merchant_vat: str | None, lifetime: int) -> str:
        """Return a new access token that lives for the given seconds."""
        token = token_urlsafe(48)
        with self._lock:
            expires_at = self._clock.now() + timedelta(seconds=lifetime)
            self._grants[token] = Grant(client_id, merchant_vat, expires_at)
        return token

    def grant(self, authorization: str | None) -> Grant:
        """What the `Authorization` header allows; 401 when it is missing, unknown or expired."""
        scheme, _, token = (authorization or "").partition(" ")
        with self._lock:
            grant = self._grants.get(token)
        if scheme.lower() != "bearer" or grant is None or grant.expires_at <= self._clock.now():
            raise Refusal(Code.UNAUTHORIZED)
        return grant

    def expire_all(self) -> None:
        """Make every token issued so far worthless."""
        with self._lock:
            self._grants.clear()
