"""How much a till gives back by itself, and how much a merchant in a day."""

import pytest

from portal import clock
from refunds.services import approvals
from tests.refunds.scenarios import (
    CREATE,
    all_refunds,
    ask,
    at_mobilepay,
    books,
    call_off,
    fresh,
    give_back,
    pay_out,
    refund_id,
    rules,
    sell,
    status_at_till,
    told_mobilepay,
    work,
)


@pytest.fixture
def limited(sold):
    """Ten kroner at most go back from a till without asking anybody."""
    rules(sold.merchant, till_limit_minor=1000)
    return sold


def states():
    return [state for _, _, state in all_refunds()]


def test_up_to_the_till_limit_a_refund_goes_straight_through(till, limited, simulator):
    refund = refund_id(give_back(till, limited, "10.00"))

    assert fresh(refund).approvals_needed == 0
    assert at_mobilepay(simulator, limited) == [("refund-1", 1000, "Reserved")]


def test_above_the_till_limit_a_refund_becomes_a_request(till, limited, simulator):
    created = give_back(till, limited, "10.01")

    refund = fresh(created["refundId"])
    assert (refund.state, refund.approvals_needed, refund.origin, refund.requester) == (
        "Requested",
        1,
        "till",
        None,
    )
    assert books(limited) == (2706, 1001, 0)
    assert told_mobilepay(simulator) == 0


def test_without_a_written_policy_a_till_gives_back_five_hundred(till, pos, customer, sold, simulator):
    assert status_at_till(till, refund_id(give_back(till, sold, "27.06"))) == "Reserved"
    dear = sell(till, customer, amount="600.00", order_id="order-2")

    straight = refund_id(give_back(till, dear, "500.00"))
    request = refund_id(give_back(till, dear, "0.01", "refund-2"))

    assert (fresh(straight).state, fresh(request).state) == ("Initiated", "Requested")


def test_a_large_refund_in_small_parts_is_a_large_refund(till, limited, simulator):
    pay_out(till, refund_id(give_back(till, limited, "6.00", "refund-1")))
    second = refund_id(give_back(till, limited, "4.00", "refund-2"))

    third = give_back(till, limited, "0.01", "refund-3")

    assert fresh(second).approvals_needed == 0
    assert third.status == 200
    assert status_at_till(till, third["refundId"]) == "AwaitingApproval"
    assert told_mobilepay(simulator, CREATE) == 2
    assert books(limited) == (2706, 1001, 600)


def test_a_part_that_came_to_nothing_does_not_count(till, limited):
    call_off(till, refund_id(give_back(till, limited, "10.00", "refund-1")))

    give_back(till, limited, "10.00", "refund-2")

    assert states() == ["CancelledByClient", "Initiated"]


def test_a_part_that_somebody_approved_does_not_count(till, limited, asta):
    request = fresh(refund_id(give_back(till, limited, "12.00", "refund-1")))
    approvals.approve(refund=request, by=asta.user, now=clock.now())

    give_back(till, limited, "10.00", "refund-2")

    assert states() == ["Approved", "Initiated"]


def test_parts_of_another_payment_do_not_count(till, customer, limited):
    other = sell(till, customer, order_id="order-2")
    give_back(till, limited, "10.00")

    give_back(till, other, "10.00")

    assert states() == ["Initiated", "Initiated"]


@pytest.mark.parametrize(("amount", "needed"), [("15.00", 1), ("15.01", 2)])
def test_above_a_second_limit_two_people_must_approve(till, limited, simulator, amount, needed):
    rules(limited.merchant, two_approvers_above_minor=1500)

    refund = fresh(refund_id(give_back(till, limited, amount)))

    assert (refund.state, refund.approvals_needed) == ("Requested", needed)
    assert told_mobilepay(simulator) == 0


def test_small_parts_reach_the_second_limit_too(till, limited):
    rules(limited.merchant, two_approvers_above_minor=1500)
    give_back(till, limited, "10.00", "refund-1")
    one = fresh(refund_id(give_back(till, limited, "5.00", "refund-2")))

    two = fresh(refund_id(give_back(till, limited, "0.01", "refund-3")))

    assert (one.approvals_needed, two.approvals_needed) == (1, 2)


def test_a_request_of_a_till_is_paid_by_a_worker_once_it_is_approved(till, limited, asta, simulator):
    request = fresh(refund_id(give_back(till, limited, "20.00")))
    early = pay_out(till, request)
    approvals.approve(refund=request, by=asta.user, now=clock.now())

    work()
    late = pay_out(till, request)

    assert (early.status, early.codes) == (409, ["awaiting_approval"])
    assert (late.status, late["message"]) == (
        200,
        f"Refund {request.pk} is paid out: 20.00 DKK goes back to the customer.",
    )
    assert at_mobilepay(simulator, limited) == [("refund-1", 2000, "Captured")]
    assert books(limited) == (2706, 2000, 2000)


def test_a_merchant_gives_back_no_more_than_its_limit_in_a_day(till, sold, simulator):
    rules(sold.merchant, day_limit_minor=1500)
    give_back(till, sold, "10.00", "refund-1")
    asked = told_mobilepay(simulator)

    refused = give_back(till, sold, "5.01", "refund-2")
    last = give_back(till, sold, "5.00", "refund-2")

    assert (refused.status, refused.codes) == (409, ["refund_limit_reached"])
    assert refused["errors"] == [
        (
            "The merchant gives back at most 15.00 DKK a day, and 10.00 DKK was asked for today. "
            "No money moved; an administrator can raise the limit."
        )
    ]
    assert asked == 1
    assert last.status == 200
    assert books(sold) == (2706, 1500, 0)
    assert told_mobilepay(simulator, CREATE) == 2


def test_the_refused_call_of_a_day_that_is_full_leaves_nothing_behind(till, sold, simulator):
    rules(sold.merchant, day_limit_minor=999)

    refused = give_back(till, sold, "10.00")

    assert (refused.status, refused.codes) == (409, ["refund_limit_reached"])
    assert all_refunds() == []
    assert books(sold) == (2706, 0, 0)
    assert told_mobilepay(simulator) == 0


def test_a_new_day_has_a_limit_of_its_own(till, sold, later):
    rules(sold.merchant, day_limit_minor=1000)
    give_back(till, sold, "10.00", "refund-1")
    later(hours=24)

    assert give_back(till, sold, "10.00", "refund-2").status == 200


def test_what_came_to_nothing_leaves_its_room_in_the_day(till, sold):
    rules(sold.merchant, day_limit_minor=1000)
    call_off(till, refund_id(give_back(till, sold, "10.00", "refund-1")))

    assert give_back(till, sold, "10.00", "refund-2").status == 200


def test_what_the_desk_asked_for_counts_in_the_day_too(till, sold, clerk):
    rules(sold.merchant, day_limit_minor=1000)
    ask(sold, clerk, 600)

    refused = give_back(till, sold, "4.01")

    assert (refused.status, refused.codes) == (409, ["refund_limit_reached"])
    assert give_back(till, sold, "4.00").status == 200


def test_a_persons_limit_does_not_bind_a_till(till, sold):
    rules(sold.merchant, person_day_limit_minor=500)

    assert give_back(till, sold, "10.00").status == 200
