"""When calls are no longer sent, and when they are again."""

import pytest

from portal.mobilepay.breaker import FAILURES, PROBE_EVERY, PROBE_LASTS, Breaker
from portal.mobilepay.errors import Unreachable
from portal.mobilepay.transport import HttpClient


class Clock:
    def __init__(self):
        self.seconds = 100.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def told():
    return []


@pytest.fixture
def breaker(clock, told):
    return Breaker(now=clock, tell=lambda *, is_out: told.append(is_out))


def fail(breaker, times=FAILURES):
    for _ in range(times):
        breaker.failed()


def is_admitted(breaker):
    try:
        breaker.admit()
    except Unreachable:
        return False
    return True


def test_some_failures_are_borne(breaker, told):
    fail(breaker, FAILURES - 1)

    assert [is_admitted(breaker) for _ in range(3)] == [True] * 3
    assert (breaker.is_open, breaker.is_shut_out, told) == (False, False, [])


def test_an_answer_between_them_starts_the_count_anew(breaker, told):
    fail(breaker, FAILURES - 1)
    breaker.answered()
    fail(breaker, FAILURES - 1)

    assert (breaker.is_open, told) == (False, [])


def test_after_too_many_nothing_is_sent(breaker, told):
    fail(breaker)

    assert [is_admitted(breaker) for _ in range(3)] == [False] * 3
    assert (breaker.is_open, breaker.is_shut_out, told) == (True, True, [True])


def test_one_call_is_let_through_now_and_then(breaker, clock):
    fail(breaker)
    clock.seconds += PROBE_EVERY

    assert breaker.is_shut_out is False
    assert [is_admitted(breaker) for _ in range(3)] == [True, False, False]


def test_a_probe_that_fails_is_followed_by_another(breaker, clock, told):
    fail(breaker)
    clock.seconds += PROBE_EVERY
    breaker.admit()
    breaker.failed()

    at_once = is_admitted(breaker)
    clock.seconds += PROBE_EVERY

    assert (at_once, is_admitted(breaker), told) == (False, True, [True, True])


def test_a_probe_that_never_comes_back_is_followed_by_another(breaker, clock):
    fail(breaker)
    clock.seconds += PROBE_EVERY
    breaker.admit()

    clock.seconds += PROBE_LASTS - 0.1
    before = is_admitted(breaker)
    clock.seconds += 0.1

    assert (before, is_admitted(breaker)) == (False, True)


def test_an_answer_lets_everybody_in_again(breaker, told):
    fail(breaker)

    breaker.answered()

    assert [is_admitted(breaker) for _ in range(3)] == [True] * 3
    assert told == [True, False]


def test_nobody_need_be_told():
    breaker = Breaker()
    fail(breaker)

    assert is_admitted(breaker) is False
    breaker.answered()
    assert is_admitted(breaker) is True


@pytest.mark.parametrize(
    ("faults", "is_open"),
    [
        ([{"kind": "cut_before", "times": 3 * FAILURES}], True),
        ([{"kind": "fail_before", "times": 3 * FAILURES}], True),
        ([{"kind": "refuse", "status": 429, "times": FAILURES}], False),
        ([{"kind": "refuse", "status": 403, "times": FAILURES}], False),
    ],
)
def test_only_silence_and_failures_of_theirs_count(simulator, faults, is_open):
    client = HttpClient(sleep=lambda _seconds: None)
    for fault in faults:
        simulator.faults.add(method=None, path=".*", **fault)

    for _ in range(FAILURES):
        with pytest.raises(Exception, match=r"HTTP|no answer"):
            client.send("GET", f"{simulator.url}/pos/v10/stores", headers={})

    assert client.breaker.is_open is is_open
    client.close()


def test_a_call_that_is_not_sent_says_so(simulator):
    client = HttpClient(sleep=lambda _seconds: None)
    fail(client.breaker)

    with pytest.raises(Unreachable, match=r"^not asked: it has not answered lately$"):
        client.send("GET", f"{simulator.url}/pos/v10/stores", headers={})

    assert simulator.calls.find("GET", "/pos/v10/stores") == []
    client.close()
