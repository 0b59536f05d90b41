"""States, amounts, times and ids in MobilePay's answers."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from time import thread_time

import pytest

from portal.mobilepay.errors import Unreadable
from portal.mobilepay.posv10 import answers
from portal.mobilepay.types import PaymentState, RefundState
from tests.mobilepay.operations import PAYMENT, PAYMENT_ANSWER, POS, POS_ANSWER
from tests.mobilepay.posv10.samples import EXAMPLE, REFUND, payment, point_of_sale, refund


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
