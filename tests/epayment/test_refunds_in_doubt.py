"""Refunds whose answer is lost: the same key again, judged by the sums; after a day by the sums alone."""

import pytest

from refunds.models import Refund
from tests.epayment.books import MSN, REFUND, keys, lose, told, work, work_for
from tests.epayment.returns import create, paid_back, pay, sums


def states():
    return list(Refund.objects.order_by("refund_order_id").values_list("refund_order_id", "state", "operation"))


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "fail_before", "fail_after"])
def test_a_lost_answer_is_asked_for_again_with_the_same_key(till, sold, simulator, kind):
    refund_id = create(till, sold)["refundId"]
    lose(simulator, REFUND, kind)

    lost = pay(till, refund_id)
    called_off = till.post("refund/cancel", refundId=refund_id)
    again = pay(till, refund_id)

    assert (lost.status, lost.codes, called_off.status) == (503, ["outcome_unknown"], 409)
    assert (again.status, sums(sold), paid_back(simulator)) == (200, (2706, 1000, 1000), [1000])
    assert len(set(keys(simulator, REFUND))) == 1


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
def test_after_a_day_the_sums_alone_tell_and_the_key_stays_the_same(till, sold, simulator, later, kind):
    refund_id = create(till, sold)["refundId"]
    lose(simulator, REFUND, kind)
    pay(till, refund_id)
    told_before = told(simulator, REFUND)

    later(hours=25)
    work()

    assert (states(), sums(sold), paid_back(simulator)) == (
        [("R-1", "Captured", "")],
        (2706, 1000, 1000),
        [1000],
    )
    # What had been done was only looked at.
    assert told(simulator, REFUND) - told_before == (kind == "cut_before")
    assert len(set(keys(simulator, REFUND))) == 1


@pytest.mark.parametrize("tells_keys", [True, False])
@pytest.mark.parametrize(("first", "second"), [("cut_after", "cut_after"), ("cut_before", "cut_before")])
def test_two_in_doubt_at_once_are_each_paid_once(till, sold, simulator, later, first, second, tells_keys):
    simulator.epayment.knobs.keys_in_events = tells_keys
    one, other = create(till, sold, "10.00", "R-1")["refundId"], create(till, sold, "5.00", "R-2")["refundId"]
    lose(simulator, REFUND, first)
    pay(till, one)
    lose(simulator, REFUND, second)
    pay(till, other)

    work_for(later, minutes=2)

    assert states() == [("R-1", "Captured", ""), ("R-2", "Captured", "")]
    assert (sums(sold), paid_back(simulator)) == ((2706, 1500, 1500), [1500])
    assert len(set(keys(simulator, REFUND))) == 2


def test_of_two_in_doubt_for_a_day_the_one_that_was_paid_is_known_by_its_key(till, sold, simulator, later):
    one, other = create(till, sold, "10.00", "R-1")["refundId"], create(till, sold, "5.00", "R-2")["refundId"]
    lose(simulator, REFUND, "cut_after")
    pay(till, one)
    lose(simulator, REFUND, "cut_before")
    pay(till, other)

    later(hours=25)
    work_for(later, hours=4)

    assert states() == [("R-1", "Captured", ""), ("R-2", "Captured", "")]
    assert (sums(sold), paid_back(simulator)) == ((2706, 1500, 1500), [1500])


def test_of_two_in_doubt_for_a_day_nothing_is_concluded_where_nothing_tells_them_apart(till, sold, simulator, later):
    simulator.epayment.knobs.keys_in_events = False
    one, other = create(till, sold, "10.00", "R-1")["refundId"], create(till, sold, "10.00", "R-2")["refundId"]
    simulator.faults.add("cut_after", *REFUND)
    simulator.faults.add("cut_before", *REFUND, times=3)
    pay(till, one)
    pay(till, other)

    later(hours=25)
    work_for(later, hours=4)

    assert states() == [("R-1", "Reserved", "capture"), ("R-2", "Reserved", "capture")]
    assert (sums(sold), paid_back(simulator)) == ((2706, 2000, 0), [1000])


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
def test_somebody_elses_refund_meanwhile_is_not_taken_for_ours_and_both_are_counted(
    till, sold, phone, simulator, later, kind
):
    refund_id = create(till, sold)["refundId"]
    lose(simulator, REFUND, kind)
    pay(till, refund_id)
    simulator.epayment.refund_elsewhere(MSN, phone.reference, 500)
    phone.tells()

    work_for(later, minutes=5)

    assert (states()[0], sums(sold), paid_back(simulator)) == (
        ("R-1", "Captured", ""),
        (2706, 1500, 1500),
        [1500],
    )
    assert sorted(Refund.objects.values_list("origin", "amount_minor")) == [("network", 500), ("till", 1000)]


def test_a_refund_that_is_refused_after_a_lost_try_is_judged_by_the_sums(till, sold, simulator):
    """Whoever answers the second try may not know the key of the first."""
    refund_id = create(till, sold, "27.06")["refundId"]
    lose(simulator, REFUND, "cut_after")
    pay(till, refund_id)
    simulator.faults.add("refuse", *REFUND, status=400, code="6180")

    again = pay(till, refund_id)

    assert (again.status, states(), sums(sold)) == (200, [("R-1", "Captured", "")], (2706, 2706, 2706))
    assert paid_back(simulator) == [2706]


def test_a_network_that_asks_to_come_back_later_pays_later(till, sold, simulator, later):
    refund_id = create(till, sold)["refundId"]
    simulator.faults.add("refuse", *REFUND, status=429, code=None)

    unknown = pay(till, refund_id)
    pressed = told(simulator, REFUND)
    work_for(later, minutes=1)

    assert (unknown.status, unknown.codes, pressed) == (503, ["outcome_unknown"], 1)
    assert (states(), paid_back(simulator)) == ([("R-1", "Captured", "")], [1000])
