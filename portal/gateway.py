"""Builds the network that an account is at: the only place that knows which provider is which."""

from datetime import datetime, timedelta
from functools import cache, partial
import logging
from typing import Protocol

from django.conf import settings
from django.core.cache import caches

from portal import encryption, metrics, outage
from portal.audit import context
from portal.errors import PortalError
from portal.mobilepay.errors import NetworkError, Rejected
from portal.mobilepay.http.bulkhead import Bulkhead
from portal.mobilepay.http.circuit_breaker import EVERYBODY
from portal.mobilepay.http.client import HttpClient
from portal.mobilepay.http.instrumented import guarded
from portal.mobilepay.http.tokens import TokenSource
from portal.mobilepay.ports import Network, Rules
from portal.mobilepay.posv10 import driver as posv10
from portal.mobilepay.posv10.errors import Code
from portal.mobilepay.posv10.tokens import token_source
from portal.mobilepay.posv10.wire import Wire

logger = logging.getLogger(__name__)

# For examples of what a till reads.
SAMPLE_REFUSAL = Rejected("", refusal=Code.STORE_NOT_ACTIVATED.refusal, code=Code.STORE_NOT_ACTIVATED)
_WAITS = (2, 5, 10, 30, 120, 300, 3600)


class OutcomeUnknown(PortalError):
    """MobilePay was told and has not answered: whether money moved is not known yet. The portal keeps asking."""

    code = "outcome_unknown"
    status = 503
    retry_after = 2


class Unavailable(PortalError):
    """MobilePay does not answer; nothing was begun and nothing was changed."""

    code = "mobilepay_unavailable"
    status = 503
    retry_after = 2

    def __init__(self) -> None:
        super().__init__("MobilePay does not answer right now. Nothing was changed; ask again in a moment.")


class Refused(PortalError):
    """MobilePay said no for a reason that a till cannot mend; no money moved."""

    code = "mobilepay_refused"
    status = 502

    def __init__(self, error: Rejected) -> None:
        code = f" (code {error.code})" if error.code else ""
        super().__init__(
            f"MobilePay refused{code}: it says {error.refusal.meaning}. Nothing was changed and no money moved; "
            "the service desk must look at the registration."
        )


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


def is_shut_out(account: Account) -> bool:
    """Whether what is told to the network now for this account would not even be sent.

    It is taken to be gone, or too many of the account's calls hang there already.
    """
    breaker = _http().breaker
    return any(breaker.shuts_out(whose) for whose in (account.key, EVERYBODY)) or _bulkhead().is_full(account.key)


def answers() -> bool:
    """Whether anybody answers at MobilePay's address; it takes half a second at most."""
    return _http().answers()


def retry_at(*, attempts: int, now: datetime) -> datetime:
    """When to ask MobilePay again about an unknown outcome, after so many tries."""
    return now + timedelta(seconds=_WAITS[min(attempts, len(_WAITS)) - 1])


def facts(error: NetworkError) -> dict[str, str]:
    """What MobilePay's support will ask for, fit for the audit log."""
    return {"mobilepay": str(error), "code": error.code, "correlation_id": error.trace_id}


class _EncryptedCache:
    """Leaves MobilePay's access token for the other processes, encrypted.

    It spares a token request and no more: when the cache fails, each process asks for a token of its own.
    """

    def __init__(self, key: str) -> None:
        self._key = key

    def get(self) -> str | None:
        try:
            ciphertext = caches["default"].get(self._key)
            return encryption.decrypt(ciphertext) if ciphertext else None
        except encryption.InvalidToken:
            return None
        except Exception:
            logger.exception("The cache cannot be read")
            return None

    def set(self, value: str, *, seconds: int) -> None:
        try:
            caches["default"].set(self._key, encryption.encrypt(value), timeout=seconds)
        except Exception:
            logger.exception("The cache cannot be written")


@cache
def _http() -> HttpClient:
    return HttpClient(url=f"{settings.POSV10_API_URL}/pos/v10", tell_outage=outage.tell)


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
        shared=_EncryptedCache(f"mobilepay-token-{client_id}"),
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
        correlation_id=context.request_id,
    )
    return posv10.network(wire)


_NETWORKS = {"posv10": _posv10}
