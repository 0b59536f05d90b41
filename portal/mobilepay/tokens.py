"""The access token: fetched once, shared by threads and processes, renewed before it expires."""

from collections.abc import Callable
import threading
import time
from typing import NamedTuple, Protocol

from portal.mobilepay.errors import Unreadable
from portal.mobilepay.transport import HttpClient

EARLY_SHARE = 10  # renew when a tenth of the lifetime is left …
EARLY_SECONDS = 60  # … but never more than a minute early


class SharedStore(Protocol):
    """Where processes leave the token for each other; it must keep it secret."""

    def get(self) -> str | None: ...

    def set(self, value: str, *, seconds: int) -> None: ...


class _Token(NamedTuple):
    value: str
    renew_at: int


class TokenSource:
    """Gives the access token (docs/protocol/posv10.md, Authentication)."""

    def __init__(
        self,
        *,
        http: HttpClient,
        url: str,
        client_id: str,
        client_secret: str,
        shared: SharedStore,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._http = http
        self._url = url
        self._client_id = client_id
        self._client_secret = client_secret
        self._shared = shared
        self._clock = clock
        self._token: _Token | None = None
        self._lock = threading.Lock()

    def get(self, *, refused: str | None = None) -> str:
        """Give a token that is valid for a while; `refused` is one that MobilePay no longer takes.

        Raises Unauthorized when our credentials are wrong, Unreachable when nobody answers.
        """
        with self._lock:
            for known in (self._token, self._read_shared()):
                if known and known.value != refused and known.renew_at > self._clock():
                    self._token = known
                    return known.value
            self._token = self._fetch()
            return self._token.value

    def _read_shared(self) -> _Token | None:
        text = self._shared.get()
        if text is None:
            return None
        renew_at, _, value = text.partition(" ")
        return _Token(value, int(renew_at))

    def _fetch(self) -> _Token:
        answer = self._http.send(
            "POST",
            self._url,
            form={"grant_type": "client_credentials"},
            auth=(self._client_id, self._client_secret),
            headers={"x-ibm-client-id": self._client_id},
        )
        try:
            value, lifetime = str(answer["access_token"]), int(answer["expires_in"])
        except (KeyError, TypeError, ValueError) as error:
            raise Unreadable("the token service's answer holds no token") from error
        early = min(EARLY_SECONDS, lifetime // EARLY_SHARE)
        token = _Token(value, int(self._clock()) + lifetime - early)
        self._shared.set(f"{token.renew_at} {token.value}", seconds=lifetime)
        return token
