"""What a till reads of a refund in each of its states, and how often MobilePay is asked for it."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from portal import clock
from refunds.models import Refund
from refunds.services import approvals
from refunds.states import CONTRACT_WORDS, State
from tests.refunds.scenarios import (
    LOOK_UP,
    at_mobilepay,
    call_off,
    details,
    fresh,
    give_back,
    pay_out,
    refund_id,
    reserved_at_till,
    rules,
    status_at_till,
    told_mobilepay,
    work,
)


@pytest.fixture
def requested(till, sold):
    """A till's refund above what it may give back by itself."""
    rules(sold.merchant, till_limit_minor=500)
    return fresh(refund_id(give_back(till, sold)))


def test_the_contract_has_no_other_words_and_every_state_has_one():
    assert set(CONTRACT_WORDS) == set(State)
    assert set(CONTRACT_WORDS.values()) == {
        "AwaitingApproval",
        "Rejected",
        "Initiated",
        "Reserved",
        "Captured",
        "CancelledByClient",
        "CancelledByMobilePay",
        "ExpiredAndCaptured",
    }


def test_a_request_awaits_approval_and_mobilepay_is_not_asked(till, sold, requested, simulator):
    answer = details(till, requested)

    assert answer["refundDetails"] == {
        "amount": "10.00",
        "currencyCode": "DKK",
        "paymentId": str(sold.pk),
        "pollDelayInMs": "1000",
        "refundId": str(requested.pk),
        "refundOrderId": "refund-1",
        "status": "AwaitingApproval",
    }
    assert told_mobilepay(simulator) == 0


def test_a_declined_request_is_rejected(till, requested, asta, simulator):
    approvals.decline(refund=requested, reason="no receipt", by=asta.user, now=clock.now())

    assert status_at_till(till, requested) == "Rejected"
    assert told_mobilepay(simulator) == 0


def test_a_lapsed_request_is_rejected(till, requested, simulator, later):
    later(hours=25)
    work()

    assert fresh(requested).state == "Lapsed"
    assert status_at_till(till, requested) == "Rejected"
    assert told_mobilepay(simulator) == 0


def test_a_request_that_its_till_takes_back_is_cancelled_by_the_client(till, requested, simulator):
    call_off(till, requested)

    assert fresh(requested).state == "Withdrawn"
    assert status_at_till(till, requested) == "CancelledByClient"
    assert told_mobilepay(simulator) == 0


def test_an_approved_request_is_initiated_and_then_paid_by_itself(till, sold, requested, asta, simulator):
    approvals.approve(refund=requested, by=asta.user, now=clock.now())
    before = status_at_till(till, requested)
    asked = told_mobilepay(simulator)

    work()

    assert (before, asked) == ("Initiated", 0)
    assert status_at_till(till, requested) == "Captured"
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "Captured")]


def test_a_refund_that_waits_for_the_stores_balance_is_initiated(till, sold, pos, simulator):
    simulator.world.points_of_sale.get(str(pos.pos_id)).store.balance = Decimal(5)
    refund = fresh(refund_id(give_back(till, sold)))
    asked = told_mobilepay(simulator)

    assert refund.state == "WaitingForBalance"
    assert status_at_till(till, refund) == "Initiated"
    assert told_mobilepay(simulator) == asked


def test_a_refund_is_initiated_until_mobilepay_has_reserved_it(till, sold, simulator, later):
    simulator.world.knobs.refund_reserve_delay = 5
    refund = refund_id(give_back(till, sold))

    first = status_at_till(till, refund)
    later(seconds=6)
    then = status_at_till(till, refund)

    assert (first, then) == ("Initiated", "Reserved")


@pytest.mark.parametrize(("act", "word"), [(pay_out, "Captured"), (call_off, "CancelledByClient")])
def test_what_its_till_did_to_a_refund_stands_in_its_details_without_asking(till, sold, simulator, act, word):
    refund = reserved_at_till(till, sold)
    act(till, refund)
    asked = told_mobilepay(simulator)

    assert status_at_till(till, refund) == word
    assert told_mobilepay(simulator) == asked


def test_a_refund_that_mobilepay_cannot_reserve_is_cancelled_by_mobilepay(till, sold, simulator):
    simulator.world.knobs.decline_refunds = True

    refund = refund_id(give_back(till, sold))

    assert status_at_till(till, refund) == "CancelledByMobilePay"
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "CancelledByMobilePay")]


def test_a_refund_that_mobilepay_paid_out_by_itself_has_expired_and_is_captured(till, sold, simulator, later):
    refund = reserved_at_till(till, sold)
    later(hours=25)

    assert status_at_till(till, refund) == "ExpiredAndCaptured"
    sold.refresh_from_db()
    assert (sold.refund_committed_minor, sold.refunded_minor) == (1000, 1000)


def test_details_tell_mobilepays_poll_delay_and_obey_it(till, sold, simulator, later):
    simulator.world.knobs.refund_poll_delay_in_ms = 2500
    refund = refund_id(give_back(till, sold))
    first = details(till, refund)
    asked = told_mobilepay(simulator, LOOK_UP)

    later(seconds=2)
    details(till, refund)
    soon = told_mobilepay(simulator, LOOK_UP)
    later(seconds=1)
    details(till, refund)

    assert first["refundDetails"]["pollDelayInMs"] == "2500"
    assert (asked, soon, told_mobilepay(simulator, LOOK_UP)) == (1, 1, 2)


def test_the_list_has_every_refund_of_the_payment_newest_first(till, sold, requested, asta, simulator):
    approvals.decline(refund=requested, reason="no receipt", by=asta.user, now=clock.now())
    small = refund_id(give_back(till, sold, "2.00", "refund-2"))
    call_off(till, small)
    last = refund_id(give_back(till, sold, "3.00", "refund-3"))

    listed = till.get("refunds", paymentId=str(sold.pk))

    assert listed["refundsIds"] == [str(last), str(small), str(requested.pk)]


def test_the_list_has_a_hundred_refunds_at_most(till, sold, requested):
    Refund.objects.bulk_create(
        Refund(
            **{
                **{field.attname: getattr(requested, field.attname) for field in Refund._meta.concrete_fields},
                "id": uuid4(),
                "refund_order_id": f"old-{number}",
                "created_at": requested.created_at - timedelta(hours=number + 1),
            }
        )
        for number in range(100)
    )

    listed = till.get("refunds", paymentId=str(sold.pk))["refundsIds"]

    assert len(listed) == 100
    assert listed[0] == str(requested.pk)
    assert [fresh(each).refund_order_id for each in listed[1:]] == [f"old-{number}" for number in range(99)]


def test_refunds_of_another_payment_are_not_in_the_list(till, sold):
    mine = refund_id(give_back(till, sold))
    other = till.start("order-2")["paymentId"]

    assert till.get("refunds", paymentId=other)["refundsIds"] == []
    assert till.get("refunds", paymentId=str(sold.pk))["refundsIds"] == [str(mine)]
