"""Refunds at the simulator."""

from uuid import uuid4

import pytest

from portal.mobilepay.errors import Code, Conflict
from portal.mobilepay.types import RefundState, RefundStatus
from portal.money import Money

PART = Money(1005, "DKK")


@pytest.fixture
def refund_id(mobilepay, captured):
    """A refund of 10.05 DKK, reserved."""
    return mobilepay.create_refund(captured, refund_order_id="refund-1", amount=PART, key=uuid4())


def test_new_refund_is_as_it_was_ordered(mobilepay, captured, refund_id):
    refund = mobilepay.look_up_refund(refund_id)

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
    mobilepay.capture_refund(refund_id, key=uuid4())
    mobilepay.capture_refund(refund_id, key=uuid4())

    assert mobilepay.look_up_refund(refund_id).state == RefundState.CAPTURED
    assert mobilepay.find_refunds(captured) == [refund_id]


def test_refund_can_be_cancelled_twice(mobilepay, refund_id):
    mobilepay.cancel_refund(refund_id, key=uuid4())
    mobilepay.cancel_refund(refund_id, key=uuid4())

    assert mobilepay.look_up_refund(refund_id).state == RefundState.CANCELLED_BY_CLIENT


def test_captured_refund_cannot_be_cancelled_and_stays_captured(mobilepay, refund_id):
    mobilepay.capture_refund(refund_id, key=uuid4())

    with pytest.raises(Conflict) as refusal:
        mobilepay.cancel_refund(refund_id, key=uuid4())

    assert refusal.value.code == Code.CANNOT_CANCEL_REFUND
    assert mobilepay.look_up_refund(refund_id).state == RefundState.CAPTURED


def test_refund_asked_again_with_the_same_key_is_the_same_refund(mobilepay, captured):
    key = uuid4()

    first = mobilepay.create_refund(captured, refund_order_id="refund-1", amount=PART, key=key)
    second = mobilepay.create_refund(captured, refund_order_id="refund-1", amount=PART, key=key)

    assert second == first
    assert mobilepay.find_refunds(captured) == [first]


@pytest.mark.parametrize(
    ("amount", "code"),
    [(Money(2707, "DKK"), Code.REFUND_TOO_HIGH), (Money(1, "EUR"), Code.REFUND_CURRENCY)],
    ids=["too high", "another currency"],
)
def test_impossible_refund_is_refused_and_nothing_is_set_aside(mobilepay, captured, amount, code):
    with pytest.raises(Conflict) as refusal:
        mobilepay.create_refund(captured, refund_order_id="refund-1", amount=amount, key=uuid4())

    assert refusal.value.code == code
    assert mobilepay.find_refunds(captured) == []


def test_payment_that_is_not_captured_cannot_be_refunded(mobilepay, reserved):
    with pytest.raises(Conflict) as refusal:
        mobilepay.create_refund(reserved, refund_order_id="refund-1", amount=PART, key=uuid4())

    assert refusal.value.code == Code.PAYMENT_NOT_CAPTURED
    assert mobilepay.find_refunds(reserved) == []
