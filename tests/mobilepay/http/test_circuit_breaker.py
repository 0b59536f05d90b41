"""When calls are no longer sent, for whom, and when they are again."""

from threading import Event

import pytest

from portal.mobilepay.errors import Unreachable
from portal.mobilepay.http.circuit_breaker import EVERYBODY, FAILURES, PROBE_INTERVAL, PROBE_TIMEOUT, Breaker
from portal.mobilepay.http.client import HttpClient
from tests.mobilepay.clients import looked_up

KINO, BAGER = "DK12345678", "DK87654321"


class Line:
    """The breaker's surroundings: a clock, whether MobilePay answers a look, and what was told."""

    def __init__(self):
        self.seconds = 100.0
        self.is_up = False
        self.looks = 0
        self.told = []
        self.waiting = []
        self.breaker = Breaker(
            probe=self.look,
            on_change=lambda account, *, is_out: self.told.append((account, is_out)),
            now=lambda: self.seconds,
            run_in_background=self.waiting.append,
        )

    def look(self):
        self.looks += 1
        return self.is_up

    def fail(self, account=KINO, times=FAILURES):
        for _ in range(times):
            self.breaker.record_failure(account)

    def is_admitted(self, account=KINO):
        try:
            self.breaker.allow(account)
        except Unreachable:
            return False
        return True

    def admitted(self, calls, account=KINO):
        return [self.is_admitted(account) for _ in range(calls)]

    def state(self, account=KINO):
        return self.breaker.is_tripped(account), self.breaker.is_open(account)

    def run_looks(self):
        """Look once; who got no answer goes on looking."""
        self.waiting[:] = [look for look in self.waiting if not look()]


@pytest.fixture
def line():
    return Line()


def test_some_failures_are_borne(line):
    line.fail(times=FAILURES - 1)

    assert line.admitted(3) == [True] * 3
    assert (line.state(), line.told, line.waiting) == ((False, False), [], [])


def test_an_answer_between_them_starts_the_count_anew(line):
    line.fail(times=FAILURES - 1)
    line.breaker.record_success(KINO)
    line.fail(times=FAILURES - 1)

    assert (line.state(), line.told) == ((False, False), [])


def test_after_too_many_nothing_is_sent_and_somebody_looks_whether_anybody_answers_at_all(line):
    line.fail()

    assert line.admitted(3) == [False] * 3
    assert (line.state(), line.told) == ((True, True), [(KINO, True)])
    assert (len(line.waiting), line.looks) == (1, 0)


def test_when_nobody_answers_at_all_everybody_is_spared_the_wait(line):
    line.fail()
    before = line.state(BAGER)
    line.run_looks()

    assert (before, line.state(BAGER)) == ((False, False), (True, True))
    assert line.admitted(3, BAGER) == [False] * 3
    assert line.told == [(KINO, True), (EVERYBODY, True)]


def test_when_somebody_answers_only_the_account_whose_calls_failed_is_shut_out(line):
    line.is_up = True
    line.fail()
    line.run_looks()

    assert line.admitted(3, BAGER) == [True] * 3
    assert line.admitted(3) == [True, False, False]
    assert (line.state(BAGER), line.state(), line.told) == ((False, False), (True, True), [(KINO, True)])


def test_another_accounts_answers_do_not_open_the_line_for_the_one_whose_calls_fail(line):
    line.is_up = True
    for _ in range(FAILURES):
        line.breaker.record_failure(KINO)
        line.breaker.record_success(BAGER)

    assert line.state() == (True, True)


def test_while_nobody_answers_who_looks_goes_on_whether_anybody_calls_or_not(line):
    line.fail()
    for _ in range(3):
        line.run_looks()
        line.seconds += PROBE_INTERVAL
    gone = line.state()
    line.is_up = True
    line.run_looks()

    assert (gone, line.looks, line.waiting, line.is_admitted(BAGER)) == ((True, True), 4, [], True)
    assert line.told == [(KINO, True), *[(EVERYBODY, True)] * 3, (EVERYBODY, False)]


def test_while_somebody_looks_no_call_has_another_look_too(line):
    line.fail()
    line.run_looks()
    line.seconds += PROBE_TIMEOUT - 0.1
    calls = line.admitted(3)
    before = len(line.waiting)

    line.seconds += 0.1
    line.is_admitted()

    assert (calls, before, len(line.waiting)) == ([False] * 3, 1, 2)


def test_who_only_asks_whether_it_is_shut_out_has_somebody_look_too(line):
    line.is_up = True
    line.fail()
    line.run_looks()
    line.is_admitted()
    line.seconds += PROBE_INTERVAL

    later = [line.breaker.is_open(KINO) for _ in range(3)]

    assert (later, len(line.waiting)) == ([True] * 3, 1)


def test_once_somebody_answers_one_call_of_who_failed_is_let_through_and_all_others_are(line):
    line.fail()
    line.run_looks()
    line.is_up = True
    line.run_looks()

    assert line.admitted(3, BAGER) == [True] * 3
    assert line.admitted(3) == [True, False, False]
    assert line.told == [(KINO, True), (EVERYBODY, True), (EVERYBODY, False)]


def test_a_call_let_through_that_fails_is_followed_by_another_look(line):
    line.is_up = True
    line.fail()
    line.run_looks()
    line.is_admitted()
    line.breaker.record_failure(KINO)

    at_once = line.is_admitted()
    line.seconds += PROBE_INTERVAL
    line.is_admitted()
    line.run_looks()

    assert (at_once, line.is_admitted(), line.told) == (False, True, [(KINO, True)] * 2)


def test_a_call_let_through_is_the_only_one_until_it_has_had_its_time(line):
    line.is_up = True
    line.fail()
    line.run_looks()
    tried = [line.is_admitted()]
    for wait in (PROBE_INTERVAL, PROBE_TIMEOUT - PROBE_INTERVAL - 0.1, 1.1):
        line.seconds += wait
        line.is_admitted()
        line.run_looks()
        tried.append(line.is_admitted())

    assert tried == [True, False, False, True]


def test_a_look_that_never_comes_back_is_followed_by_another(line):
    line.fail()
    line.waiting.clear()

    line.seconds += PROBE_TIMEOUT - 0.1
    line.is_admitted()
    before = len(line.waiting)
    line.seconds += 0.1
    line.is_admitted()

    assert (before, len(line.waiting)) == (0, 1)


def test_an_answer_lets_the_account_in_again(line):
    line.fail()

    line.breaker.record_success(KINO)

    assert line.admitted(3) == [True] * 3
    assert line.told == [(KINO, True), (KINO, False)]


def test_an_answer_to_anybody_ends_an_outage_for_everybody(line):
    line.fail()
    line.run_looks()

    line.breaker.record_success(BAGER)

    assert line.admitted(3, BAGER) == [True] * 3
    assert line.told == [(KINO, True), (EVERYBODY, True), (EVERYBODY, False)]


def test_looking_takes_a_thread_of_its_own():
    looked = Event()
    breaker = Breaker(probe=lambda: looked.set() or True, on_change=lambda _account, **_facts: None)

    for _ in range(FAILURES):
        breaker.record_failure(KINO)

    assert looked.wait(5) is True


def test_a_thread_that_looks_tries_again_until_there_is_an_answer_and_ends_with_its_breaker():
    answers, told, back = [False, True], [], Event()

    def tell(account, *, is_out):
        told.append((account, is_out))
        if not is_out:
            back.set()

    breaker = Breaker(probe=lambda: answers.pop(0), on_change=tell)
    for _ in range(FAILURES):
        breaker.record_failure(KINO)

    assert back.wait(5) is True
    assert told == [(KINO, True), (EVERYBODY, True), (EVERYBODY, False)]


def test_a_breaker_that_is_closed_looks_no_more_and_tells_nothing(line):
    line.fail()
    line.breaker.close()

    line.run_looks()

    assert (line.waiting, line.told) == ([], [(KINO, True)])


@pytest.mark.parametrize(
    ("faults", "is_open"),
    [
        ([{"kind": "cut_before", "times": 3 * FAILURES}], True),
        ([{"kind": "fail_before", "times": 3 * FAILURES}], True),
        ([{"kind": "foreign_before", "status": 403, "times": 3 * FAILURES}], True),
        ([{"kind": "refuse", "status": 429, "times": FAILURES}], False),
        ([{"kind": "refuse", "status": 403, "code": "1403", "times": FAILURES}], False),
    ],
)
def test_only_silence_and_failures_of_theirs_count(simulator, faults, is_open):
    client = HttpClient(sleep=lambda _seconds: None)
    for fault in faults:
        simulator.faults.add(method=None, path=".*", **fault)

    for _ in range(FAILURES):
        with pytest.raises(Exception, match=r"HTTP|no answer"):
            client.send("GET", f"{simulator.url}/pos/v10/stores", read=looked_up, headers={})

    assert client.breaker.is_tripped(EVERYBODY) is is_open
    client.close()


def test_a_call_that_is_not_sent_says_so(simulator):
    client = HttpClient(url=simulator.url, sleep=lambda _seconds: None)
    for _ in range(FAILURES):
        client.breaker.record_failure(KINO)

    with pytest.raises(Unreachable, match=r"^not asked: it has not answered lately$"):
        client.send("GET", f"{simulator.url}/pos/v10/stores", read=looked_up, headers={}, account=KINO)

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

    assert client.is_reachable() is answers
    client.close()


def test_nobody_answers_where_nobody_listens():
    client = HttpClient(url="http://127.0.0.1:9")

    assert client.is_reachable() is False
    client.close()
