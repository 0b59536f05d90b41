"""Refunds at the simulator."""

from uuid import uuid4

import pytest

from portal.mobilepay.errors import Rejected, Unreachable, Unreadable
from portal.mobilepay.posv10.errors import Code
from portal.mobilepay.types import PaymentRef, RefundState, RefundStatus
from portal.money import Money
from tests.mobilepay.clients import a_refund, refund_ref

PART = Money(1005, "DKK")
REFUNDS = "/pos/v10/refunds"


@pytest.fixture
def refund_id(mobilepay, captured):
    """A refund of 10.05 DKK, reserved."""
    return mobilepay.refunds.reserve(a_refund(captured, "refund-1", PART), key=uuid4())


def test_new_refund_is_as_it_was_ordered(mobilepay, captured, refund_id):
    refund = mobilepay.refunds.status(refund_ref(refund_id))

    assert refund == RefundStatus(
        remote_id=refund_id,
        payment_remote_id=captured,
        refund_order_id="refund-1",
        amount=PART.major,
        currency=PART.currency,
        state=RefundState.RESERVED,
        poll_delay_ms=100,
    )


def test_refund_can_be_captured_twice_and_is_paid_once(mobilepay, captured, refund_id):
    mobilepay.refunds.pay_out(refund_ref(refund_id), key=uuid4())
    mobilepay.refunds.pay_out(refund_ref(refund_id), key=uuid4())

    assert mobilepay.refunds.status(refund_ref(refund_id)).state == RefundState.CAPTURED
    assert mobilepay.refunds.listed(PaymentRef(captured)) == [refund_id]


def test_refund_can_be_cancelled_twice(mobilepay, refund_id):
    mobilepay.refunds.cancel(refund_ref(refund_id), key=uuid4())
    mobilepay.refunds.cancel(refund_ref(refund_id), key=uuid4())

    assert mobilepay.refunds.status(refund_ref(refund_id)).state == RefundState.CANCELLED_BY_CLIENT


def test_captured_refund_cannot_be_cancelled_and_stays_captured(mobilepay, refund_id):
    mobilepay.refunds.pay_out(refund_ref(refund_id), key=uuid4())

    with pytest.raises(Rejected) as refusal:
        mobilepay.refunds.cancel(refund_ref(refund_id), key=uuid4())

    assert refusal.value.code == Code.CANNOT_CANCEL_REFUND
    assert mobilepay.refunds.status(refund_ref(refund_id)).state == RefundState.CAPTURED


def test_refund_asked_again_with_the_same_key_is_the_same_refund(mobilepay, captured):
    key = uuid4()

    first = mobilepay.refunds.reserve(a_refund(captured, "refund-1", PART), key=key)
    second = mobilepay.refunds.reserve(a_refund(captured, "refund-1", PART), key=key)

    assert second == first
    assert mobilepay.refunds.listed(PaymentRef(captured)) == [first]


@pytest.mark.parametrize(
    ("amount", "code"),
    [(Money(2707, "DKK"), Code.REFUND_TOO_HIGH), (Money(1, "EUR"), Code.REFUND_CURRENCY)],
    ids=["too high", "another currency"],
)
def test_impossible_refund_is_refused_and_nothing_is_set_aside(mobilepay, captured, amount, code):
    with pytest.raises(Rejected) as refusal:
        mobilepay.refunds.reserve(a_refund(captured, "refund-1", amount), key=uuid4())

    assert refusal.value.code == code
    assert mobilepay.refunds.listed(PaymentRef(captured)) == []


def test_payment_that_is_not_captured_cannot_be_refunded(mobilepay, reserved):
    with pytest.raises(Rejected) as refusal:
        mobilepay.refunds.reserve(a_refund(reserved, "refund-1", PART), key=uuid4())

    assert refusal.value.code == Code.PAYMENT_NOT_CAPTURED
    assert mobilepay.refunds.listed(PaymentRef(reserved)) == []


def nobodys(_remote_id):
    return False


def test_refund_whose_answer_was_lost_is_found_by_its_order(mobilepay, captured, refund_id):
    found = mobilepay.refunds.find(a_refund(captured, "refund-1", PART), is_anothers=nobodys)

    assert found.remote_id == refund_id


@pytest.mark.parametrize(
    ("order", "is_anothers"), [("refund-2", nobodys), ("refund-1", lambda _each: True)], ids=["none", "another row's"]
)
def test_refund_that_mobilepay_does_not_have_is_certainly_not_there(mobilepay, captured, refund_id, order, is_anothers):
    assert mobilepay.refunds.find(a_refund(captured, order, PART), is_anothers=is_anothers) is None


@pytest.mark.parametrize("path", [REFUNDS, REFUNDS + "/[^/]+"], ids=["list", "look-up"])
def test_search_that_is_refused_tells_nothing(simulator, mobilepay, captured, refund_id, path):
    simulator.faults.add("refuse", "GET", path, status=403, code="1402")

    with pytest.raises(Unreachable):
        mobilepay.refunds.find(a_refund(captured, "refund-1", PART), is_anothers=nobodys)


def test_refund_without_its_order_may_be_the_one_that_is_looked_for(simulator, mobilepay, captured, refund_id):
    simulator.faults.add("alter", "GET", REFUNDS + "/[^/]+", members={"refundOrderId": None})

    with pytest.raises(Unreadable):
        mobilepay.refunds.find(a_refund(captured, "refund-1", PART), is_anothers=nobodys)
