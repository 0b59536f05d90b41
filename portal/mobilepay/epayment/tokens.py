"""Asks for a sales unit's access token (docs/protocol/epayment.md, Access tokens)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from http import HTTPStatus
import time
from typing import Any

from portal.mobilepay.epayment import own_answers
from portal.mobilepay.errors import Unauthorized
from portal.mobilepay.http.client import HttpClient
from portal.mobilepay.http.tokens import Grant, SharedStore, TokenSource, read_grant

# At most 30 signs each; its support finds calls by them.
SYSTEM_NAME = "mobilepay-merchant-portal"
SYSTEM_VERSION = "1.0.0"
_REFUSALS = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


@dataclass(frozen=True, slots=True)
class Keys:
    """A sales unit's, or a partner's with the sales unit that is meant; empty where none are known."""

    client_id: str
    client_secret: str = field(repr=False)
    subscription_key: str = field(repr=False)
    msn: str

    @property
    def fingerprint(self) -> str:
        """Tells these keys from others, and nothing of them."""
        told = f"{self.client_id}\n{self.client_secret}\n{self.subscription_key}\n{self.msn}"
        return sha256(told.encode()).hexdigest()

    @property
    def headers(self) -> dict[str, str]:
        """What every call carries besides its token."""
        return {
            "Accept": "application/json",
            "Merchant-Serial-Number": self.msn,
            "Ocp-Apim-Subscription-Key": self.subscription_key,
            "Vipps-System-Name": SYSTEM_NAME,
            "Vipps-System-Version": SYSTEM_VERSION,
        }


def token_source(
    http: HttpClient,
    *,
    url: str,
    keys: Keys,
    account: str,
    shared: SharedStore,
    clock: Callable[[], float] = time.time,
) -> TokenSource:
    """The access token of an account; `url` is the API's."""
    return TokenSource(
        request=partial(_request, http, url, keys, account),
        is_circuit_open=partial(http.breaker.is_open, account),
        shared=shared,
        clock=clock,
    )


def _read(status: int, body: bytes) -> Any:
    # The token service has errors of its own making; nothing is told to anybody without a token.
    if status in _REFUSALS and own_answers.is_object(body):
        raise Unauthorized(f"HTTP {status}")
    return own_answers.read(status, body)


def _request(http: HttpClient, url: str, keys: Keys, account: str) -> Grant:
    if not (keys.client_id and keys.client_secret and keys.subscription_key):
        raise Unauthorized("there are no keys for the sales unit")
    answer = http.send(
        "POST",
        f"{url}/accesstoken/get",
        read=_read,
        headers={"client_id": keys.client_id, "client_secret": keys.client_secret, **keys.headers},
        account=account,
    )
    return read_grant(answer)
