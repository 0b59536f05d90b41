"""When calls are no longer sent, and when they are again."""

from threading import Event

import pytest

from portal.mobilepay.breaker import FAILURES, LOOK_EVERY, LOOK_LASTS, Breaker
from portal.mobilepay.errors import Unreachable
from portal.mobilepay.transport import HttpClient


class Line:
    """The breaker's surroundings: a clock, whether MobilePay answers a look, and what was told."""

    def __init__(self):
        self.seconds = 100.0
        self.is_up = False
        self.looks = 0
        self.told = []
        self.waiting = []
        self.breaker = Breaker(
            look=self.look,
            tell=lambda *, is_out: self.told.append(is_out),
            now=lambda: self.seconds,
            aside=self.waiting.append,
        )

    def look(self):
        self.looks += 1
        return self.is_up

    def fail(self, times=FAILURES):
        for _ in range(times):
            self.breaker.failed()

    def is_admitted(self):
        try:
            self.breaker.admit()
        except Unreachable:
            return False
        return True

    def admitted(self, calls):
        return [self.is_admitted() for _ in range(calls)]

    def run_looks(self):
        while self.waiting:
            self.waiting.pop()()


@pytest.fixture
def line():
    return Line()


def test_some_failures_are_borne(line):
    line.fail(FAILURES - 1)

    assert line.admitted(3) == [True] * 3
    assert (line.breaker.is_open, line.breaker.is_shut_out, line.told) == (False, False, [])


def test_an_answer_between_them_starts_the_count_anew(line):
    line.fail(FAILURES - 1)
    line.breaker.answered()
    line.fail(FAILURES - 1)

    assert (line.breaker.is_open, line.told) == (False, [])


def test_after_too_many_nothing_is_sent(line):
    line.fail()

    assert line.admitted(3) == [False] * 3
    assert (line.breaker.is_open, line.breaker.is_shut_out, line.told) == (True, True, [True])


def test_a_call_that_comes_later_has_somebody_look_and_does_not_wait_for_it(line):
    line.fail()
    line.seconds += LOOK_EVERY

    assert line.admitted(3) == [False] * 3
    assert (len(line.waiting), line.looks) == (1, 0)


def test_while_nobody_answers_every_look_is_followed_by_another(line):
    line.fail()
    for _ in range(3):
        line.seconds += LOOK_EVERY
        line.is_admitted()
        line.run_looks()
        line.is_admitted()

    assert (line.looks, line.breaker.is_shut_out) == (3, True)


def test_once_somebody_answers_one_call_is_let_through(line):
    line.fail()
    line.is_up = True
    line.seconds += LOOK_EVERY
    line.is_admitted()
    line.run_looks()

    assert line.breaker.is_shut_out is False
    assert line.admitted(3) == [True, False, False]
    assert line.breaker.is_shut_out is True


def test_a_call_let_through_that_fails_is_followed_by_another_look(line):
    line.fail()
    line.is_up = True
    line.seconds += LOOK_EVERY
    line.is_admitted()
    line.run_looks()
    line.is_admitted()
    line.breaker.failed()

    at_once = line.is_admitted()
    line.seconds += LOOK_EVERY
    line.is_admitted()

    assert (at_once, len(line.waiting), line.told) == (False, 1, [True, True])


@pytest.mark.parametrize("is_up", [True, False])
def test_what_never_comes_back_is_followed_by_another_look(line, is_up):
    line.fail()
    line.is_up = is_up
    line.seconds += LOOK_EVERY
    line.is_admitted()
    if is_up:
        line.run_looks()
        line.is_admitted()
    line.waiting.clear()

    line.seconds += LOOK_LASTS - 0.1
    line.is_admitted()
    before = len(line.waiting)
    line.seconds += 0.1
    line.is_admitted()

    assert (before, len(line.waiting)) == (0, 1)


def test_an_answer_lets_everybody_in_again(line):
    line.fail()

    line.breaker.answered()

    assert line.admitted(3) == [True] * 3
    assert line.told == [True, False]


def test_looking_takes_a_thread_of_its_own():
    looked = Event()
    breaker = Breaker(look=lambda: looked.set() or True, tell=lambda **_facts: None, now=lambda: 1000.0)
    for _ in range(FAILURES):
        breaker.failed()
    breaker._look_at = 0.0

    with pytest.raises(Unreachable):
        breaker.admit()

    assert looked.wait(5) is True


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
    client = HttpClient(url=simulator.url, sleep=lambda _seconds: None)
    for _ in range(FAILURES):
        client.breaker.failed()

    with pytest.raises(Unreachable, match=r"^not asked: it has not answered lately$"):
        client.send("GET", f"{simulator.url}/pos/v10/stores", headers={})

    assert simulator.calls.find("GET", "/pos/v10/stores") == []
    client.close()


@pytest.mark.parametrize(
    ("fault", "answers"),
    [
        (None, True),
        ({"kind": "refuse", "status": 404}, True),
        ({"kind": "refuse", "status": 503}, False),
        ({"kind": "fail_before"}, False),
        ({"kind": "cut_before"}, False),
    ],
    ids=str,
)
def test_a_look_sees_whether_anybody_answers_at_all(simulator, fault, answers):
    client = HttpClient(url=f"{simulator.url}/pos/v10")
    if fault:
        simulator.faults.add(method="GET", path="/pos/v10", **fault)

    assert client.answers() is answers
    client.close()


def test_nobody_answers_where_nobody_listens():
    client = HttpClient(url="http://127.0.0.1:9")

    assert client.answers() is False
    client.close()
