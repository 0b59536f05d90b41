"""A guarded network does what the network does, holds a place meanwhile, and tells of every call."""

import pytest

from portal.mobilepay.errors import Busy, NetworkError, Rejected, Unauthorized, Unreachable
from portal.mobilepay.http.bulkhead import SLOW_SECONDS, Bulkhead
from portal.mobilepay.http.instrumented import guarded
from portal.mobilepay.ports import Network
from portal.mobilepay.posv10.driver import RULES

KINO = "DK12345678"


class FarSide:
    """Stands at the far end of the line, as any driver may: notes what it is asked, and answers as it is told."""

    def __init__(self, bulkhead):
        self.bulkhead = bulkhead
        self.asked = []
        self.error = None
        self.under_way = []

    def capture(self, *args, **facts):
        self.asked.append((args, facts))
        self.under_way.append(len(self.bulkhead._under_way[KINO]))
        if self.error:
            raise self.error
        return "an answer"


class Line:
    def __init__(self):
        self.seconds = 100.0
        self.told = []
        self.bulkhead = Bulkhead(places=1, now=lambda: self.seconds)
        self.far_side = FarSide(self.bulkhead)
        network = Network(RULES, payments=self.far_side, refunds=None, registry=None)
        self.network = guarded(network, account=KINO, bulkhead=self.bulkhead, tell=self.tell)

    def tell(self, *heard):
        self.told.append(heard)

    def outcomes(self):
        return [(name, outcome) for name, outcome, _ in self.told]


@pytest.fixture
def line():
    return Line()


def test_a_call_goes_through_with_all_that_was_said_and_its_answer_comes_back(line):
    answer = line.network.payments.capture("payment-1", key="key-1")

    assert answer == "an answer"
    assert line.far_side.asked == [(("payment-1",), {"key": "key-1"})]


def test_a_call_holds_a_place_while_it_is_under_way_and_no_longer(line):
    line.network.payments.capture("payment-1")

    assert (line.far_side.under_way, line.bulkhead._under_way[KINO]) == ([1], [])


def test_an_answer_is_told_with_its_name_and_its_seconds(line):
    line.network.payments.capture("payment-1")

    [(name, outcome, seconds)] = line.told
    assert (name, outcome) == ("payments.capture", "ok")
    assert 0 < seconds < 5


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (Unreachable, "unreachable"),
        (Busy, "busy"),
        (Rejected, "other"),
        (Unauthorized, "not_allowed"),
        (NetworkError, "networkerror"),
    ],
)
def test_an_error_is_told_by_its_kind_and_passed_on(line, kind, outcome):
    line.far_side.error = kind("HTTP 500")

    with pytest.raises(kind) as caught:
        line.network.payments.capture("payment-1")

    assert caught.value is line.far_side.error
    assert line.outcomes() == [("payments.capture", outcome)]
    assert line.bulkhead._under_way[KINO] == []


def test_a_fault_of_our_own_is_not_told_as_a_success(line):
    line.far_side.error = ZeroDivisionError("ours")

    with pytest.raises(ZeroDivisionError, match="ours"):
        line.network.payments.capture("payment-1")

    assert line.outcomes() == [("payments.capture", "zerodivisionerror")]
    assert line.bulkhead._under_way[KINO] == []


def test_a_refused_call_is_not_sent_and_is_told(line):
    with line.bulkhead.place(KINO):
        line.seconds += SLOW_SECONDS + 0.01

        with pytest.raises(Unreachable, match=r"^not asked: "):
            line.network.payments.capture("payment-1")

    assert (line.far_side.asked, line.outcomes()) == ([], [("payments.capture", "unreachable")])
