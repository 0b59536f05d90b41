"""A slow account's calls take a few threads and no more; others never notice."""

from contextlib import ExitStack, suppress
from threading import Barrier, Event, Lock, Thread

import pytest

from portal.mobilepay.errors import Unreachable
from portal.mobilepay.http.bulkhead import SLOW_SECONDS, Bulkhead

KINO, BAGER = "DK12345678", "DK87654321"
A_MOMENT = 0.01


class Traffic:
    """The bulkhead's surroundings: a clock that the test moves, and calls that last until they are told to end."""

    def __init__(self, places):
        self.seconds = 100.0
        self.bulkhead = Bulkhead(places=places, now=lambda: self.seconds)
        self.calls = []

    def begins(self, account=KINO):
        """A call that is under way from now on; ends with `close`."""
        call = ExitStack()
        call.enter_context(self.bulkhead.place(account))
        # Python would end a call that nobody holds on to.
        self.calls.append(call)
        return call

    def lasts(self, seconds, account=KINO):
        """A call of so many seconds, from its beginning to its end."""
        with self.bulkhead.place(account):
            self.seconds += seconds

    def is_admitted(self, account=KINO):
        try:
            self.begins(account).close()
        except Unreachable:
            return False
        return True


@pytest.fixture
def traffic():
    return Traffic(places=2)


def under_way(traffic):
    return {account: len(calls) for account, calls in traffic.bulkhead._under_way.items() if calls}


def test_a_account_that_is_fast_may_have_any_number_of_calls_under_way(traffic):
    for _ in range(50):
        traffic.begins()

    assert (traffic.bulkhead.is_full(KINO), traffic.is_admitted()) == (False, True)


@pytest.mark.parametrize(
    ("seconds", "is_full"), [(SLOW_SECONDS - A_MOMENT, False), (SLOW_SECONDS, False), (SLOW_SECONDS + A_MOMENT, True)]
)
def test_a_account_is_slow_after_a_call_of_over_a_second(traffic, seconds, is_full):
    traffic.lasts(seconds)
    for _ in range(2):
        traffic.begins()

    assert (traffic.bulkhead.is_full(KINO), traffic.is_admitted()) == (is_full, not is_full)


def test_a_account_is_slow_while_a_call_of_over_a_second_is_still_under_way(traffic):
    for _ in range(2):
        traffic.begins()
    before = traffic.bulkhead.is_full(KINO)

    traffic.seconds += SLOW_SECONDS + A_MOMENT

    assert (before, traffic.bulkhead.is_full(KINO), traffic.is_admitted()) == (False, True, False)


def test_the_oldest_call_under_way_decides(traffic):
    traffic.begins()
    traffic.seconds += SLOW_SECONDS + A_MOMENT

    traffic.begins()

    assert (traffic.bulkhead.is_full(KINO), traffic.is_admitted()) == (True, False)


def test_a_slow_account_has_its_places_and_gets_each_back(traffic):
    traffic.lasts(SLOW_SECONDS + A_MOMENT)
    full = [traffic.bulkhead.is_full(KINO)]

    first = traffic.begins()
    full.append(traffic.bulkhead.is_full(KINO))
    traffic.begins()
    full.append(traffic.bulkhead.is_full(KINO))
    traffic.seconds += SLOW_SECONDS + A_MOMENT
    first.close()
    full.append(traffic.bulkhead.is_full(KINO))

    assert full == [False, False, True, False]


def test_more_calls_than_places_may_end_in_their_own_time_and_none_is_begun_meanwhile(traffic):
    calls = [traffic.begins() for _ in range(4)]
    traffic.seconds += SLOW_SECONDS + A_MOMENT

    admitted = []
    for call in calls:
        admitted.append(traffic.is_admitted())
        call.close()

    assert admitted == [False, False, False, True]


def test_other_accounts_are_unaffected(traffic):
    for _ in range(2):
        traffic.begins(KINO)
    traffic.seconds += SLOW_SECONDS + A_MOMENT

    assert (traffic.bulkhead.is_full(KINO), traffic.bulkhead.is_full(BAGER)) == (True, False)
    assert [traffic.is_admitted(BAGER) for _ in range(5)] == [True] * 5


def test_a_fast_answer_makes_a_account_fast_again(traffic):
    traffic.lasts(SLOW_SECONDS + A_MOMENT)

    traffic.lasts(SLOW_SECONDS)
    for _ in range(10):
        traffic.begins()

    assert traffic.bulkhead.is_full(KINO) is False


def test_a_fast_answer_frees_nobody_while_another_call_hangs(traffic):
    traffic.begins()
    traffic.seconds += SLOW_SECONDS + A_MOMENT
    traffic.lasts(A_MOMENT)

    traffic.begins()

    assert traffic.bulkhead.is_full(KINO) is True


def test_a_refused_call_is_not_made_and_leaves_no_trace(traffic):
    for _ in range(2):
        traffic.begins()
    traffic.seconds += SLOW_SECONDS + A_MOMENT
    sent = []

    with (
        pytest.raises(Unreachable, match=r"^not asked: too many slow calls for this account are under way$"),
        traffic.bulkhead.place(KINO),
    ):
        sent.append("a call")

    assert (sent, under_way(traffic), traffic.bulkhead._slow) == ([], {KINO: 2}, set())


@pytest.mark.parametrize(("seconds", "is_slow"), [(A_MOMENT, False), (SLOW_SECONDS + A_MOMENT, True)])
def test_a_call_that_fails_gives_its_place_back_and_counts_by_its_time(traffic, seconds, is_slow):
    for _ in range(5):
        with suppress(KeyError), traffic.bulkhead.place(KINO):
            traffic.seconds += seconds
            raise KeyError("theirs")

    assert (under_way(traffic), KINO in traffic.bulkhead._slow) == ({}, is_slow)


@pytest.mark.parametrize("places", [1, 4])
def test_of_many_threads_only_as_many_as_there_are_places_get_in(places):
    threads_in_all = 32
    traffic = Traffic(places=places)
    traffic.lasts(SLOW_SECONDS + A_MOMENT)
    begin, leave, lock = Barrier(threads_in_all), Event(), Lock()
    outcomes, all_decided = [], Event()

    def decide(outcome):
        with lock:
            outcomes.append(outcome)
            if len(outcomes) == threads_in_all:
                all_decided.set()

    def call():
        begin.wait(timeout=5)
        try:
            with traffic.bulkhead.place(KINO):
                decide("in")
                leave.wait(5)
        except Unreachable:
            decide("refused")

    threads = [Thread(target=call) for _ in range(threads_in_all)]
    for thread in threads:
        thread.start()
    is_decided = all_decided.wait(5)
    leave.set()
    for thread in threads:
        thread.join(5)

    assert is_decided is True
    assert sorted(outcomes) == ["in"] * places + ["refused"] * (threads_in_all - places)
    assert (under_way(traffic), traffic.bulkhead.is_full(KINO)) == ({}, False)
