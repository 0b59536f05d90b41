"""The access token: fetched once, shared by threads and processes, renewed before it expires."""

from base64 import b64encode
from collections.abc import Callable
from decimal import Decimal
import re
import threading
import time
from typing import Any, NamedTuple, Protocol, cast

from portal.mobilepay import own_answers
from portal.mobilepay.breaker import EVERYBODY
from portal.mobilepay.errors import MobilePayError, Unauthorized, Unreachable, Unreadable
from portal.mobilepay.transport import HttpClient

# What can stand in a header.
_SENDABLE = re.compile(r"[\x21-\x7e]+")
WRONG_CREDENTIALS_SECONDS = 5
_DAY = Decimal(86_400)  # no token is kept for longer
EARLY_SHARE = 10  # renew when a tenth of the lifetime is left …
EARLY_SECONDS = 60  # … but never more than a minute early


class SharedStore(Protocol):
    """Where processes leave the token for each other; it must keep it secret."""

    def get(self) -> str | None: ...

    def set(self, value: str, *, seconds: int) -> None: ...


class _Token(NamedTuple):
    value: str
    renew_at: int


class _Failure(NamedTuple):
    error: MobilePayError
    at: float

    @property
    def holds_for(self) -> float:
        """Seconds for which nobody needs to try again: wrong credentials do not mend themselves."""
        return WRONG_CREDENTIALS_SECONDS if isinstance(self.error, Unauthorized) else 0


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
        self._failure: _Failure | None = None
        self._lock = threading.Lock()

    def get(self) -> str:
        """Give a token that is valid for a while.

        Raises Unauthorized when our credentials are wrong, Unreachable when nobody answers.
        """
        return self._take(None)[0]

    def renew(self, refused: str) -> tuple[str, bool]:
        """Give another token than the refused one, and whether it was fetched just now; raises what `get` raises."""
        return self._take(refused)

    def _take(self, refused: str | None) -> tuple[str, bool]:
        asked_at = self._clock()
        if not self._is_usable(self._token, refused) and self._http.breaker.shuts_out(EVERYBODY):
            # Whoever holds the lock may wait for an answer that does not come; nobody need wait behind them.
            shared = self._read_shared()
            if shared is None or not self._is_usable(shared, refused):
                raise Unreachable("not asked: nobody gives out access tokens lately")
            return shared.value, False
        with self._lock:
            if not self._is_usable(self._token, refused):
                shared = self._read_shared()
                if not self._is_usable(shared, refused):
                    self._token = self._fetch_for(asked_at)
                    return self._token.value, True
                self._token = shared
            return cast("_Token", self._token).value, False

    def _is_usable(self, token: _Token | None, refused: str | None) -> bool:
        return token is not None and token.value != refused and token.renew_at > self._clock()

    def _fetch_for(self, asked_at: float) -> _Token:
        """Fetch a token; who waited while another's try failed fails with it, instead of waiting as long again."""
        if self._failure and self._failure.at > asked_at - self._failure.holds_for:
            raise self._failure.error.again()
        try:
            return self._fetch()
        except MobilePayError as error:
            self._failure = _Failure(error, self._clock())
            raise

    def _read_shared(self) -> _Token | None:
        renew_at, _, value = (self._shared.get() or "").partition(" ")
        return _Token(value, int(renew_at)) if renew_at.isdecimal() else None

    def _fetch(self) -> _Token:
        answer = self._http.send(
            "POST",
            self._url,
            read=own_answers.read_token,
            form={"grant_type": "client_credentials"},
            headers={"Authorization": _basic(self._client_id, self._client_secret), "x-ibm-client-id": self._client_id},
        )
        try:
            value, lifetime = _sendable(answer["access_token"]), _seconds(answer["expires_in"])
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise Unreadable("the token service's answer holds no token") from error
        early = min(EARLY_SECONDS, lifetime // EARLY_SHARE)
        token = _Token(value, int(self._clock()) + lifetime - early)
        self._shared.set(f"{token.renew_at} {token.value}", seconds=lifetime)
        return token


def _basic(user: str, password: str) -> str:
    # As UTF-8 (RFC 7617); requests alone would send Latin-1.
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def _seconds(value: Any) -> int:
    # Bounded before it becomes an int, which writes 1E+999999999 out.
    return int(min(max(Decimal(value), Decimal(0)), _DAY))


def _sendable(value: str) -> str:
    if _SENDABLE.fullmatch(value) is None:
        raise ValueError("not fit for a header")
    return value
