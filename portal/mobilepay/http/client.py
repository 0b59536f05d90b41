"""HTTP to a payment network: pooling, time-outs, retries, reading errors. The only user of requests."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from secrets import SystemRandom
import time
from typing import Any

import requests
from requests.adapters import HTTPAdapter
import simplejson

from portal.mobilepay.errors import Busy, Rejected, Unreachable
from portal.mobilepay.http.circuit_breaker import EVERYBODY, Breaker

READ_TIMEOUT = 0.5
WRITE_TIMEOUT = 2.0
RETRIES = 2
POOLED_CONNECTIONS = 64

_FIRST_PAUSE = 0.1
_random = SystemRandom()

# Makes of a status and a body what a network means by them: gives the answer, or raises one of `errors`.
Reader = Callable[[int, bytes], Any]


class HttpClient:
    """One pooled session, safe to share between threads."""

    def __init__(
        self,
        *,
        url: str = "",
        sleep: Callable[[float], None] = time.sleep,
        on_outage: Callable[..., None] = lambda _account, **_facts: None,
        write_retries: int = RETRIES,
        read_timeout: float = READ_TIMEOUT,
    ) -> None:
        """`url` is asked whether anybody answers there; `on_outage` hears of outages what a breaker tells.

        `write_retries` is for a network that counts how often it is told something, `read_timeout` in seconds for one
        that is far away.
        """
        self._url = url
        self._read_timeout = read_timeout
        self._write_retries = write_retries
        self._sleep = sleep
        self.breaker = Breaker(probe=self.is_reachable, on_change=on_outage)
        self._session = requests.Session()
        # No ~/.netrc or proxy variable may replace our Authorization header, and no cookie may tie
        # one account's calls to another's.
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = HTTPAdapter(pool_connections=POOLED_CONNECTIONS, pool_maxsize=POOLED_CONNECTIONS)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def close(self) -> None:
        self.breaker.close()
        self._session.close()

    def is_reachable(self) -> bool:
        """Whether anybody answers there at all, whatever they say but that they have failed."""
        try:
            answer = self._session.get(self._url, timeout=READ_TIMEOUT, allow_redirects=False)
        except (requests.RequestException, ValueError):
            return False
        return answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR

    def send(
        self,
        method: str,
        url: str,
        *,
        read: Reader,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        account: str = EVERYBODY,
    ) -> Any:
        """Send a request and give what `read` makes of the answer.

        Network errors, and answers that `read` takes for none, are tried again twice, with a pause that doubles
        and jitters; the body and its idempotency key stay the same.
        Raises Unreachable when all tries failed, or at once while MobilePay is taken to be gone for the account,
        and Rejected or one of its kinds for a refusal.
        """
        self.breaker.allow(account)
        if json is not None:
            headers = {**headers, "Content-Type": "application/json"}
        request: dict[str, Any] = {
            "params": params,
            "data": form if json is None else simplejson.dumps(json, use_decimal=True).encode(),
            "headers": headers,
            "timeout": self._read_timeout if method == "GET" else WRITE_TIMEOUT,
            "allow_redirects": False,
        }
        retries = RETRIES if method == "GET" else self._write_retries
        tries = 0
        while True:
            tries += 1
            try:
                answer = self._try(method, url, request, read)
            except Busy:
                self.breaker.record_success(account)
                raise
            except Unreachable:
                if tries > retries:
                    self.breaker.record_failure(account)
                    raise
            except Rejected as refusal:
                self.breaker.record_success(account)
                refusal.is_certain = refusal.is_certain and tries == 1
                raise
            else:
                self.breaker.record_success(account)
                return answer
            self._sleep(pause(tries))

    def _try(self, method: str, url: str, request: Mapping[str, Any], read: Reader) -> Any:
        try:
            response = self._session.request(method, url, **request)
        except (requests.RequestException, ValueError) as error:
            # A ValueError is an answer's address that cannot be one; requests reads it though we follow none.
            raise Unreachable(f"no answer: {type(error).__name__}") from error
        return read(response.status_code, response.content)


def pause(attempt: int) -> float:
    """Seconds to wait before the given further try: it doubles, and jitters by half."""
    return _FIRST_PAUSE * (1 << (attempt - 1)) * _random.uniform(0.5, 1.5)
