"""Answers of MobilePay as its documents show them, as they might be, and as they must not be."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from operator import attrgetter
from time import thread_time

import pytest

from portal.mobilepay.errors import Contradiction, Unreadable
from portal.mobilepay.posv10 import answers
from portal.mobilepay.types import Customer, PaymentState, PaymentStatus, RefundState
from portal.money import Money
from tests.mobilepay.operations import NOBODY, PAYMENT, PAYMENT_ANSWER, POS, POS_ANSWER, REFUND_ANSWER, STORE_ANSWER
from tests.mobilepay.operations import REFUND as REFUND_ID

# The example of the protocol: docs/protocol/posv10.md, QueryPayment.
EXAMPLE = {
    "paymentId": "3974eae6-e36f-4148-b5ee-22689e528c75",
    "posId": "c85916b1-8e17-4275-a388-551e16aa6293",
    "orderId": "ORDER-12345",
    "amount": Decimal("12.5"),
    "currencyCode": "DKK",
    "restrictions": {"debitCardDisallowed": False, "creditCardDisallowed": False},
    "merchantPaymentLabel": "PaymentLabel",
    "plannedCaptureDelay": "None",
    "status": "Reserved",
    "customerToken": "09bee223516e44000811ab0988b802b72a193c22",
    "customerReceiptToken": "d0d0f8dc0adc4cec9398d82c93dad0d1",
    "loyaltyIds": ["123456"],
    "paymentExpiresAt": "2022-10-17T06:07:45.4847176+00:00",
    "partialCapturePossible": False,
    "pollDelayInMs": 1000,
}
CHECK_IN = {"isUserCheckedIn": True, "pollDelayInMs": 1000}
REFUND = {**REFUND_ANSWER, "amount": Decimal("12.5")}


def payment(answer):
    return answers.payment(answer, PAYMENT)


def point_of_sale(answer):
    return answers.point_of_sale(answer, POS)


def refund(answer):
    return answers.refund(answer, REFUND_ID)


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


@pytest.mark.parametrize("state", PaymentState)
def test_every_state_of_a_payment_is_known_by_its_word(state):
    assert payment({**PAYMENT_ANSWER, "status": str(state)}).state is state


@pytest.mark.parametrize("state", RefundState)
def test_every_state_of_a_refund_is_known_by_its_word(state):
    assert refund({**REFUND, "status": str(state)}).state is state


@pytest.mark.parametrize("word", ["Postponed", "reserved", "", 7])
@pytest.mark.parametrize(("read", "answer"), [(payment, PAYMENT_ANSWER), (refund, REFUND)])
def test_state_that_nobody_knows_is_unreadable(read, answer, word):
    with pytest.raises(Unreadable):
        read({**answer, "status": word})


@pytest.mark.parametrize(
    "amount",
    [Decimal(0), Decimal("-0.01"), -1, Decimal("0.001"), Decimal("1E+999999999")],
    ids=repr,
)
@pytest.mark.parametrize(("read", "answer"), [(payment, EXAMPLE), (refund, REFUND)])
def test_number_that_is_no_amount_of_money_is_told_as_it_came_and_is_no_money(read, answer, amount):
    status = read({**answer, "amount": amount})

    assert (status.amount, status.money, status.odd) == (amount, None, {})


@pytest.mark.parametrize("number", ["1E+200000", "-1E+200000", "1E-2000000", "0E+2000000", "0E-2000000"])
@pytest.mark.parametrize("member", ["amount", "pollDelayInMs", "loyaltyIds", "orderId"])
def test_number_written_short_costs_no_time_however_long_it_is(member, number):
    begun = thread_time()

    status = payment({**EXAMPLE, member: Decimal(number)})

    assert status.poll_delay_ms <= 10_000
    assert (status.money is None) is (member == "amount")
    # Written out it has as many digits as its exponent says: a second, or forever.
    assert thread_time() - begun < 0.1


@pytest.mark.parametrize("member", ["amount", "currencyCode"])
def test_refund_may_leave_out_its_amount(member):
    assert refund({**REFUND, member: None}).money is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-10-17T06:07:45.4847176+00:00", datetime(2022, 10, 17, 6, 7, 45, 484717, tzinfo=UTC)),
        ("2022-10-17T06:07:45Z", datetime(2022, 10, 17, 6, 7, 45, tzinfo=UTC)),
        ("2022-10-17T06:07:45", datetime(2022, 10, 17, 6, 7, 45, tzinfo=UTC)),
        ("2022-10-17T08:07:45.5+02:00", datetime(2022, 10, 17, 8, 7, 45, 500000, timezone(timedelta(hours=2)))),
        ("17-10-2022 06:07:45 +00:00", None),
        ("soon", None),
        ("", None),
        (None, None),
        (1_666_000_000, None),
    ],
)
def test_expiry_is_read_or_left_out_but_never_costs_the_payment(text, moment):
    status = payment({**EXAMPLE, "paymentExpiresAt": text})

    assert (status.expires_at, status.remote_id) == (moment, PAYMENT)
    assert status.expires_at is None or status.expires_at.utcoffset() is not None


@pytest.mark.parametrize("spelling", [POS.upper(), POS.replace("-", ""), f"{{{POS}}}"])
def test_id_is_always_told_in_one_spelling(spelling):
    assert answers.identifier("posId", {"posId": spelling}) == POS
    assert answers.identifiers("posIds", {"posIds": [spelling]}) == [POS]
    assert payment({**EXAMPLE, "posId": spelling}).pos_id == POS


@pytest.mark.parametrize("answer", [None, {}, [], "x", {"posId": None}, {"posId": "7"}, {"posId": 7}], ids=repr)
def test_answer_without_a_new_id_is_unreadable(answer):
    with pytest.raises(Unreadable, match=r"^an answer without the promised identifier: "):
        answers.identifier("posId", answer)


@pytest.mark.parametrize("answer", [None, {}, [], {"posIds": None}, {"posIds": ["7"]}, {"posIds": [7]}], ids=repr)
def test_answer_without_a_list_of_ids_is_unreadable(answer):
    with pytest.raises(Unreadable, match=r"^an answer without the promised identifiers: "):
        answers.identifiers("posIds", answer)


def test_point_of_sale_tells_its_callback_alias():
    assert point_of_sale({**POS_ANSWER, "callbackAlias": "shop"}).callback_alias == "shop"
