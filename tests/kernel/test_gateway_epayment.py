"""Sales units at their network: whose keys speak for them, at which address, and with whose token."""

from dataclasses import replace
import json

from django.core.cache import caches
import pytest

from portal import encryption
from portal.gateway import networks
from portal.mobilepay.errors import Unauthorized
from tests.kernel.test_gateway import Account
from tests.shop import BAGER_UNIT, KINO_UNIT

HOOKS = "/webhooks/v1/webhooks"
TOKEN = "/accesstoken/get"
KINO = Account("1/1", "epayment", "123456", credentials=json.dumps(KINO_UNIT))
BAGER = Account("2/2", "epayment", "654321", credentials=json.dumps(BAGER_UNIT))


def ask(account):
    return networks.network_for(account).webhooks.all()


@pytest.fixture
def fetches(simulator):
    """How many tokens were fetched."""
    return lambda: len(simulator.calls.find("POST", TOKEN))


@pytest.fixture
def partner(settings):
    """The portal has keys of its own, which open the unit of Kino Nord."""
    settings.EPAYMENT_CLIENT_ID, settings.EPAYMENT_CLIENT_SECRET = "kino-client", "kino-secret"
    settings.EPAYMENT_SUBSCRIPTION_KEY = "kino-key"


def test_an_account_speaks_with_its_own_keys(simulator):
    assert ask(KINO) == []

    [call] = simulator.calls.find("GET", HOOKS)
    assert call.headers == {
        "merchant-serial-number": "123456",
        "vipps-system-name": "mobilepay-merchant-portal",
        "vipps-system-version": "1.0.0",
    }


@pytest.mark.usefixtures("partner")
@pytest.mark.parametrize("own", [None, {}, {"clientId": "kino-client"}, {"subscriptionKey": "kino-key"}])
def test_a_partners_keys_stand_in_for_those_that_an_account_has_not(simulator, own):
    assert ask(replace(KINO, credentials=own and json.dumps(own))) == []


@pytest.mark.usefixtures("partner")
def test_an_accounts_own_key_comes_before_a_partners(simulator):
    with pytest.raises(Unauthorized):
        ask(replace(KINO, credentials=json.dumps({"clientSecret": "another"})))


def test_an_account_without_keys_says_nothing_to_anybody(simulator, settings):
    settings.EPAYMENT_CLIENT_SECRET = ""

    with pytest.raises(Unauthorized, match="there are no keys for the sales unit"):
        ask(replace(KINO, credentials=None))

    assert simulator.calls.find() == []


def test_each_account_has_its_own_token_and_fetches_it_once(simulator, fetches):
    for account in (KINO, BAGER, KINO, BAGER):
        ask(account)

    assert fetches() == 2


def test_processes_share_an_accounts_token_and_nobody_can_read_it(simulator, fetches):
    ask(KINO)
    networks._epayment_tokens.cache_clear()
    ask(KINO)

    ciphertext = caches["default"].get(f"mobilepay-token-1/1-{networks._keys(KINO).fingerprint}")
    _, _, token = encryption.decrypt(ciphertext).partition(" ")
    assert fetches() == 1
    assert simulator.epayment.tokens.client(f"Bearer {token}") == "kino-client"
    assert token not in ciphertext


def test_a_token_that_is_not_taken_any_more_is_fetched_anew_once(simulator, fetches):
    ask(KINO)
    simulator.epayment.tokens.expire_all()

    assert (ask(KINO), fetches()) == ([], 2)


def test_one_accounts_wrong_keys_touch_no_other(simulator):
    for _ in range(5):
        with pytest.raises(Unauthorized):
            ask(replace(KINO, credentials=json.dumps({**KINO_UNIT, "clientSecret": "another"})))

    assert ask(BAGER) == []
    assert [networks.is_circuit_open(each) for each in (KINO, BAGER)] == [False, False]


@pytest.mark.parametrize(
    ("account", "name"),
    [
        (KINO, "epayment"),
        (replace(KINO, is_test=True), "epayment-test"),
        (Account("1/1", "posv10", "DK12345678"), "posv10"),
        # There is no other one for tests.
        (Account("1/1", "posv10", "DK12345678", is_test=True), "posv10"),
    ],
)
def test_an_account_is_at_one_address(account, name):
    assert networks.address_of(account) == name


def test_a_test_account_speaks_at_the_test_address(simulator, settings):
    settings.EPAYMENT_TEST_API_URL, settings.EPAYMENT_API_URL = simulator.url, "http://127.0.0.1:9"

    assert ask(replace(KINO, is_test=True)) == []
    assert networks.addresses() == {
        "posv10": f"{simulator.url}/pos/v10",
        "epayment": "http://127.0.0.1:9",
        "epayment-test": simulator.url,
    }


def test_whether_anybody_answers_at_an_address_can_be_asked(simulator, settings):
    settings.EPAYMENT_TEST_API_URL = "http://127.0.0.1:9"

    assert [networks.is_reachable(name) for name in ("epayment", "epayment-test")] == [True, False]


@pytest.mark.parametrize(("usual", "days"), [("posv10", 90), ("epayment", 365)])
def test_how_long_a_payment_is_usually_given_back_is_the_usual_networks(settings, usual, days):
    settings.DEFAULT_PROVIDER = usual

    assert networks.usual_refund_window().days == days
