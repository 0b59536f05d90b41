"""Payments at the simulator, from the first word to the last."""

from datetime import timedelta
from uuid import uuid4

import pytest

from portal import clock
from portal.mobilepay.errors import Code, Conflict
from portal.mobilepay.types import Customer, PaymentState
from portal.money import Money
from tests import shop
from tests.mobilepay.wire import BEACON_ID

AMOUNT = Money(2706, "DKK")
UNPAIRED = Customer(token=None, receipt_token=None, loyalty_ids=None)


def test_payment_goes_from_initiated_to_captured(mobilepay, pos_id, shopper):
    remote_id = mobilepay.initiate(pos_id=pos_id, order_id="order-1", amount=AMOUNT, key=uuid4())
    seen = [mobilepay.look_up(remote_id).state]
    shopper.checks_in()
    seen.append(mobilepay.look_up(remote_id).state)
    shopper.accepts()
    seen.append(mobilepay.look_up(remote_id).state)
    mobilepay.capture(remote_id, amount=AMOUNT, key=uuid4())
    seen.append(mobilepay.look_up(remote_id).state)

    assert seen == [
        PaymentState.INITIATED,
        PaymentState.ISSUED_TO_USER,
        PaymentState.RESERVED,
        PaymentState.CAPTURED,
    ]


def test_prepared_payment_gets_its_amount_when_it_is_ready(mobilepay, pos_id, shopper):
    remote_id = mobilepay.prepare(pos_id=pos_id, order_id="order-1", key=uuid4())
    seen = [mobilepay.look_up(remote_id)]
    shopper.checks_in()
    seen.append(mobilepay.look_up(remote_id))
    mobilepay.ready(remote_id, amount=AMOUNT, key=uuid4())
    seen.append(mobilepay.look_up(remote_id))

    assert [(status.state, status.money) for status in seen] == [
        (PaymentState.PREPARED, None),
        (PaymentState.PAIRED, None),
        (PaymentState.ISSUED_TO_USER, AMOUNT),
    ]


def test_new_payment_is_as_it_was_ordered(mobilepay, pos_id):
    remote_id = mobilepay.initiate(pos_id=pos_id, order_id="Ordre nr. 1 æøå", amount=AMOUNT, key=uuid4())

    status = mobilepay.look_up(remote_id)

    assert (status.remote_id, status.pos_id, status.order_id) == (remote_id, pos_id, "Ordre nr. 1 æøå")
    assert (status.money, status.poll_delay_ms, status.customer) == (AMOUNT, 0, UNPAIRED)
    assert status.partial_capture_possible is None


def test_reserved_payment_names_its_expiry_and_its_customer(mobilepay, reserved):
    status = mobilepay.look_up(reserved)

    assert timedelta(days=6, hours=23) < status.expires_at - clock.now() <= timedelta(days=7)
    assert len(status.customer.token) == 40
    assert (status.customer.receipt_token, status.customer.loyalty_ids) == ("", ())
    assert status.partial_capture_possible is False


def test_customer_who_allows_it_can_be_charged_a_part(simulator, mobilepay, pos_id):
    remote_id = mobilepay.initiate(pos_id=pos_id, order_id="order-1", amount=AMOUNT, key=uuid4())
    shopper = shop.Customer(simulator.url, BEACON_ID, "+4520031805")
    shopper.checks_in()
    shopper.accepts()

    is_possible = mobilepay.look_up(remote_id).partial_capture_possible
    mobilepay.capture(remote_id, amount=Money(1, "DKK"), key=uuid4())

    assert is_possible is True
    assert mobilepay.look_up(remote_id).state == PaymentState.CAPTURED


@pytest.mark.parametrize(
    ("minor", "code"), [(2705, Code.NO_PARTIAL_CAPTURE), (2707, Code.CAPTURE_TOO_HIGH)], ids=["part", "more"]
)
def test_capture_of_another_amount_is_refused_and_captures_nothing(mobilepay, reserved, minor, code):
    with pytest.raises(Conflict) as refusal:
        mobilepay.capture(reserved, amount=Money(minor, "DKK"), key=uuid4())

    assert refusal.value.code == code
    assert mobilepay.look_up(reserved).state == PaymentState.RESERVED


def test_capture_can_be_repeated_but_not_with_another_amount(mobilepay, captured):
    mobilepay.capture(captured, amount=AMOUNT, key=uuid4())
    with pytest.raises(Conflict) as refusal:
        mobilepay.capture(captured, amount=Money(2700, "DKK"), key=uuid4())

    assert refusal.value.code == Code.CAPTURED_DIFFERENTLY
    assert mobilepay.look_up(captured).money == AMOUNT


def test_cancelled_payment_stays_cancelled_when_it_is_cancelled_again(mobilepay, reserved):
    mobilepay.cancel(reserved, key=uuid4())
    mobilepay.cancel(reserved, key=uuid4())

    assert mobilepay.look_up(reserved).state == PaymentState.CANCELLED_BY_CLIENT


def test_captured_payment_cannot_be_cancelled_and_stays_captured(mobilepay, captured):
    with pytest.raises(Conflict) as refusal:
        mobilepay.cancel(captured, key=uuid4())

    assert refusal.value.code == Code.CANNOT_CANCEL
    assert mobilepay.look_up(captured).state == PaymentState.CAPTURED


def test_payment_that_the_customer_declines_is_cancelled_by_the_user(mobilepay, pos_id, shopper):
    remote_id = mobilepay.initiate(pos_id=pos_id, order_id="order-1", amount=AMOUNT, key=uuid4())
    shopper.checks_in()
    shopper.cancels()

    assert mobilepay.look_up(remote_id).state == PaymentState.CANCELLED_BY_USER


def test_second_active_payment_is_refused_and_the_first_goes_on(mobilepay, pos_id):
    first = mobilepay.initiate(pos_id=pos_id, order_id="order-1", amount=AMOUNT, key=uuid4())

    with pytest.raises(Conflict) as refusal:
        mobilepay.prepare(pos_id=pos_id, order_id="order-2", key=uuid4())

    assert refusal.value.code == Code.PAYMENT_ALREADY_ACTIVE
    assert refusal.value.explanation == "another payment is active on the point of sale"
    assert mobilepay.find(pos_id=pos_id) == [first]


def test_open_payments_are_found_by_point_of_sale_and_order(mobilepay, pos_id, reserved):
    active = mobilepay.initiate(pos_id=pos_id, order_id="order-2", amount=AMOUNT, key=uuid4())

    assert mobilepay.find(pos_id=pos_id) == [reserved, active]
    assert mobilepay.find(pos_id=pos_id, order_id="order-2") == [active]
    assert mobilepay.find(pos_id=pos_id, order_id="order-3") == []


@pytest.mark.parametrize("minor", [1, 1250, 999_999_999_999])
def test_amount_comes_back_exactly_as_it_was_asked(simulator, mobilepay, pos_id, minor):
    amount = Money(minor, "EUR")

    remote_id = mobilepay.initiate(pos_id=pos_id, order_id="order-1", amount=amount, key=uuid4())

    assert mobilepay.look_up(remote_id).money == amount
    [call] = simulator.calls.find("POST", "/pos/v10/payments")
    assert str(call.body["amount"]) == f"{minor // 100}.{minor % 100:02}"
