"""States and sums of a payment: the state first, the sums only of what was approved."""

from datetime import UTC, datetime

import pytest

from portal.mobilepay.epayment import answers
from portal.mobilepay.errors import Unreadable
from portal.money import Money
from tests.mobilepay.epayment.conftest import REFERENCE, dkk, payment


@pytest.mark.parametrize(
    ("said", "state", "captured"),
    [
        (payment("CREATED", authorized=0), "IssuedToUser", None),
        (payment("ABORTED", authorized=0), "CancelledByUser", None),
        (payment("EXPIRED", authorized=0), "CancelledByMobilePay", None),
        # A terminated payment shows its amount as cancelled, though nothing was ever approved.
        (payment("TERMINATED", authorized=0, cancelled=2706), "CancelledByClient", None),
        (payment(), "Reserved", None),
        (payment(captured=2706), "Captured", 2706),
        (payment(captured=2000), "Captured", 2000),
        (payment(captured=2000, cancelled=706), "Captured", 2000),
        (payment(captured=2706, refunded=2706), "Captured", 2706),
        (payment(cancelled=706), "Reserved", None),
        (payment(cancelled=2706), "ExpiredAndCancelled", None),
    ],
)
def test_a_payment_stands_as_its_state_and_sums_say(said, state, captured):
    status = answers.payment(said, REFERENCE, captures_parts=False)

    assert (status.state, status.captured) == (state, captured and Money(captured, "DKK"))


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("2026-12-08T12:00:00Z", datetime(2026, 12, 8, 12, tzinfo=UTC)),
        ("2026-12-08T12:00:00", None),
        ("soon", None),
        (7, None),
        (None, None),
    ],
)
def test_how_long_the_money_is_safe_is_read_if_it_can_be(said, until):
    assert answers.payment(payment(captureGuaranteedUntil=said), REFERENCE, captures_parts=False).expires_at == until


@pytest.mark.parametrize(
    "spoilt",
    [
        {"state": "PAID"},
        {"state": None},
        {"amount": {"currency": "DKK", "value": 27.06}},
        {"amount": {"currency": "DKK", "value": "2706"}},
        {"amount": {"currency": "DKK", "value": True}},
        {"amount": {"value": 2706}},
        {"amount": None},
        {"aggregate": None},
        {"aggregate": {"authorizedAmount": dkk(2706)}},
        {"aggregate": {"capturedAmount": {"currency": "DKK", "value": None}}},
    ],
)
def test_what_a_decision_needs_must_be_right(spoilt):
    with pytest.raises(Unreadable, match=r"^an answer without the promised payment: "):
        answers.payment(payment() | spoilt, REFERENCE, captures_parts=False)


@pytest.mark.parametrize("answer", [None, [], "ok", 7])
def test_what_is_no_payment_is_not_taken_for_one(answer):
    with pytest.raises(Unreadable):
        answers.payment(answer, REFERENCE, captures_parts=False)
