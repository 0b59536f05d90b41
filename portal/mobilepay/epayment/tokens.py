"""Asks for a sales unit's access token (docs/protocol/epayment.md, Access tokens)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
import time

from portal.mobilepay.epayment import own_answers
from portal.mobilepay.http.client import HttpClient
from portal.mobilepay.http.tokens import Grant, SharedStore, TokenSource, read_grant


@dataclass(frozen=True, slots=True)
class Keys:
    """A sales unit's, or a partner's with the sales unit that is meant."""

    client_id: str
    client_secret: str
    subscription_key: str
    msn: str

    @property
    def headers(self) -> dict[str, str]:
        """What every call carries besides its token."""
        return {"Ocp-Apim-Subscription-Key": self.subscription_key, "Merchant-Serial-Number": self.msn}


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


def _request(http: HttpClient, url: str, keys: Keys, account: str) -> Grant:
    answer = http.send(
        "POST",
        f"{url}/accesstoken/get",
        read=own_answers.read,
        headers={"client_id": keys.client_id, "client_secret": keys.client_secret, **keys.headers},
        account=account,
    )
    return read_grant(answer)
