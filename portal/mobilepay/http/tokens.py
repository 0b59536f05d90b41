"""The access token: fetched once, shared by threads and processes, renewed before it expires."""

from collections.abc import Callable
from decimal import Decimal
import re
import threading
import time
from typing import Any, NamedTuple, Protocol, cast

from portal.mobilepay.errors import NetworkError, Unauthorized, Unreachable, Unreadable

WRONG_CREDENTIALS_SECONDS = 5
# What can stand in a header.
_SENDABLE = re.compile(r"[\x21-\x7e]+")
_DAY = Decimal(86_400)  # no token is kept for longer
EARLY_SHARE = 10  # renew when a tenth of the lifetime is left …
EARLY_SECONDS = 60  # … but never more than a minute early


class SharedStore(Protocol):
    """Where processes leave the token for each other; it must keep it secret."""

    def get(self) -> str | None: ...

    def set(self, value: str, *, seconds: int) -> None: ...


class Grant(NamedTuple):
    """A token just given out, and for how many seconds it is good."""

    token: str
    seconds: int


def read_grant(answer: Any) -> Grant:
    """The grant in a token service's answer, in OAuth's words; raises Unreadable when it holds none."""
    try:
        return Grant(_sendable(answer["access_token"]), _seconds(answer["expires_in"]))
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise Unreadable("the token service's answer holds no token") from error


def _seconds(value: Any) -> int:
    # A number, or one written as text; bounded before it becomes an int, which writes 1E+999999999 out.
    return int(min(max(Decimal(value), Decimal(0)), _DAY))


def _sendable(value: str) -> str:
    if _SENDABLE.fullmatch(value) is None:
        raise ValueError("not fit for a header")
    return value


class _Token(NamedTuple):
    value: str
    renew_at: int


class _Failure(NamedTuple):
    error: NetworkError
    at: float

    @property
    def holds_for(self) -> float:
        """Seconds for which nobody needs to try again: wrong credentials do not mend themselves."""
        return WRONG_CREDENTIALS_SECONDS if isinstance(self.error, Unauthorized) else 0


class TokenSource:
    """Gives the access token of one account; each network has a request of its own for it."""

    def __init__(
        self,
        *,
        request: Callable[[], Grant],
        is_circuit_open: Callable[[], bool],
        shared: SharedStore,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`request` asks the network for a token; it may raise Unauthorized, Unreachable or Unreadable.

        `is_circuit_open` says that nobody gives out tokens lately.
        """
        self._request = request
        self._is_circuit_open = is_circuit_open
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
        if not self._is_usable(self._token, refused) and self._is_circuit_open():
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
        except NetworkError as error:
            self._failure = _Failure(error, self._clock())
            raise

    def _read_shared(self) -> _Token | None:
        renew_at, _, value = (self._shared.get() or "").partition(" ")
        return _Token(value, int(renew_at)) if renew_at.isdecimal() else None

    def _fetch(self) -> _Token:
        grant = self._request()
        early = min(EARLY_SECONDS, grant.seconds // EARLY_SHARE)
        token = _Token(grant.token, int(self._clock()) + grant.seconds - early)
        self._shared.set(f"{token.renew_at} {token.value}", seconds=grant.seconds)
        return token
