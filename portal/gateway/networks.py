"""Builds the network that an account is at: the only place that knows which provider is which."""

from functools import cache, partial
from typing import Protocol

from django.conf import settings

from portal.gateway import outage
from portal.gateway.token_cache import EncryptedCache
from portal.mobilepay.http.bulkhead import Bulkhead
from portal.mobilepay.http.circuit_breaker import EVERYBODY
from portal.mobilepay.http.client import HttpClient
from portal.mobilepay.http.instrumented import guarded
from portal.mobilepay.http.tokens import TokenSource
from portal.mobilepay.ports import Network, Rules
from portal.mobilepay.posv10 import driver as posv10
from portal.mobilepay.posv10.tokens import token_source
from portal.mobilepay.posv10.wire import Wire
from portal.observability import metrics, request_context


def rules() -> Rules:
    """The constants of the network in use."""
    return posv10.RULES


class Account(Protocol):
    """As whom we speak to a network: a row of terminals, which is an app further up."""

    @property
    def key(self) -> str: ...

    @property
    def provider(self) -> str: ...

    @property
    def merchant_number(self) -> str: ...


def is_circuit_open(account: Account) -> bool:
    """Whether what is told to the network now for this account would not even be sent.

    It is taken to be gone, or too many of the account's calls hang there already.
    """
    breaker = _http().breaker
    return any(breaker.is_open(whose) for whose in (account.key, EVERYBODY)) or _bulkhead().is_full(account.key)


def is_reachable() -> bool:
    """Whether anybody answers at MobilePay's address; it takes half a second at most."""
    return _http().is_reachable()


@cache
def _http() -> HttpClient:
    return HttpClient(url=f"{settings.POSV10_API_URL}/pos/v10", on_outage=outage.tell)


@cache
def _bulkhead() -> Bulkhead:
    return Bulkhead(places=settings.SLOW_CALLS_PER_MERCHANT)


@cache
def _tokens(url: str, client_id: str, client_secret: str) -> TokenSource:
    return token_source(
        _http(),
        url=url,
        client_id=client_id,
        client_secret=client_secret,
        shared=EncryptedCache(f"mobilepay-token-{client_id}"),
    )


def network_for(account: Account) -> Network:
    """What can be asked of the account's network, by that account; raises KeyError for a network that nobody knows."""
    tell = partial(metrics.mobilepay_called, account.key)
    return guarded(_NETWORKS[account.provider](account), account=account.key, bulkhead=_bulkhead(), tell=tell)


def _posv10(account: Account) -> Network:
    wire = Wire(
        http=_http(),
        tokens=_tokens(settings.POSV10_TOKEN_URL, settings.POSV10_CLIENT_ID, settings.POSV10_CLIENT_SECRET),
        url=settings.POSV10_API_URL,
        client_id=settings.POSV10_CLIENT_ID,
        client_version=settings.POSV10_CLIENT_VERSION,
        account=account.key,
        vat_number=account.merchant_number,
        correlation_id=request_context.request_id,
    )
    return posv10.network(wire)


_NETWORKS = {"posv10": _posv10}
