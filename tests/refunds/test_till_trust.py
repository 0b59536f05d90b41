"""How long an old word about a refund is told when MobilePay confirms nothing any more."""

import pytest

from portal import clock
from refunds.models import Refund
from tests.payments.posv10_calls import UNKNOWN, be_busy, own_code
from tests.refunds.scenarios import (
    LOOK_UP,
    details,
    fresh,
    give_back,
    refund_id,
    status_at_till,
    told_mobilepay,
)


def words(answers):
    return [(each.status, each["refundDetails"]["status"]) for each in answers]


@pytest.mark.parametrize(
    ("status", "told"),
    [(429, (503, ["mobilepay_unavailable"])), (403, (502, ["mobilepay_refused"]))],
)
def test_an_old_word_is_told_for_ten_seconds_and_no_longer(till, sold, simulator, later, status, told):
    refund = refund_id(give_back(till, sold))
    simulator.faults.add("refuse", *LOOK_UP, status=status, times=1000, code=own_code(status))

    first = details(till, refund)
    later(seconds=9)
    soon = details(till, refund)
    later(seconds=2)
    late = details(till, refund)
    simulator.faults.clear()
    later(seconds=1)
    again = status_at_till(till, refund)

    assert words([first, soon]) == [(200, "Initiated")] * 2
    assert (late.status, late.codes, late["refundDetails"]) == (*told, None)
    assert again == "Reserved"
    assert fresh(refund).unanswered_since is None


def test_while_nothing_is_confirmed_those_who_do_not_ask_are_told_so_too(till, sold, simulator, later):
    refund = refund_id(give_back(till, sold))
    simulator.faults.add("refuse", *LOOK_UP, status=403, code=UNKNOWN, times=1000)
    details(till, refund)
    later(seconds=11)
    details(till, refund)
    asked = told_mobilepay(simulator)

    waiting = [details(till, refund) for _ in range(3)]

    assert [(each.status, each.codes, each.headers["Retry-After"]) for each in waiting] == [
        (503, ["mobilepay_unavailable"], "2")
    ] * 3
    assert waiting[0]["errors"] == ["MobilePay does not answer right now. Nothing was changed; ask again in a moment."]
    assert told_mobilepay(simulator) == asked


def test_an_ended_refund_is_told_however_long_mobilepay_is_silent(till, sold, simulator, later):
    refund = refund_id(give_back(till, sold))
    till.post("refund/capture", refundId=str(refund))
    be_busy(simulator)
    later(hours=1)

    assert status_at_till(till, refund) == "Captured"


def test_whoever_asks_already_is_not_asked_beside_but_one_who_died_blocks_nobody_for_long(till, sold, simulator, later):
    refund = refund_id(give_back(till, sold))
    Refund.objects.claim_look_up(fresh(refund), now=clock.now())

    beside = status_at_till(till, refund)
    asked = told_mobilepay(simulator, LOOK_UP)
    later(seconds=16)
    then = status_at_till(till, refund)

    assert (beside, asked) == ("Initiated", 0)
    assert (then, told_mobilepay(simulator, LOOK_UP)) == ("Reserved", 1)
