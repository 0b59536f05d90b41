"""The gateway of a merchant, as settings have it; and what a till is told when MobilePay is in the way."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import caches
from django.test import override_settings
import pytest

from portal import encryption
from portal.errors import PortalError
from portal.gateway import networks, schedule
from portal.gateway.errors import OutcomeUnknown, Refused, Unavailable
from portal.mobilepay.errors import Rejected, Unreachable
from portal.mobilepay.posv10.errors import Code
from portal.observability import request_context
from portal.observability.request_context import RequestContext
from tests.shop import BAGER, KINO

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CACHE_KEY = "mobilepay-token-demo-client"
TOKEN_PATH = "/integrator-authentication/connect/token"


@dataclass(frozen=True)
class Account:
    """What the gateway needs to know of an account; its row is an app further up."""

    key: str
    provider: str
    merchant_number: str
    is_test: bool = False
    credentials: str | None = None
    captures_parts: bool | None = None


def account_of(shop):
    return Account(f"1/{shop['bioCode']}", "posv10", shop["vatNumber"])


@pytest.fixture
def stores(simulator):
    """Asks for the stores of Kino Nord, as any process of the portal would."""
    return lambda: networks.network_for(account_of(KINO)).stores.all()  # noqa: PLW0108 - anew each time


@pytest.fixture
def fetches(simulator):
    """How many tokens were fetched."""
    return lambda: len(simulator.calls.find("POST", TOKEN_PATH))


def become_another_process():
    networks._posv10_tokens.cache_clear()


def token_of_this_process():
    return networks._posv10_tokens(
        settings.POSV10_TOKEN_URL, settings.POSV10_CLIENT_ID, settings.POSV10_CLIENT_SECRET
    ).get()


def test_gateway_speaks_as_the_settings_say(simulator, settings, stores):
    settings.POSV10_CLIENT_VERSION = "3.2.1"

    [store] = stores()

    assert store.store_id == KINO["stores"][0]["storeId"]
    [call] = simulator.calls.find("GET", "/pos/v10/stores/detailed")
    assert call.headers == {
        "x-ibm-client-id": "demo-client",
        "x-mobilepay-client-system-version": "3.2.1",
        "x-mobilepay-merchant-vat-number": "DK12345678",
    }


def test_a_network_that_nobody_knows_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        networks.network_for(Account("1/1", "posv9", "DK12345678"))


def test_request_id_is_the_correlation_id(simulator, stores):
    token = request_context.enter(RequestContext("request-7", "127.0.0.1"))

    stores()
    request_context.leave(token)

    [call] = simulator.calls.find("GET", "/pos/v10/stores/detailed")
    assert call.correlation_id == "request-7"


def test_every_merchant_has_its_own_gateway_and_all_share_one_token(stores, fetches):
    bakery = networks.network_for(account_of(BAGER))

    [kino_store], [bakery_store] = stores(), bakery.stores.all()

    assert (kino_store.name, bakery_store.name) == ("Kino Nord Aarhus", "Bageriet Syd Kolding")
    assert fetches() == 1


def test_processes_share_the_token_and_nobody_can_read_it(simulator, stores, fetches):
    stores()
    become_another_process()
    stores()

    assert fetches() == 1
    ciphertext = caches["default"].get(CACHE_KEY)
    renew_at, _, token = encryption.decrypt(ciphertext).partition(" ")
    assert int(renew_at) > datetime.now(tz=UTC).timestamp()
    assert simulator.tokens.grant(f"Bearer {token}").client_id == "demo-client"
    assert token not in ciphertext


def test_shared_token_that_no_key_reads_any_more_is_fetched_anew(settings, stores, fetches):
    stores()
    become_another_process()
    settings.ENCRYPTION_KEYS = ["another-key"]

    stores()

    assert fetches() == 2


BROKEN_CACHES = pytest.mark.parametrize(
    "cache",
    [
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"},
        {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": "/dev/null/cache"},
    ],
    ids=["redis", "files"],
)


@BROKEN_CACHES
def test_cache_that_fails_costs_each_process_a_token_request_and_tells_no_secret(cache, stores, fetches, caplog):
    with override_settings(CACHES={"default": cache}):
        first = [stores(), stores()]
        tokens = [token_of_this_process()]
        become_another_process()
        second = [stores(), stores()]
        tokens.append(token_of_this_process())

    assert first == second
    assert fetches() == 2
    assert [record.message for record in caplog.records] == [
        "The cache cannot be read",
        "The cache cannot be written",
    ] * 2
    assert [secret for secret in [*tokens, settings.POSV10_CLIENT_SECRET] if secret in caplog.text] == []


@BROKEN_CACHES
def test_sale_goes_on_while_the_cache_fails(cache, till, fetches):
    become_another_process()
    fetched = fetches()

    with override_settings(CACHES={"default": cache}):
        started = till.start()

    assert (started.status, till.status(started["paymentId"])) == (200, "Initiated")
    assert fetches() == fetched + 1


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 2), (2, 5), (3, 10), (4, 30), (5, 120), (6, 300), (7, 3600), (8, 3600), (1000, 3600)],
)
def test_unknown_outcome_is_asked_for_less_and_less_often(attempts, seconds):
    assert schedule.retry_at(attempts=attempts, now=NOW) == NOW + timedelta(seconds=seconds)


def test_facts_are_what_mobilepays_support_will_ask_for():
    error = Unreachable("HTTP 500", code="2000", trace_id="abc")

    assert error.details == {"mobilepay": "HTTP 500", "code": "2000", "correlation_id": "abc"}


@pytest.mark.parametrize(
    ("error", "saying"),
    [
        (
            Rejected("HTTP 403", refusal=Code.FOREIGN_POS.refusal, code=Code.FOREIGN_POS),
            "MobilePay refused (code 1400): it says the point of sale was created by another integrator.",
        ),
        (Rejected("HTTP 403"), "MobilePay refused: it says nothing that the portal understands."),
    ],
)
def test_refusal_says_what_mobilepay_said_and_that_no_money_moved(error, saying):
    message = f"{saying} Nothing was changed and no money moved; the service desk must look at the registration."

    refusal = Refused(error)

    assert (str(refusal), refusal.message) == (message, message)
    assert (refusal.code, refusal.status, refusal.retry_after) == ("mobilepay_refused", 502, None)


def test_silence_says_that_nothing_was_changed_and_when_to_ask_again():
    refusal = Unavailable()

    assert refusal.message == "MobilePay does not answer right now. Nothing was changed; ask again in a moment."
    assert (refusal.code, refusal.status, refusal.retry_after) == ("mobilepay_unavailable", 503, 2)


def test_unknown_outcome_is_a_refusal_of_the_portal_that_asks_to_come_back():
    refusal = OutcomeUnknown("It is not known whether money moved.")

    assert isinstance(refusal, PortalError)
    assert refusal.message == "It is not known whether money moved."
    assert (refusal.code, refusal.status, refusal.retry_after) == ("outcome_unknown", 503, 2)
