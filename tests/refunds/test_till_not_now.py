"""Captures and cancellations that the state of a refund forbids: MobilePay hears nothing of them."""

from decimal import Decimal

import pytest

from portal import clock
from refunds.services import approvals
from tests.refunds.scenarios import (
    CANCEL,
    CAPTURE,
    ask,
    at_mobilepay,
    books,
    call_off,
    fresh,
    give_back,
    pay_out,
    refund_id,
    reserved_at_till,
    rules,
    status_at_till,
    told,
    told_mobilepay,
    work,
)
from tests.tillapi.raw_calls import refusal

DECLINED = "was declined in the back office. No money moved."
LAPSED = "was not approved in time in the back office. No money moved."


@pytest.fixture
def requested(till, sold):
    """A till's refund above what it may give back by itself."""
    rules(sold.merchant, till_limit_minor=500)
    return fresh(refund_id(give_back(till, sold)))


def refuses(act, till, refund, code, sentence):
    """Whether the till is told no in these words, and nothing moves."""
    before = fresh(refund).state, told(refund), books(refund.payment)
    answer = act(till, refund)
    assert (answer.status, answer.body) == (
        409,
        refusal(own=["message"], code=code, sentence=f"The refund of order order-1 {sentence}"),
    )
    assert (fresh(refund).state, told(refund), books(refund.payment)) == before
    return answer


def test_a_request_cannot_be_captured(till, requested, simulator):
    answer = refuses(
        pay_out,
        till,
        requested,
        "awaiting_approval",
        "waits for approval in the back office. No money moved.",
    )

    assert answer.headers["Retry-After"] == "5"
    assert told_mobilepay(simulator) == 0


@pytest.mark.parametrize("act", [pay_out, call_off])
def test_a_declined_request_cannot_be_changed(till, requested, asta, simulator, act):
    approvals.decline(refund=requested, reason="no receipt", by=asta.user, now=clock.now())

    refuses(act, till, requested, "refund_rejected", DECLINED)

    assert told_mobilepay(simulator) == 0


@pytest.mark.parametrize("act", [pay_out, call_off])
def test_a_lapsed_request_cannot_be_changed(till, requested, simulator, later, act):
    later(hours=25)
    work()

    refuses(act, till, requested, "refund_rejected", LAPSED)

    assert told_mobilepay(simulator) == 0


def test_a_withdrawn_request_cannot_be_captured(till, requested, simulator):
    call_off(till, requested)

    refuses(
        pay_out,
        till,
        requested,
        "refund_ended",
        "cannot be changed any more: withdrawn. No money moved.",
    )

    assert told_mobilepay(simulator) == 0


def test_an_approved_request_cannot_be_captured_before_a_worker_has_told_mobilepay(till, requested, asta, simulator):
    approvals.approve(refund=requested, by=asta.user, now=clock.now())

    answer = refuses(
        pay_out,
        till,
        requested,
        "refund_not_reserved",
        "is not reserved at MobilePay yet: approved. No money moved; ask for its details and capture it then.",
    )

    assert answer.headers["Retry-After"] == "1"
    assert told_mobilepay(simulator) == 0


def test_an_approved_request_can_be_cancelled_before_mobilepay_is_told(till, requested, asta, simulator):
    approvals.approve(refund=requested, by=asta.user, now=clock.now())

    cancelled = call_off(till, requested)

    assert cancelled.status == 200
    assert told(requested) == ["Requested", "Approved", "Withdrawn"]
    assert books(requested.payment) == (2706, 0, 0)
    assert told_mobilepay(simulator) == 0


def test_a_refund_that_mobilepay_has_not_reserved_cannot_be_captured(till, sold, simulator):
    simulator.world.knobs.refund_reserve_delay = 60
    refund = fresh(refund_id(give_back(till, sold)))

    refuses(
        pay_out,
        till,
        refund,
        "refund_not_reserved",
        "is not reserved at MobilePay yet: on its way. No money moved; ask for its details and capture it then.",
    )

    assert told_mobilepay(simulator, CAPTURE) == 0
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "Initiated")]


def test_a_refund_that_waits_for_the_stores_balance_cannot_be_captured(till, sold, pos, simulator):
    simulator.world.points_of_sale.get(str(pos.pos_id)).store.balance = Decimal(5)
    refund = fresh(refund_id(give_back(till, sold)))
    asked = told_mobilepay(simulator)

    refuses(
        pay_out,
        till,
        refund,
        "refund_not_reserved",
        "waits until the store's balance at MobilePay is high enough. No money moved; "
        "ask for its details and capture it then.",
    )

    assert told_mobilepay(simulator) == asked


def test_a_refund_that_waits_for_the_stores_balance_can_be_cancelled(till, sold, pos, simulator):
    simulator.world.points_of_sale.get(str(pos.pos_id)).store.balance = Decimal(5)
    refund = refund_id(give_back(till, sold))
    asked = told_mobilepay(simulator)

    cancelled = call_off(till, refund)

    assert cancelled.status == 200
    assert status_at_till(till, refund) == "CancelledByClient"
    assert books(sold) == (2706, 0, 0)
    # It is looked for first: a try whose answer was lost may have got there.
    assert told_mobilepay(simulator) == asked + 1


def test_a_cancelled_refund_cannot_be_captured(till, sold, simulator):
    refund = reserved_at_till(till, sold)
    call_off(till, refund)

    refuses(
        pay_out,
        till,
        refund,
        "refund_ended",
        "cannot be changed any more: cancelled by the shop. No money moved.",
    )

    assert told_mobilepay(simulator, CAPTURE) == 0


@pytest.mark.parametrize("act", [pay_out, call_off])
def test_a_refund_that_mobilepay_cancelled_cannot_be_changed(till, sold, simulator, act):
    simulator.world.knobs.decline_refunds = True
    refund = fresh(refund_id(give_back(till, sold)))
    status_at_till(till, refund)
    asked = told_mobilepay(simulator)

    refuses(
        act,
        till,
        refund,
        "refund_ended",
        "cannot be changed any more: refused by MobilePay. No money moved.",
    )

    assert told_mobilepay(simulator) == asked


def test_a_capture_sees_that_mobilepay_has_cancelled_the_refund(till, sold, simulator):
    simulator.world.knobs.decline_refunds = True
    refund = refund_id(give_back(till, sold))

    refused = pay_out(till, refund)

    assert (refused.status, refused.codes) == (409, ["refund_ended"])
    assert told(refund) == ["Created", "Initiated", "CancelledByMobilePay"]
    assert books(sold) == (2706, 0, 0)
    assert told_mobilepay(simulator, CAPTURE) == 0


def test_a_refund_that_is_paid_out_cannot_be_cancelled(till, sold, simulator):
    refund = reserved_at_till(till, sold)
    pay_out(till, refund)

    refuses(
        call_off,
        till,
        refund,
        "refund_ended",
        "cannot be changed any more: paid back. 10.00 DKK has gone back to the customer.",
    )

    assert told_mobilepay(simulator, CANCEL) == 0


def test_a_refund_that_mobilepay_paid_out_by_itself_is_captured_and_cannot_be_cancelled(till, sold, simulator, later):
    refund = reserved_at_till(till, sold)
    later(hours=25)
    assert status_at_till(till, refund) == "ExpiredAndCaptured"

    paid = pay_out(till, refund)

    assert paid.status == 200
    refuses(
        call_off,
        till,
        refund,
        "refund_ended",
        "cannot be changed any more: paid back by itself. 10.00 DKK has gone back to the customer.",
    )
    assert told_mobilepay(simulator, CAPTURE) == told_mobilepay(simulator, CANCEL) == 0


def test_a_till_cannot_cancel_what_the_desk_asked_for(till, sold, clerk, simulator):
    refund = ask(sold, clerk)

    refuses(
        call_off,
        till,
        refund,
        "refund_of_desk",
        "was asked for in the back office, and is withdrawn there. Nothing was changed.",
    )

    assert told_mobilepay(simulator) == 0


def test_a_till_sees_what_the_desk_asked_for_and_gets_success_once_it_is_paid(till, sold, clerk, asta, simulator):
    refund = ask(sold, clerk)
    waiting = status_at_till(till, refund)
    early = pay_out(till, refund)
    approvals.approve(refund=refund, by=asta.user, now=clock.now())
    work()

    late = pay_out(till, refund)

    assert (waiting, early.codes) == ("AwaitingApproval", ["awaiting_approval"])
    assert till.get("refunds", paymentId=str(sold.pk))["refundsIds"] == [str(refund.pk)]
    assert late.status == 200
    assert told_mobilepay(simulator, CAPTURE) == 1
    assert books(sold) == (2706, 1000, 1000)
