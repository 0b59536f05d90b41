"""Payments at the simulator, from the first word to the last."""

from datetime import timedelta
from uuid import uuid4

import pytest

from portal import clock
from portal.mobilepay.errors import Rejected, Unreachable, Unreadable
from portal.mobilepay.posv10.errors import Code
from portal.mobilepay.types import Customer, PaymentRef, PaymentState
from portal.money import Money
from tests import shop
from tests.mobilepay.clients import BEACON_ID, an_order

AMOUNT = Money(2706, "DKK")
PAYMENTS = "/pos/v10/payments"
UNPAIRED = Customer(token=None, receipt_token=None, loyalty_ids=None)


def test_payment_goes_from_initiated_to_captured(mobilepay, pos_id, shopper):
    remote_id = mobilepay.payments.create(an_order(pos_id, "order-1", AMOUNT), key=uuid4())
    seen = [mobilepay.payments.status(PaymentRef(remote_id)).state]
    shopper.checks_in()
    seen.append(mobilepay.payments.status(PaymentRef(remote_id)).state)
    shopper.accepts()
    seen.append(mobilepay.payments.status(PaymentRef(remote_id)).state)
    mobilepay.payments.capture(PaymentRef(remote_id), amount=AMOUNT, key=uuid4())
    seen.append(mobilepay.payments.status(PaymentRef(remote_id)).state)

    assert seen == [
        PaymentState.INITIATED,
        PaymentState.ISSUED_TO_USER,
        PaymentState.RESERVED,
        PaymentState.CAPTURED,
    ]


def test_prepared_payment_gets_its_amount_when_it_is_ready(mobilepay, pos_id, shopper):
    remote_id = mobilepay.prepared.prepare(an_order(pos_id, "order-1", None), key=uuid4())
    seen = [mobilepay.payments.status(PaymentRef(remote_id))]
    shopper.checks_in()
    seen.append(mobilepay.payments.status(PaymentRef(remote_id)))
    mobilepay.prepared.ready(PaymentRef(remote_id), amount=AMOUNT, key=uuid4())
    seen.append(mobilepay.payments.status(PaymentRef(remote_id)))

    assert [(status.state, status.money) for status in seen] == [
        (PaymentState.PREPARED, None),
        (PaymentState.PAIRED, None),
        (PaymentState.ISSUED_TO_USER, AMOUNT),
    ]


def test_new_payment_is_as_it_was_ordered(mobilepay, pos_id):
    remote_id = mobilepay.payments.create(an_order(pos_id, "Ordre nr. 1 æøå", AMOUNT), key=uuid4())

    status = mobilepay.payments.status(PaymentRef(remote_id))

    assert (status.remote_id, status.pos_id, status.order_id) == (remote_id, pos_id, "Ordre nr. 1 æøå")
    assert (status.money, status.poll_delay_ms, status.customer) == (AMOUNT, 0, UNPAIRED)
    assert status.partial_capture_possible is None


def test_reserved_payment_names_its_expiry_and_its_customer(mobilepay, reserved):
    status = mobilepay.payments.status(PaymentRef(reserved))

    assert timedelta(days=6, hours=23) < status.expires_at - clock.now() <= timedelta(days=7)
    assert len(status.customer.token) == 40
    assert (status.customer.receipt_token, status.customer.loyalty_ids) == ("", ())
    assert status.partial_capture_possible is False


def test_customer_who_allows_it_can_be_charged_a_part(simulator, mobilepay, pos_id):
    remote_id = mobilepay.payments.create(an_order(pos_id, "order-1", AMOUNT), key=uuid4())
    shopper = shop.Customer(simulator.url, BEACON_ID, "+4520031805")
    shopper.checks_in()
    shopper.accepts()

    is_possible = mobilepay.payments.status(PaymentRef(remote_id)).partial_capture_possible
    mobilepay.payments.capture(PaymentRef(remote_id), amount=Money(1, "DKK"), key=uuid4())

    assert is_possible is True
    assert mobilepay.payments.status(PaymentRef(remote_id)).state == PaymentState.CAPTURED


@pytest.mark.parametrize(
    ("minor", "code"), [(2705, Code.NO_PARTIAL_CAPTURE), (2707, Code.CAPTURE_TOO_HIGH)], ids=["part", "more"]
)
def test_capture_of_another_amount_is_refused_and_captures_nothing(mobilepay, reserved, minor, code):
    with pytest.raises(Rejected) as refusal:
        mobilepay.payments.capture(PaymentRef(reserved), amount=Money(minor, "DKK"), key=uuid4())

    assert refusal.value.code == code
    assert mobilepay.payments.status(PaymentRef(reserved)).state == PaymentState.RESERVED


def test_capture_can_be_repeated_but_not_with_another_amount(mobilepay, captured):
    mobilepay.payments.capture(PaymentRef(captured), amount=AMOUNT, key=uuid4())
    with pytest.raises(Rejected) as refusal:
        mobilepay.payments.capture(PaymentRef(captured), amount=Money(2700, "DKK"), key=uuid4())

    assert refusal.value.code == Code.CAPTURED_DIFFERENTLY
    assert mobilepay.payments.status(PaymentRef(captured)).money == AMOUNT


def test_cancelled_payment_stays_cancelled_when_it_is_cancelled_again(mobilepay, reserved):
    mobilepay.payments.cancel(PaymentRef(reserved), key=uuid4())
    mobilepay.payments.cancel(PaymentRef(reserved), key=uuid4())

    assert mobilepay.payments.status(PaymentRef(reserved)).state == PaymentState.CANCELLED_BY_CLIENT


def test_captured_payment_cannot_be_cancelled_and_stays_captured(mobilepay, captured):
    with pytest.raises(Rejected) as refusal:
        mobilepay.payments.cancel(PaymentRef(captured), key=uuid4())

    assert refusal.value.code == Code.CANNOT_CANCEL
    assert mobilepay.payments.status(PaymentRef(captured)).state == PaymentState.CAPTURED


def test_payment_that_the_customer_declines_is_cancelled_by_the_user(mobilepay, pos_id, shopper):
    remote_id = mobilepay.payments.create(an_order(pos_id, "order-1", AMOUNT), key=uuid4())
    shopper.checks_in()
    shopper.cancels()

    assert mobilepay.payments.status(PaymentRef(remote_id)).state == PaymentState.CANCELLED_BY_USER


def test_second_active_payment_is_refused_and_the_first_goes_on(mobilepay, pos_id):
    first = mobilepay.payments.create(an_order(pos_id, "order-1", AMOUNT), key=uuid4())

    with pytest.raises(Rejected) as refusal:
        mobilepay.prepared.prepare(an_order(pos_id, "order-2", None), key=uuid4())

    assert refusal.value.code == Code.PAYMENT_ALREADY_ACTIVE
    assert refusal.value.refusal.meaning == "another payment is active on the point of sale"
    assert mobilepay.search.open_on(pos_id) == [first]


def test_open_payments_are_found_by_point_of_sale_and_order(mobilepay, pos_id, reserved):
    active = mobilepay.payments.create(an_order(pos_id, "order-2", AMOUNT), key=uuid4())

    assert mobilepay.search.open_on(pos_id) == [reserved, active]


@pytest.mark.parametrize("minor", [1, 1250, 999_999_999_999])
def test_amount_comes_back_exactly_as_it_was_asked(simulator, mobilepay, pos_id, minor):
    amount = Money(minor, "EUR")

    remote_id = mobilepay.payments.create(an_order(pos_id, "order-1", amount), key=uuid4())

    assert mobilepay.payments.status(PaymentRef(remote_id)).money == amount
    [call] = simulator.calls.find("POST", "/pos/v10/payments")
    assert str(call.body["amount"]) == f"{minor // 100}.{minor % 100:02}"


def nobodys(_remote_id):
    return False


def test_payment_whose_answer_was_lost_is_found_by_its_order(mobilepay, pos_id, reserved):
    active = mobilepay.payments.create(an_order(pos_id, "order-2", AMOUNT), key=uuid4())

    found = [mobilepay.payments.find(an_order(pos_id, f"order-{each}", AMOUNT), is_anothers=nobodys) for each in (1, 2)]

    assert [status.remote_id for status in found] == [reserved, active]


def test_payment_that_mobilepay_does_not_have_is_certainly_not_there(mobilepay, pos_id, reserved):
    assert mobilepay.payments.find(an_order(pos_id, "order-3", AMOUNT), is_anothers=nobodys) is None


def test_payment_of_another_row_is_not_found_though_its_order_is_called_the_same(mobilepay, pos_id, reserved):
    found = mobilepay.payments.find(an_order(pos_id, "order-1", AMOUNT), is_anothers=lambda each: each == reserved)

    assert found is None


@pytest.mark.parametrize("path", [PAYMENTS, PAYMENTS + "/[^/]+"], ids=["list", "look-up"])
@pytest.mark.parametrize(("status", "code"), [(403, "1401"), (409, "1304")])
def test_search_that_is_refused_tells_nothing(simulator, mobilepay, pos_id, reserved, path, status, code):
    simulator.faults.add("refuse", "GET", path, status=status, code=code)

    with pytest.raises(Unreachable):
        mobilepay.payments.find(an_order(pos_id, "order-1", AMOUNT), is_anothers=nobodys)


def test_payment_without_its_order_may_be_the_one_that_is_looked_for(simulator, mobilepay, pos_id, reserved):
    simulator.faults.add("alter", "GET", PAYMENTS + "/[^/]+", members={"orderId": None})

    with pytest.raises(Unreadable):
        mobilepay.payments.find(an_order(pos_id, "order-1", AMOUNT), is_anothers=nobodys)
