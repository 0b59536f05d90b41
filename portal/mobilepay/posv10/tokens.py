"""Asks for an access token as an integrator (docs/protocol/posv10.md, Authentication)."""

from base64 import b64encode
from collections.abc import Callable
from functools import partial
import time

from portal.mobilepay.http.circuit_breaker import EVERYBODY
from portal.mobilepay.http.client import HttpClient
from portal.mobilepay.http.tokens import Grant, SharedStore, TokenSource, read_grant
from portal.mobilepay.posv10 import own_answers


def token_source(
    http: HttpClient,
    *,
    url: str,
    client_id: str,
    client_secret: str,
    shared: SharedStore,
    clock: Callable[[], float] = time.time,
) -> TokenSource:
    """The access token of an integrator; `url` is the token service's."""
    return TokenSource(
        request=partial(_request, http, url, client_id, client_secret),
        is_circuit_open=partial(http.breaker.is_open, EVERYBODY),
        shared=shared,
        clock=clock,
    )


def _request(http: HttpClient, url: str, client_id: str, client_secret: str) -> Grant:
    answer = http.send(
        "POST",
        url,
        read=own_answers.read_token,
        form={"grant_type": "client_credentials"},
        headers={"Authorization": _basic(client_id, client_secret), "x-ibm-client-id": client_id},
    )
    return read_grant(answer)


def _basic(user: str, password: str) -> str:
    # As UTF-8 (RFC 7617); requests alone would send Latin-1.
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"
