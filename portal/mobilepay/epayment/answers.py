"""Reads ePayment's answers into the portal's types; unknown members are ignored.

The state comes first, the sums only of what was approved: `AUTHORIZED` never changes again, and a payment that was
terminated shows its amount as cancelled (docs/protocol/epayment.md, States and sums).
"""

from datetime import datetime
from typing import Any

from portal.mobilepay.errors import Contradiction, Unreadable
from portal.mobilepay.types import Customer, PaymentState, PaymentStatus
from portal.money import InvalidAmount, Money
from portal.plain_text import clean

# It names no delay of its own: once a second is allowed for payments in shops.
POLL_DELAY_MS = 1000
LONGEST_REFERENCE = 64
# It tells nothing of the customer before the profile is asked for, which tills do not.
NOBODY = Customer(token=None, receipt_token=None, loyalty_ids=())

_UNAPPROVED = {
    "CREATED": PaymentState.ISSUED_TO_USER,
    "ABORTED": PaymentState.CANCELLED_BY_USER,
    "EXPIRED": PaymentState.CANCELLED_BY_MOBILEPAY,
    "TERMINATED": PaymentState.CANCELLED_BY_CLIENT,
}
_UNREADABLE = (KeyError, TypeError, ValueError, ArithmeticError, AttributeError)


def payment(answer: Any, asked_for: str) -> PaymentStatus:
    """How a payment stands; raises Unreadable without its state and sums, Contradiction for another reference."""
    try:
        reference = str(answer["reference"])
        amount = _money(answer["amount"])
        sums = {name: _money(value) for name, value in answer["aggregate"].items() if name.endswith("Amount")}
        state = _state(str(answer["state"]), sums)
    except _UNREADABLE as error:
        raise Unreadable(f"an answer without the promised payment: {type(error).__name__}") from error
    if reference != asked_for:
        raise Contradiction({"payment": clean(reference, longest=LONGEST_REFERENCE)})
    return PaymentStatus(
        remote_id=reference,
        pos_id=None,
        order_id=None,
        state=state,
        poll_delay_ms=POLL_DELAY_MS,
        amount=amount.major,
        currency=amount.currency,
        customer=NOBODY,
        expires_at=_moment(answer.get("captureGuaranteedUntil")),
        partial_capture_possible=None,
        captured=sums["capturedAmount"] if state == PaymentState.CAPTURED else None,
    )


def refunded(answer: Any) -> Money:
    """What went back of a payment by now."""
    try:
        return _money(answer["aggregate"]["refundedAmount"])
    except _UNREADABLE as error:
        raise Unreadable(f"an answer without the promised sums: {type(error).__name__}") from error


def refund_keys(events: Any) -> set[str]:
    """The idempotency keys of the refunds that were made."""
    try:
        made = [each for each in events if each["name"] == "REFUNDED" and each["success"] is True]
    except _UNREADABLE as error:
        raise Unreadable(f"an answer without the promised events: {type(error).__name__}") from error
    return {str(each.get("idempotencyKey")) for each in made}


def _state(state: str, sums: dict[str, Money]) -> PaymentState:
    if state != "AUTHORIZED":
        return _UNAPPROVED[state]
    if sums["capturedAmount"].minor > 0:
        return PaymentState.CAPTURED
    is_gone = sums["cancelledAmount"].minor >= sums["authorizedAmount"].minor
    return PaymentState.EXPIRED_AND_CANCELLED if is_gone else PaymentState.RESERVED


def _money(value: Any) -> Money:
    minor = value["value"]
    if type(minor) is not int:
        raise InvalidAmount("an amount is a whole number of minor units")
    return Money(minor, str(value["currency"]))


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None
