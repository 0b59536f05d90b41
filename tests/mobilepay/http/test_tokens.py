"""The access token: fetched once, shared, renewed in time."""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.mobilepay.clients import FAR_FUTURE, TOKEN_PATH, MemoryStore, answer, tokens_from

NOW = 1_700_000_000
FRESH = {"access_token": "token-1", "expires_in": 3700, "token_type": "Bearer", "scope": "integrator_scope"}


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def fetches(simulator):
    return len(simulator.calls.find("POST", TOKEN_PATH))


def test_token_is_asked_for_with_our_credentials(script, http):
    script.will_answer(answer(FRESH))

    token = tokens_from(script.url, http).get()

    assert token == "token-1"
    [asked] = script.asked
    assert asked.line == f"POST {TOKEN_PATH}"
    assert asked.body == b"grant_type=client_credentials"
    assert asked.headers["authorization"] == "Basic " + b64encode(b"demo-client:demo-secret").decode()
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.headers["x-ibm-client-id"] == "demo-client"


def test_token_is_fetched_once_and_left_for_the_others(simulator, http, clock):
    store = MemoryStore()
    source = tokens_from(simulator.url, http, store=store, clock=clock)

    first, second = source.get(), source.get()

    assert first == second
    assert fetches(simulator) == 1
    assert store.text == f"{NOW + 3640} {first}"
    assert store.seconds == 3700


def test_sources_with_one_store_use_one_token(simulator, http):
    store = MemoryStore()
    here, there = (tokens_from(simulator.url, http, store=store) for _ in range(2))

    assert here.get() == there.get()
    assert fetches(simulator) == 1


def test_sources_with_stores_of_their_own_have_tokens_of_their_own(simulator, http):
    here, there = (tokens_from(simulator.url, http) for _ in range(2))

    assert here.get() != there.get()
    assert fetches(simulator) == 2


@pytest.mark.parametrize(("lifetime", "usable"), [(3700, 3640), (600, 540), (599, 540), (100, 90), (5, 5)])
def test_token_is_renewed_before_it_expires(simulator, http, clock, lifetime, usable):
    simulator.world.knobs.change({"token_lifetime": lifetime})
    source = tokens_from(simulator.url, http, clock=clock)
    first = source.get()

    clock.now = NOW + usable - 1
    almost_due = source.get()
    clock.now = NOW + usable
    due = source.get()

    assert almost_due == first
    assert due != first
    assert fetches(simulator) == 2


def test_token_without_a_lifetime_serves_one_call(simulator, http, clock):
    simulator.world.knobs.change({"token_lifetime": 0})
    source = tokens_from(simulator.url, http, clock=clock)

    source.get()
    source.get()

    assert fetches(simulator) == 2


def test_shared_token_that_is_due_is_not_used(simulator, http, clock):
    store = MemoryStore(f"{NOW} old")
    source = tokens_from(simulator.url, http, store=store, clock=clock)

    token = source.get()

    assert token != "old"
    assert store.text == f"{NOW + 3640} {token}"


def test_shared_token_is_used_until_it_is_due(simulator, http, clock):
    source = tokens_from(simulator.url, http, store=MemoryStore(f"{NOW + 1} shared"), clock=clock)

    assert source.get() == "shared"
    assert fetches(simulator) == 0


def test_refused_token_is_replaced_for_everybody(simulator, http, clock):
    store = MemoryStore(f"{FAR_FUTURE} refused")
    source = tokens_from(simulator.url, http, store=store, clock=clock)
    source.get()

    token = source.renew("refused")[0]

    assert token != "refused"
    assert source.get() == token
    assert store.text == f"{NOW + 3640} {token}"
    assert fetches(simulator) == 1


def test_refused_token_that_another_process_replaced_is_not_fetched_again(simulator, http):
    store = MemoryStore(f"{FAR_FUTURE} refused")
    source = tokens_from(simulator.url, http, store=store)
    source.get()
    store.text = f"{FAR_FUTURE} replaced"

    token = source.renew("refused")[0]

    assert token == "replaced"
    assert fetches(simulator) == 0


def test_refused_token_that_another_thread_replaced_is_not_fetched_again(simulator, http):
    source = tokens_from(simulator.url, http)
    refused = source.get()

    replaced = source.renew(refused)[0]
    again = source.renew(refused)[0]

    assert replaced == again != refused
    assert fetches(simulator) == 2


@pytest.mark.parametrize("refused", [None, "refused"])
def test_threads_fetch_one_token(simulator, http, refused):
    source = tokens_from(simulator.url, http, store=MemoryStore(refused and f"{FAR_FUTURE} refused"))
    together = Barrier(20)

    def ask(_):
        together.wait()
        return source.renew(refused)[0]

    with ThreadPoolExecutor(20) as threads:
        tokens = set(threads.map(ask, range(20)))

    assert len(tokens) == 1
    assert fetches(simulator) == 1
