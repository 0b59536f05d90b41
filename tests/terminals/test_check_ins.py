"""Who is checked in at a point of sale."""

from datetime import timedelta
import json

import pytest

from portal import clock
from portal.gateway.errors import Unavailable
from terminals.models import PointOfSale
from terminals.services import check_ins
from tests.shop import Customer
from tests.tillapi.raw_calls import call, refusal, rows

UPSTREAM = "/pos/v10/pointofsales/[^/]+/checkin"
NOBODY = {
    "isUserCheckedIn": "false",
    "pollDelayInMs": "0",
    "loyaltyIds": None,
    "customerToken": None,
    "customerReceiptToken": None,
}


def _ask(till):
    query = f"terminalId={till.terminal_id}"
    return call("GET", "manage/checkInStatus/byterminalId", token=till.token, query=query)


@pytest.fixture
def frozen(later, time_machine):
    """Time stands still between two jumps."""
    time_machine.move_to(clock.now(), tick=False)
    return later


@pytest.fixture
def unhurried(simulator):
    """MobilePay wants a second between two questions."""
    simulator.world.knobs.change({"check_in_poll_delay_in_ms": 1000})


def test_nobody_is_there_then_somebody_is(till, pos, customer):
    nobody = _ask(till)
    customer.checks_in()
    by_terminal = _ask(till)
    by_pos = call("GET", "manage/checkInStatus/byposId", token=till.token, query=f"posId={pos.pos_id}")

    somebody = by_terminal.json["checkInStatus"]
    assert nobody.json == {"checkInStatus": NOBODY, "success": True, "errors": [], "errorCodes": []}
    assert list(somebody) == list(NOBODY)
    assert (somebody["isUserCheckedIn"], somebody["loyaltyIds"], somebody["customerReceiptToken"]) == ("true", [], "")
    assert len(somebody["customerToken"]) == 40
    assert by_pos.json == by_terminal.json


def test_a_member_with_receipts_is_recognised_again_from_our_record(till, pos, simulator, unhurried):
    Customer(simulator.url, pos.beacon_id, "+4520031804").checks_in()

    asked, kept = _ask(till), _ask(till)

    assert asked.json["checkInStatus"]["loyaltyIds"] == ["123456"]
    assert kept.content == asked.content
    assert len(simulator.calls.find("GET", UPSTREAM)) == 1


def test_any_number_of_askers_make_one_question_while_the_answer_is_fresh(till, simulator, unhurried, time_machine):
    start = clock.now()
    time_machine.move_to(start, tick=False)
    asked = []
    for milliseconds in (0, 500, 999, 1000, 1001):
        time_machine.move_to(start + timedelta(milliseconds=milliseconds), tick=False)
        _ask(till)
        asked.append(len(simulator.calls.find("GET", UPSTREAM)))

    assert asked == [1, 1, 1, 2, 2]


def test_while_one_asks_the_others_get_the_record(pos, till, simulator, unhurried, time_machine):
    _ask(till)
    time_machine.move_to(clock.now() + timedelta(minutes=1))
    later = clock.now()
    asker, other = PointOfSale.objects.get(), PointOfSale.objects.get()
    check_ins.look_up(pos=asker, now=later)

    answer = check_ins.look_up(pos=other, now=later)

    assert answer.is_user_checked_in is False
    assert len(simulator.calls.find("GET", UPSTREAM)) == 2


def test_what_is_kept_about_a_customer_is_encrypted(till, customer):
    customer.checks_in()

    token = _ask(till).json["checkInStatus"]["customerToken"]

    assert token in PointOfSale.objects.get().check_in
    assert token not in repr(rows())


@pytest.mark.parametrize(
    ("status", "expected", "code", "sentence"),
    [
        (
            429,
            503,
            "mobilepay_unavailable",
            "MobilePay does not answer right now. Nothing was changed; ask again in a moment.",
        ),
        (
            403,
            502,
            "mobilepay_refused",
            (
                "MobilePay refused (code 1400): it says the point of sale was created by another integrator. "
                "Nothing was changed and no money moved; the service desk must look at the registration."
            ),
        ),
    ],
)
def test_trouble_with_mobilepay_is_told_and_leaves_nothing_behind(status, expected, code, sentence, till, simulator):
    simulator.faults.add("refuse", "GET", UPSTREAM, status=status, code="1400")
    stored = rows()

    reply = _ask(till)

    assert (reply.status, reply.json) == (expected, refusal(own=["checkInStatus"], code=code, sentence=sentence))
    assert reply.headers.get("Retry-After") == ("2" if expected == 503 else None)
    assert rows() == stored


def test_an_old_record_bridges_no_outage_and_the_next_one_asks_again(till, simulator, customer, frozen):
    customer.checks_in()
    _ask(till)
    frozen(minutes=1)
    simulator.faults.add("refuse", "GET", UPSTREAM, status=429, times=2)

    refused = [_ask(till), _ask(till)]
    answered = _ask(till)

    assert [(each.status, each.codes) for each in refused] == [(503, ["mobilepay_unavailable"])] * 2
    assert answered.json["checkInStatus"]["isUserCheckedIn"] == "true"
    assert len(simulator.calls.find("GET", UPSTREAM)) == 4


@pytest.mark.parametrize(("seconds", "asked"), [(2, 1), (4, 1), (4.1, 2), (3600, 2)])
def test_while_somebody_asks_the_last_answer_is_told_for_a_few_seconds_and_then_asked_for(
    till, simulator, frozen, unhurried, seconds, asked
):
    _ask(till)
    frozen(seconds=seconds)
    PointOfSale.objects.update(check_in_fresh_until=clock.now() + timedelta(seconds=1))

    answer = _ask(till)

    assert answer.status == 200
    assert len(simulator.calls.find("GET", UPSTREAM)) == asked


@pytest.mark.parametrize("ahead", [timedelta(minutes=10), timedelta(days=300)])
def test_an_answer_that_a_clock_far_ahead_has_kept_is_asked_for_anew(till, simulator, frozen, unhurried, ahead):
    frozen(seconds=ahead.total_seconds())
    _ask(till)
    frozen(seconds=-ahead.total_seconds())

    assert _ask(till).status == 200
    assert len(simulator.calls.find("GET", UPSTREAM)) == 2


def test_an_answer_that_was_kept_without_its_time_is_not_told(till, simulator, unhurried):
    _ask(till)
    pos = PointOfSale.objects.get()
    pos.check_in = json.dumps({name: value for name, value in json.loads(pos.check_in).items() if name != "at"})
    pos.save()

    assert (_ask(till).status, len(simulator.calls.find("GET", UPSTREAM))) == (200, 2)


def test_a_failed_ask_does_not_take_the_claim_of_another_one_back(pos, simulator, unhurried):
    now = clock.now()
    check_ins.look_up(pos=pos, now=now)
    asker = PointOfSale.objects.get()
    asker.check_in = None
    simulator.faults.add("refuse", "GET", UPSTREAM, status=429)
    kept = asker.check_in_fresh_until

    with pytest.raises(Unavailable):
        check_ins.look_up(pos=asker, now=now)

    assert PointOfSale.objects.get().check_in_fresh_until == kept


def test_an_answer_that_was_forgotten_while_somebody_else_asks_is_asked_for_again(pos, simulator, unhurried):
    now = clock.now()
    check_ins.look_up(pos=pos, now=now)
    asker = PointOfSale.objects.get()
    asker.check_in_fresh_until = now
    PointOfSale.objects.update(check_in=None, check_in_fresh_until=now + timedelta(seconds=2))

    check_ins.look_up(pos=asker, now=now)

    assert len(simulator.calls.find("GET", UPSTREAM)) == 2
