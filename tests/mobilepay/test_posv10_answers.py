"""Answers of MobilePay as its documents show them, as they might be, and as they must not be."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from operator import attrgetter

import pytest

from portal.mobilepay import posv10_answers as answers
from portal.mobilepay.errors import Unreadable
from portal.mobilepay.types import Customer, PaymentState, PaymentStatus, RefundState
from portal.money import Money
from tests.mobilepay.operations import PAYMENT, PAYMENT_ANSWER, POS, POS_ANSWER, REFUND_ANSWER, STORE_ANSWER

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
READERS = [
    (answers.payment, PAYMENT_ANSWER),
    (answers.point_of_sale, POS_ANSWER),
    (answers.check_in, CHECK_IN),
    (answers.store, STORE_ANSWER),
    (answers.refund, REFUND),
]


def test_example_of_the_protocol_is_read_whole():
    status = answers.payment(EXAMPLE)

    assert status == PaymentStatus(
        remote_id="3974eae6-e36f-4148-b5ee-22689e528c75",
        pos_id="c85916b1-8e17-4275-a388-551e16aa6293",
        order_id="ORDER-12345",
        state=PaymentState.RESERVED,
        poll_delay_ms=1000,
        amount=Money(1250, "DKK"),
        customer=Customer(
            token="09bee223516e44000811ab0988b802b72a193c22",
            receipt_token="d0d0f8dc0adc4cec9398d82c93dad0d1",
            loyalty_ids=("123456",),
        ),
        expires_at=datetime(2022, 10, 17, 6, 7, 45, 484717, tzinfo=UTC),
        partial_capture_possible=False,
    )


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

    assert answers.payment({**EXAMPLE, member: None}) == answers.payment(absent)


@pytest.mark.parametrize("member", ["amount", "currencyCode"])
def test_payment_has_no_amount_until_it_has_amount_and_currency(member):
    assert answers.payment({**EXAMPLE, member: None}).amount is None


@pytest.mark.parametrize(
    ("read", "answer", "member"),
    [
        pytest.param(read, answer, member, id=f"{read.__name__}-{member}")
        for read, answer in READERS
        for member in answer
    ],
)
@pytest.mark.parametrize("is_null", [True, False], ids=["null", "absent"])
def test_answer_without_what_is_promised_is_unreadable(read, answer, member, is_null):
    without = {name: value for name, value in answer.items() if name != member}

    with pytest.raises(Unreadable, match=f"^an answer without the promised {read.__name__}: "):
        read({**without, member: None} if is_null else without)


@pytest.mark.parametrize(
    ("read", "answer", "member", "value"),
    [
        (answers.check_in, CHECK_IN, "isUserCheckedIn", "false"),
        (answers.check_in, CHECK_IN, "isUserCheckedIn", 1),
        (answers.check_in, CHECK_IN, "pollDelayInMs", "soon"),
        (answers.point_of_sale, POS_ANSWER, "requirePaymentBeforeCheckin", "false"),
        (answers.payment, PAYMENT_ANSWER, "orderId", 7),
        (answers.store, STORE_ANSWER, "storeName", ["Foyer"]),
        (answers.payment, EXAMPLE, "partialCapturePossible", "yes"),
        (answers.payment, EXAMPLE, "partialCapturePossible", 1),
        (answers.payment, EXAMPLE, "currencyCode", "KRONE"),
        (answers.payment, EXAMPLE, "loyaltyIds", 7),
        (answers.payment, EXAMPLE, "loyaltyIds", "123456"),
        (answers.payment, EXAMPLE, "loyaltyIds", [7]),
        (answers.payment, EXAMPLE, "loyaltyIds", ["123456", None]),
        (answers.payment, EXAMPLE, "loyaltyIds", ["x" * 101]),
        (answers.check_in, CHECK_IN, "loyaltyIds", [["123456"]]),
    ],
)
def test_member_of_another_type_is_unreadable(read, answer, member, value):
    with pytest.raises(Unreadable):
        read({**answer, member: value})


@pytest.mark.parametrize("read", [read for read, _ in READERS] + [answers.stores])
@pytest.mark.parametrize("answer", [None, "text", 7, True, [7], ["text"]], ids=repr)
def test_answer_of_another_shape_is_unreadable(read, answer):
    with pytest.raises(Unreadable):
        read(answer)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [(1000, 1000), (0, 0), (60_000, 60_000), (60_001, 60_000), (10**15, 60_000), (-1, 0), (-(10**15), 0)],
)
@pytest.mark.parametrize(
    ("read", "answer"), [(answers.payment, EXAMPLE), (answers.check_in, CHECK_IN), (answers.refund, REFUND)]
)
def test_poll_delay_is_kept_sensible(read, answer, theirs, ours):
    assert read({**answer, "pollDelayInMs": theirs}).poll_delay_ms == ours


@pytest.mark.parametrize(
    ("read", "answer", "member", "longest", "attribute"),
    [
        (answers.payment, EXAMPLE, "orderId", 36, "order_id"),
        (answers.payment, EXAMPLE, "customerToken", 100, "customer.token"),
        (answers.payment, EXAMPLE, "customerReceiptToken", 100, "customer.receipt_token"),
        (answers.point_of_sale, POS_ANSWER, "merchantPosId", 36, "merchant_pos_id"),
        (answers.point_of_sale, POS_ANSWER, "name", 36, "name"),
        (answers.point_of_sale, POS_ANSWER, "beaconId", 36, "beacon_id"),
        (answers.store, STORE_ANSWER, "storeName", 100, "name"),
        (answers.store, STORE_ANSWER, "storeZipCode", 20, "zip_code"),
        (answers.store, STORE_ANSWER, "merchantBrandId", 20, "brand_id"),
        (answers.store, STORE_ANSWER, "merchantLocationId", 20, "location_id"),
        (answers.refund, REFUND, "refundOrderId", 36, "refund_order_id"),
    ],
)
def test_text_is_read_up_to_its_limit_and_unreadable_beyond(read, answer, member, longest, attribute):
    whole = read({**answer, member: "x" * longest})

    assert attrgetter(attribute)(whole) == "x" * longest
    with pytest.raises(Unreadable):
        read({**answer, member: "x" * (longest + 1)})


@pytest.mark.parametrize("state", PaymentState)
def test_every_state_of_a_payment_is_known_by_its_word(state):
    assert answers.payment({**PAYMENT_ANSWER, "status": str(state)}).state is state


@pytest.mark.parametrize("state", RefundState)
def test_every_state_of_a_refund_is_known_by_its_word(state):
    assert answers.refund({**REFUND, "status": str(state)}).state is state


@pytest.mark.parametrize("word", ["Postponed", "reserved", "", 7])
@pytest.mark.parametrize(("read", "answer"), [(answers.payment, PAYMENT_ANSWER), (answers.refund, REFUND)])
def test_state_that_nobody_knows_is_unreadable(read, answer, word):
    with pytest.raises(Unreadable):
        read({**answer, "status": word})


@pytest.mark.parametrize(
    "amount",
    [Decimal(0), Decimal("-0.01"), -1, Decimal("0.001"), "a lot", "NaN", "Infinity", "sNaN", [], Decimal("1E+999999")],
    ids=repr,
)
@pytest.mark.parametrize(("read", "answer"), [(answers.payment, EXAMPLE), (answers.refund, REFUND)])
def test_amount_that_is_none_is_unreadable(read, answer, amount):
    with pytest.raises(Unreadable):
        read({**answer, "amount": amount})


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
    status = answers.payment({**EXAMPLE, "paymentExpiresAt": text})

    assert (status.expires_at, status.remote_id) == (moment, PAYMENT)
    assert status.expires_at is None or status.expires_at.utcoffset() is not None


@pytest.mark.parametrize("spelling", [POS.upper(), POS.replace("-", ""), f"{{{POS}}}"])
def test_id_is_always_told_in_one_spelling(spelling):
    assert answers.identifier("posId", {"posId": spelling}) == POS
    assert answers.identifiers("posIds", {"posIds": [spelling]}) == [POS]
    assert answers.payment({**EXAMPLE, "posId": spelling}).pos_id == POS


@pytest.mark.parametrize("answer", [None, {}, [], "x", {"posId": None}, {"posId": "7"}, {"posId": 7}], ids=repr)
def test_answer_without_a_new_id_is_unreadable(answer):
    with pytest.raises(Unreadable, match=r"^an answer without the promised identifier: "):
        answers.identifier("posId", answer)


@pytest.mark.parametrize("answer", [None, {}, [], {"posIds": None}, {"posIds": ["7"]}, {"posIds": [7]}], ids=repr)
def test_answer_without_a_list_of_ids_is_unreadable(answer):
    with pytest.raises(Unreadable, match=r"^an answer without the promised identifiers: "):
        answers.identifiers("posIds", answer)


def test_point_of_sale_tells_its_callback_alias():
    assert answers.point_of_sale({**POS_ANSWER, "callbackAlias": "shop"}).callback_alias == "shop"
