"""The token service on a bad day, and answers that are no tokens."""

from itertools import count
from threading import Event, Thread, current_thread
from time import thread_time

import pytest

from portal.mobilepay.errors import Rejected, Unauthorized, Unreachable, Unreadable
from portal.mobilepay.http.circuit_breaker import EVERYBODY, FAILURES
from portal.mobilepay.http.client import HttpClient
from tests.mobilepay.clients import TOKEN_PATH, MemoryStore, answer, tokens_from

NOW = 1_700_000_000


def fetches(simulator):
    return len(simulator.calls.find("POST", TOKEN_PATH))


def test_token_in_hand_serves_while_the_store_is_out_of_order(simulator, http):
    class Failing(MemoryStore):
        def get(self):
            if self.text:
                raise ConnectionError("the cache is away")
            return super().get()

    source = tokens_from(simulator.url, http, store=Failing())

    assert source.get() == source.get()
    assert fetches(simulator) == 1


def test_wrong_credentials_are_unauthorized_and_leave_nothing(simulator, http, pauses):
    store = MemoryStore()
    source = tokens_from(simulator.url, http, store=store, client_secret="wrong")

    with pytest.raises(Unauthorized):
        source.get()

    assert (store.text, pauses, fetches(simulator)) == (None, [], 1)


def test_token_service_is_asked_again_when_it_fails(simulator, http, pauses):
    simulator.faults.add("fail_before", "POST", TOKEN_PATH, times=2)

    tokens_from(simulator.url, http).get()

    assert fetches(simulator) == 3
    assert len(pauses) == 2


def test_failed_fetch_can_be_made_up_for_later(simulator, http):
    simulator.faults.add("fail_before", "POST", TOKEN_PATH, times=3)
    source = tokens_from(simulator.url, http)

    with pytest.raises(Unreachable):
        source.get()

    assert source.get() == source.get()
    assert fetches(simulator) == 4


@pytest.fixture
def failing_together(simulator):
    """A source that is asked by a second thread while its first try fails; gives both threads' errors."""
    errors, asked, clock = [], Event(), count(NOW)

    def tick():
        if current_thread() is colleague:
            asked.set()
        return next(clock)

    def ask():
        with pytest.raises(Unreachable) as failure:
            source.get()
        errors.append(failure.value)

    def pause(_seconds):
        if not asked.is_set():
            colleague.start()
            assert asked.wait(5)

    colleague = Thread(target=ask)
    http = HttpClient(sleep=pause)
    source = tokens_from(simulator.url, http, clock=tick)
    simulator.faults.add("fail_before", "POST", TOKEN_PATH, times=3)
    ask()
    colleague.join()
    yield source, errors
    http.close()


def test_who_waited_for_a_fetch_that_failed_fails_with_it(simulator, failing_together):
    _, errors = failing_together

    assert [(str(error), error.code) for error in errors] == [("HTTP 500", "2000")] * 2
    assert fetches(simulator) == 3


def test_threads_that_fail_together_have_errors_of_their_own(failing_together):
    _, [first, second] = failing_together

    # Whoever catches one writes on it whether its own refusal is certain.
    assert first is not second


def test_who_asks_after_a_fetch_that_failed_makes_a_try_of_its_own(simulator, failing_together):
    source, _ = failing_together

    assert simulator.tokens.grant(f"Bearer {source.get()}").client_id == "demo-client"
    assert fetches(simulator) == 4


def test_refusal_of_the_token_service_is_passed_on(simulator, http):
    simulator.faults.add("foreign_before", "POST", TOKEN_PATH, status=400, body='{"error": "invalid_grant"}')

    with pytest.raises(Rejected, match=r"^HTTP 400$"):
        tokens_from(simulator.url, http).get()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        [],
        "token-1",
        None,
        {},
        {"access_token": "token-1"},
        {"expires_in": 3700},
        {"access_token": "token-1", "expires_in": "soon"},
        {"access_token": "token-1", "expires_in": None},
        {"access_token": "token-1", "expires_in": [3700]},
        {"access_token": "token-1", "expires_in": "NaN"},
        {"access_token": None, "expires_in": 3700},
        {"access_token": "", "expires_in": 3700},
        {"access_token": "to\nken", "expires_in": 3700},
        {"access_token": "t€ken", "expires_in": 3700},
    ],
    ids=str,
)
def test_answer_without_a_token_that_can_be_sent_is_unreadable_and_leaves_nothing(script, http, body):
    store = MemoryStore()
    script.will_answer(answer(body))

    with pytest.raises(Unreadable, match=r"^the token service's answer holds no token$"):
        tokens_from(script.url, http, store=store).get()

    assert store.text is None


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404])
def test_answer_of_a_gateway_in_front_of_the_token_service_is_asked_for_again(simulator, http, status):
    simulator.faults.add("foreign_before", "POST", TOKEN_PATH, status=status, times=2)

    tokens_from(simulator.url, http).get()

    assert [call.status for call in simulator.calls.find("POST", TOKEN_PATH)] == [status, status, 200]


def test_gateway_that_refuses_in_front_of_the_token_service_is_no_word_about_our_credentials(simulator, http):
    simulator.faults.add("foreign_before", "POST", TOKEN_PATH, status=401, times=6)
    source = tokens_from(simulator.url, http, clock=lambda: NOW)
    with pytest.raises(Unreadable):
        source.get()

    with pytest.raises(Unreadable):
        source.get()

    assert fetches(simulator) == 6


@pytest.mark.parametrize(
    ("lifetime", "renew_after", "seconds"),
    [(b"86401", 86_340, 86_400), (b"1e9", 86_340, 86_400), (b"1e200000", 86_340, 86_400), (b"-1e200000", 0, 0)],
)
def test_lifetime_without_end_is_a_day_and_costs_no_time(script, http, lifetime, renew_after, seconds):
    store = MemoryStore()
    script.will_answer(answer(b'{"access_token": "token-1", "expires_in": ' + lifetime + b"}"))
    begun = thread_time()

    tokens_from(script.url, http, store=store, clock=lambda: NOW).get()

    assert (store.text, store.seconds) == (f"{NOW + renew_after} token-1", seconds)
    assert thread_time() - begun < 0.1


@pytest.mark.parametrize("lifetime", ["3700", 3700.9])
def test_lifetime_is_understood_as_whole_seconds(script, http, lifetime):
    store = MemoryStore()
    script.will_answer(answer({"access_token": "token-1", "expires_in": lifetime}))

    tokens_from(script.url, http, store=store, clock=lambda: NOW).get()

    assert (store.text, store.seconds) == (f"{NOW + 3640} token-1", 3700)


def test_wrong_credentials_are_not_tried_again_for_a_while(simulator, http):
    moments = [NOW]
    source = tokens_from(simulator.url, http, clock=lambda: moments[-1], client_secret="wrong")

    for _ in range(3):
        with pytest.raises(Unauthorized):
            source.get()
    soon = len(simulator.calls.find("POST", TOKEN_PATH))
    moments.append(NOW + 6)
    with pytest.raises(Unauthorized):
        source.get()

    assert soon == 1
    assert len(simulator.calls.find("POST", TOKEN_PATH)) == 2


def test_credentials_travel_as_utf_8(simulator, http):
    simulator.tokens.clients["demo-client"] = "blåbærgrød"

    tokens_from(simulator.url, http, client_secret="blåbærgrød").get()

    assert [call.status for call in simulator.calls.find("POST", TOKEN_PATH)] == [200]


def test_while_nobody_gives_tokens_nobody_waits_behind_who_asks_for_one(simulator, http):
    source = tokens_from(simulator.url, http)
    for _ in range(FAILURES):
        http.breaker.record_failure(EVERYBODY)

    with source._lock, pytest.raises(Unreachable, match=r"^not asked: nobody gives out access tokens lately$"):
        source.get()

    assert fetches(simulator) == 0


def test_a_token_that_another_process_got_serves_meanwhile(simulator, http):
    store = MemoryStore()
    token = tokens_from(simulator.url, http, store=store).get()
    source = tokens_from(simulator.url, http, store=store)
    for _ in range(FAILURES):
        http.breaker.record_failure(EVERYBODY)

    with source._lock:
        assert source.get() == token
