"""Builds the network that an account is at: the only place that knows which provider is which."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache, partial
import json
from typing import Any, Protocol

from django.conf import settings

from portal.gateway import outage
from portal.gateway.token_cache import EncryptedCache
from portal.mobilepay.epayment import driver as epayment
from portal.mobilepay.epayment import tokens as epayment_tokens
from portal.mobilepay.epayment import wire as epayment_wire
from portal.mobilepay.http.bulkhead import Bulkhead
from portal.mobilepay.http.circuit_breaker import EVERYBODY
from portal.mobilepay.http.client import HttpClient
from portal.mobilepay.http.instrumented import guarded
from portal.mobilepay.http.tokens import TokenSource
from portal.mobilepay.ports import Network, Rules
from portal.mobilepay.posv10 import driver as posv10
from portal.mobilepay.posv10 import tokens as posv10_tokens
from portal.mobilepay.posv10 import wire as posv10_wire
from portal.observability import metrics, request_context

POSV10, EPAYMENT, EPAYMENT_TEST = "posv10", "epayment", "epayment-test"
# ePayment counts how often it is told something about a payment, five times a minute; and it is over the internet.
_EPAYMENT = {"write_retries": 1, "read_timeout": 1.0}


class Account(Protocol):
    """As whom we speak to a network: a row of terminals, which is an app further up."""

    @property
    def key(self) -> str: ...

    @property
    def provider(self) -> str: ...

    @property
    def merchant_number(self) -> str: ...

    @property
    def is_test(self) -> bool: ...

    @property
    def credentials(self) -> str | None: ...

    @property
    def captures_parts(self) -> bool | None: ...


def address_of(account: Account) -> str:
    """Which of the networks' addresses the account is at; outages are told by these names."""
    return address(account.provider, is_test=account.is_test)


def address(provider: str, *, is_test: bool) -> str:
    """The same, for accounts of that kind."""
    return EPAYMENT_TEST if provider == EPAYMENT and is_test else provider


def addresses() -> dict[str, str]:
    """Every network's address, by name: what is asked whether anybody answers there."""
    return {
        POSV10: f"{settings.POSV10_API_URL}/pos/v10",
        EPAYMENT: settings.EPAYMENT_API_URL,
        EPAYMENT_TEST: settings.EPAYMENT_TEST_API_URL,
    }


def rules(account: Account) -> Rules:
    """The constants of the account's network."""
    return _NETWORKS[account.provider](account).rules


def usual_refund_window() -> timedelta:
    """How long the network of new stores gives a payment back."""
    return _RULES[settings.DEFAULT_PROVIDER].refund_window


def is_circuit_open(account: Account) -> bool:
    """Whether what is told to the network now for this account would not even be sent.

    It is taken to be gone, or too many of the account's calls hang there already.
    """
    breaker = _http(address_of(account)).breaker
    return any(breaker.is_open(whose) for whose in (account.key, EVERYBODY)) or _bulkhead().is_full(account.key)


def is_reachable(name: str) -> bool:
    """Whether anybody answers at a network's address; it takes half a second at most."""
    return _http(name).is_reachable()


def network_for(account: Account) -> Network:
    """What can be asked of the account's network, by that account; raises KeyError for a network that nobody knows."""
    tell = partial(metrics.mobilepay_called, account.key)
    return guarded(_NETWORKS[account.provider](account), account=account.key, bulkhead=_bulkhead(), tell=tell)


@cache
def _http(name: str) -> HttpClient:
    ways: Any = {} if name == POSV10 else _EPAYMENT
    return HttpClient(url=addresses()[name], on_outage=partial(outage.tell, network=name), **ways)


@cache
def _bulkhead() -> Bulkhead:
    return Bulkhead(places=settings.SLOW_CALLS_PER_MERCHANT)


@cache
def _posv10_tokens(url: str, client_id: str, client_secret: str) -> TokenSource:
    return posv10_tokens.token_source(
        _http(POSV10),
        url=url,
        client_id=client_id,
        client_secret=client_secret,
        shared=EncryptedCache(f"mobilepay-token-{client_id}"),
    )


@cache
def _epayment_tokens(name: str, keys: epayment_tokens.Keys, account: str) -> TokenSource:
    return epayment_tokens.token_source(
        _http(name),
        url=addresses()[name],
        keys=keys,
        account=account,
        # By the keys too: a token that others have given is not told.
        shared=EncryptedCache(f"mobilepay-token-{account}-{keys.fingerprint}"),
    )


def _posv10(account: Account) -> Network:
    wire = posv10_wire.Wire(
        http=_http(POSV10),
        tokens=_posv10_tokens(settings.POSV10_TOKEN_URL, settings.POSV10_CLIENT_ID, settings.POSV10_CLIENT_SECRET),
        url=settings.POSV10_API_URL,
        client_id=settings.POSV10_CLIENT_ID,
        client_version=settings.POSV10_CLIENT_VERSION,
        account=account.key,
        vat_number=account.merchant_number,
        correlation_id=request_context.request_id,
    )
    return posv10.network(wire)


def _epayment(account: Account) -> Network:
    name, keys = address_of(account), _keys(account)
    wire = epayment_wire.Wire(
        http=_http(name),
        tokens=_epayment_tokens(name, keys, account.key),
        url=addresses()[name],
        keys=keys,
        account=account.key,
    )
    return epayment.network(wire, msn=account.merchant_number, captures_parts=bool(account.captures_parts))


def _keys(account: Account) -> epayment_tokens.Keys:
    """The account's own keys, or the portal's as a partner."""
    own = json.loads(account.credentials) if account.credentials else {}
    return epayment_tokens.Keys(
        client_id=own.get("clientId") or settings.EPAYMENT_CLIENT_ID,
        client_secret=own.get("clientSecret") or settings.EPAYMENT_CLIENT_SECRET,
        subscription_key=own.get("subscriptionKey") or settings.EPAYMENT_SUBSCRIPTION_KEY,
        msn=account.merchant_number,
    )


_NETWORKS: dict[str, Callable[[Account], Network]] = {POSV10: _posv10, EPAYMENT: _epayment}
_RULES = {POSV10: posv10.RULES, EPAYMENT: epayment.RULES}
