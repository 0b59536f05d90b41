"""Answers of MobilePay as its documents show them, as they might be, and as they must not be."""

from datetime import UTC, datetime
from decimal import Decimal
from operator import attrgetter

import pytest

from portal.mobilepay.errors import Contradiction, Unreadable
from portal.mobilepay.posv10 import answers
from portal.mobilepay.types import Customer, PaymentState, PaymentStatus
from portal.money import Money
from tests.mobilepay.operations import NOBODY, PAYMENT, PAYMENT_ANSWER, POS_ANSWER, STORE_ANSWER
from tests.mobilepay.operations import REFUND as REFUND_ID
from tests.mobilepay.posv10.samples import EXAMPLE, REFUND, payment, point_of_sale, refund

CHECK_IN = {"isUserCheckedIn": True, "pollDelayInMs": 1000}


READERS = [
    (payment, PAYMENT_ANSWER),
    (point_of_sale, POS_ANSWER),
    (answers.check_in, CHECK_IN),
    (answers.store, STORE_ANSWER),
    (refund, REFUND),
]
# What no answer can be used without, by the name of its reader.
NEEDED = {
    "payment": {"paymentId", "status"},
    "point_of_sale": {"posId"},
    "check_in": {"isUserCheckedIn"},
    "store": {"storeId"},
    "refund": {"refundId", "status"},
}


def members(is_needed):
    return [
        pytest.param(read, answer, member, id=f"{read.__name__}-{member}")
        for read, answer in READERS
        for member in answer
        if (member in NEEDED[read.__name__]) is is_needed
    ]


def test_example_of_the_protocol_is_read_whole():
    status = payment(EXAMPLE)

    assert status == PaymentStatus(
        remote_id="3974eae6-e36f-4148-b5ee-22689e528c75",
        pos_id="c85916b1-8e17-4275-a388-551e16aa6293",
        order_id="ORDER-12345",
        state=PaymentState.RESERVED,
        poll_delay_ms=1000,
        amount=Decimal("12.5"),
        currency="DKK",
        customer=Customer(
            token="09bee223516e44000811ab0988b802b72a193c22",
            receipt_token="d0d0f8dc0adc4cec9398d82c93dad0d1",
            loyalty_ids=("123456",),
        ),
        expires_at=datetime(2022, 10, 17, 6, 7, 45, 484717, tzinfo=UTC),
        partial_capture_possible=False,
        odd={},
    )
    assert status.money == Money(1250, "DKK")


@pytest.mark.parametrize(("read", "answer"), READERS)
def test_members_that_we_do_not_know_are_ignored(read, answer):
    assert read({**answer, "new": {"in": ["V10.3"]}}) == read(answer)


@pytest.mark.parametrize(
    "member",
    [
        "amount",
        "currencyCode",
        "customerToken",
        "customerReceiptToken",
        "loyaltyIds",
        "paymentExpiresAt",
        "partialCapturePossible",
    ],
)
def test_null_is_the_same_as_absent(member):
    absent = {name: value for name, value in EXAMPLE.items() if name != member}

    assert payment({**EXAMPLE, member: None}) == payment(absent)


@pytest.mark.parametrize("member", ["amount", "currencyCode"])
def test_payment_has_no_amount_until_it_has_amount_and_currency(member):
    assert payment({**EXAMPLE, member: None}).money is None


@pytest.mark.parametrize(("read", "answer", "member"), members(is_needed=True))
@pytest.mark.parametrize("is_null", [True, False], ids=["null", "absent"])
def test_answer_without_what_is_needed_is_unreadable(read, answer, member, is_null):
    without = {name: value for name, value in answer.items() if name != member}

    with pytest.raises(Unreadable, match=f"^an answer without the promised {read.__name__}: "):
        read({**without, member: None} if is_null else without)


@pytest.mark.parametrize(("read", "answer", "member"), members(is_needed=False))
@pytest.mark.parametrize("is_null", [True, False], ids=["null", "absent"])
def test_answer_without_anything_else_is_read(read, answer, member, is_null):
    without = {name: value for name, value in answer.items() if name != member}

    assert type(read({**without, member: None} if is_null else without)) is type(read(answer))


@pytest.mark.parametrize(
    ("read", "answer", "member", "value"),
    [
        (answers.check_in, CHECK_IN, "isUserCheckedIn", "false"),
        (answers.check_in, CHECK_IN, "isUserCheckedIn", 1),
        (payment, EXAMPLE, "paymentId", 7),
        (payment, EXAMPLE, "paymentId", "7"),
        (payment, EXAMPLE, "status", ["Reserved"]),
        (refund, REFUND, "refundId", [REFUND_ID]),
        (answers.store, STORE_ANSWER, "storeId", "the first"),
    ],
)
def test_what_is_needed_and_of_another_type_is_unreadable(read, answer, member, value):
    with pytest.raises(Unreadable):
        read({**answer, member: value})


@pytest.mark.parametrize(
    ("read", "answer", "member"),
    [(payment, EXAMPLE, "paymentId"), (refund, REFUND, "refundId"), (point_of_sale, POS_ANSWER, "posId")],
)
def test_answer_about_another_thing_than_was_asked_for_is_a_contradiction(read, answer, member):
    stranger = "00000000-0000-4000-8000-000000000000"

    with pytest.raises(Contradiction) as contradiction:
        read({**answer, member: stranger.upper()})

    names = {"paymentId": "payment", "refundId": "refund", "posId": "point of sale"}
    assert contradiction.value.said == {names[member]: stranger}


def test_id_in_capitals_is_the_one_that_was_asked_for():
    assert answers.payment(EXAMPLE, PAYMENT.upper()).remote_id == PAYMENT


@pytest.mark.parametrize(
    ("member", "value", "attribute", "read_as"),
    [
        pytest.param("loyaltyIds", [123456], "customer.loyalty_ids", ("123456",), id="loyalty id as a number"),
        pytest.param("loyaltyIds", [Decimal("1.5")], "customer.loyalty_ids", ("1.5",), id="loyalty id as a fraction"),
        pytest.param("loyaltyIds", ["a", None, "", ["b"], True, "c"], "customer.loyalty_ids", ("a", "c"), id="no ids"),
        pytest.param("loyaltyIds", ["x" * 101, "y"], "customer.loyalty_ids", ("y",), id="loyalty id without end"),
        pytest.param("loyaltyIds", "123456", "customer.loyalty_ids", None, id="loyalty ids that are no list"),
        pytest.param("loyaltyIds", ["1\u202e2\u0000"], "customer.loyalty_ids", ("12",), id="loyalty id with marks"),
        pytest.param("customerToken", 7, "customer.token", "7", id="token as a number"),
        pytest.param("customerToken", True, "customer.token", None, id="token that is true"),
        pytest.param("customerToken", {"a": 1}, "customer.token", None, id="token as an object"),
        pytest.param("customerToken", "x" * 101, "customer.token", None, id="token without end"),
        pytest.param("customerReceiptToken", "a\ud800b", "customer.receipt_token", "ab", id="half a character"),
        pytest.param("customerReceiptToken", [], "customer.receipt_token", None, id="receipt token as a list"),
        pytest.param("partialCapturePossible", "yes", "partial_capture_possible", None, id="partial in words"),
        pytest.param("partialCapturePossible", 1, "partial_capture_possible", None, id="partial as a number"),
        pytest.param("paymentExpiresAt", {"at": 1}, "expires_at", None, id="expiry as an object"),
        pytest.param("currencyCode", "dkk", "currency", "DKK", id="currency in small letters"),
        pytest.param("amount", "12.50", "amount", Decimal("12.50"), id="amount as text"),
        pytest.param("amount", Decimal("12.500000000000000000000"), "money", Money(1250, "DKK"), id="amount at length"),
    ],
)
def test_odd_member_that_no_decision_needs_is_read_if_it_can_be(member, value, attribute, read_as):
    status = payment({**EXAMPLE, member: value})

    assert attrgetter(attribute)(status) == read_as
    assert (status.state, status.odd) == (PaymentState.RESERVED, {})


@pytest.mark.parametrize(
    ("read", "answer", "member", "value", "attribute", "odd"),
    [
        pytest.param(payment, EXAMPLE, "posId", "till 1", "pos_id", {"point of sale": "till 1"}, id="point of sale"),
        pytest.param(payment, EXAMPLE, "posId", 7, "pos_id", {"point of sale": "7"}, id="point of sale as a number"),
        pytest.param(payment, EXAMPLE, "orderId", 7, "order_id", {"order": "7"}, id="order as a number"),
        pytest.param(payment, EXAMPLE, "orderId", "x" * 37, "order_id", {"order": "x" * 37}, id="order at length"),
        pytest.param(payment, EXAMPLE, "orderId", ["\u202e"], "order_id", {"order": "['\\u202e']"}, id="order list"),
        pytest.param(payment, EXAMPLE, "currencyCode", "KRONE", "currency", {"currency": "KRONE"}, id="currency"),
        pytest.param(payment, EXAMPLE, "currencyCode", 208, "currency", {"currency": "208"}, id="currency's number"),
        pytest.param(payment, EXAMPLE, "amount", "a lot", "amount", {"amount": "a lot"}, id="amount in words"),
        pytest.param(payment, EXAMPLE, "amount", "NaN", "amount", {"amount": "NaN"}, id="amount that is none"),
        pytest.param(payment, EXAMPLE, "amount", "sNaN", "amount", {"amount": "sNaN"}, id="amount that signals"),
        pytest.param(payment, EXAMPLE, "amount", "Infinity", "amount", {"amount": "Infinity"}, id="amount unending"),
        pytest.param(payment, EXAMPLE, "amount", True, "amount", {"amount": "True"}, id="amount that is true"),
        pytest.param(payment, EXAMPLE, "amount", [0, [1, 2], 0], "amount", {"amount": "[0, [1, 2], 0]"}, id="a list"),
        pytest.param(payment, EXAMPLE, "amount", "9" * 200 + "x", "amount", {"amount": "9" * 100}, id="cut"),
        pytest.param(refund, REFUND, "paymentId", "it", "payment_remote_id", {"payment": "it"}, id="refund's payment"),
        pytest.param(refund, REFUND, "refundOrderId", 7, "refund_order_id", {"order": "7"}, id="refund's order"),
        pytest.param(refund, REFUND, "amount", {}, "amount", {"amount": "{}"}, id="refund's amount"),
        pytest.param(refund, REFUND, "currencyCode", "", "currency", {}, id="refund without a currency"),
    ],
)
def test_what_a_decision_hangs_on_and_cannot_be_read_is_told_as_odd(read, answer, member, value, attribute, odd):
    status = read({**answer, member: value})

    assert (attrgetter(attribute)(status) or None, status.odd) == (None, odd)


@pytest.mark.parametrize(
    ("member", "value", "attribute", "read_as"),
    [
        ("storeName", ["Foyer"], "name", ""),
        ("storeName", "Foyer\u0000 \u202eeast\n", "name", "Foyer east"),
        ("storeStreet", 7, "street", ""),
        ("storeCity", "x" * 101, "city", "x" * 100),
    ],
)
def test_odd_words_about_a_store_are_shown_as_they_can_be(member, value, attribute, read_as):
    assert getattr(answers.store({**STORE_ANSWER, member: value}), attribute) == read_as


@pytest.mark.parametrize(
    ("member", "value", "attribute", "read_as"),
    [
        ("requirePaymentBeforeCheckin", "false", "require_payment_before_check_in", False),
        ("supportedBeaconTypes", "QR", "beacon_types", ()),
        ("supportedBeaconTypes", ["QR", 7, None], "beacon_types", ("QR", "7")),
        ("callbackAlias", 7, "callback_alias", None),
        ("name", "x" * 37, "name", "x" * 36),
        ("name", "Till\u202e 1", "name", "Till 1"),
    ],
)
def test_odd_words_about_a_point_of_sale_are_shown_as_they_can_be(member, value, attribute, read_as):
    assert getattr(point_of_sale({**POS_ANSWER, member: value}), attribute) == read_as


def test_odd_words_about_who_checks_in_are_told_as_they_can_be():
    told = answers.check_in({**CHECK_IN, "loyaltyIds": 7, "customerToken": None, "pollDelayInMs": "soon"})

    assert (told.is_user_checked_in, told.customer, told.poll_delay_ms) == (True, NOBODY, 1000)


@pytest.mark.parametrize("read", [read for read, _ in READERS] + [answers.stores])
@pytest.mark.parametrize("answer", [None, "text", 7, True, [7], ["text"]], ids=repr)
def test_answer_of_another_shape_is_unreadable(read, answer):
    with pytest.raises(Unreadable):
        read(answer)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (1000, 1000),
        (0, 0),
        (10_000, 10_000),
        (10_001, 10_000),
        (10**9, 10_000),
        (Decimal("250.9"), 250),
        ("250", 250),
        (-1, 1000),
        (-(10**15), 1000),
        ("soon", 1000),
        ("NaN", 1000),
        (True, 1000),
        ([], 1000),
        (None, 1000),
    ],
    ids=repr,
)
@pytest.mark.parametrize(("read", "answer"), [(payment, EXAMPLE), (answers.check_in, CHECK_IN), (refund, REFUND)])
def test_poll_delay_neither_starves_a_till_nor_makes_it_spin(read, answer, theirs, ours):
    assert read({**answer, "pollDelayInMs": theirs}).poll_delay_ms == ours


@pytest.mark.parametrize(
    ("read", "answer", "member", "longest", "attribute", "beyond"),
    [
        (payment, EXAMPLE, "orderId", 36, "order_id", None),
        (payment, EXAMPLE, "customerToken", 100, "customer.token", None),
        (payment, EXAMPLE, "customerReceiptToken", 100, "customer.receipt_token", None),
        (point_of_sale, POS_ANSWER, "name", 36, "name", "x" * 36),
        (answers.store, STORE_ANSWER, "storeName", 100, "name", "x" * 100),
        (answers.store, STORE_ANSWER, "storeZipCode", 20, "zip_code", "x" * 20),
        (answers.store, STORE_ANSWER, "merchantBrandId", 20, "brand_id", "x" * 20),
        (answers.store, STORE_ANSWER, "merchantLocationId", 20, "location_id", "x" * 20),
        (refund, REFUND, "refundOrderId", 36, "refund_order_id", None),
    ],
)
def test_words_that_are_too_long_are_cut_and_ids_left_out(read, answer, member, longest, attribute, beyond):
    whole = attrgetter(attribute)(read({**answer, member: "x" * longest}))
    longer = attrgetter(attribute)(read({**answer, member: "x" * (longest + 1)}))

    assert (whole, longer) == ("x" * longest, beyond)


@pytest.mark.parametrize(
    ("member", "odd", "attribute"),
    [
        ("merchantPosId", "x" * 37, "merchant_pos_id"),
        ("merchantPosId", 1, "merchant_pos_id"),
        ("beaconId", "x" * 37, "beacon_id"),
        ("beaconId", 123456789012345, "beacon_id"),
        ("storeId", "the first", "store_id"),
        ("name", None, "name"),
        ("name", "\u202e", "name"),
    ],
)
def test_point_of_sale_is_read_but_for_what_is_odd(member, odd, attribute):
    assert getattr(point_of_sale({**POS_ANSWER, member: odd}), attribute) is None
