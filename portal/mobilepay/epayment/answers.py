"""Reads ePayment's answers into the portal's types; unknown members are ignored.

The state comes first, the sums only of what was approved: `AUTHORIZED` never changes again, and a payment that was
terminated shows its amount as cancelled (docs/protocol/epayment.md, States and sums).
"""

from datetime import datetime
from typing import Any

from portal.mobilepay.errors import Contradiction, Unreadable
from portal.mobilepay.types import (
    Customer,
    PaymentState,
    PaymentStatus,
    PointOfSaleInfo,
    SalesUnit,
    WebhookInfo,
    WebhookSecret,
)
from portal.money import InvalidAmount, Money
from portal.plain_text import clean

# It names no delay of its own: once a second is allowed for payments in shops.
POLL_DELAY_MS = 1000
LONGEST_REFERENCE = 64
LONGEST_NAME = 36
LONGEST_UNIT_NAME = 100
_CURRENCIES = {"business:DK:CVR": "DKK", "business:FI:Y-tunnus": "EUR", "business:NO:ORG": "NOK"}
_CONFIGURATION = ("paymentAllowed", "skipLandingPageAllowed", "partialCaptureAllowed")
# It tells nothing of the customer before the profile is asked for, which tills do not.
NOBODY = Customer(token=None, receipt_token=None, loyalty_ids=())

_UNAPPROVED = {
    "CREATED": PaymentState.ISSUED_TO_USER,
    "ABORTED": PaymentState.CANCELLED_BY_USER,
    "EXPIRED": PaymentState.CANCELLED_BY_MOBILEPAY,
    "TERMINATED": PaymentState.CANCELLED_BY_CLIENT,
}
_UNREADABLE = (KeyError, TypeError, ValueError, ArithmeticError, AttributeError)


def payment(answer: Any, asked_for: str, *, captures_parts: bool) -> PaymentStatus:
    """How a payment stands; raises Unreadable without its state and sums, Contradiction for another reference."""
    try:
        reference = str(answer["reference"])
        amount = _money(answer["amount"])
        sums = {name: _money(value) for name, value in answer["aggregate"].items() if name.endswith("Amount")}
        state = _state(str(answer["state"]), sums)
    except _UNREADABLE as error:
        raise Unreadable(f"an answer without the promised payment: {type(error).__name__}") from error
    _same(reference, asked_for)
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
        partial_capture_possible=captures_parts if state == PaymentState.RESERVED else None,
        captured=sums["capturedAmount"] if state == PaymentState.CAPTURED else None,
        refunded=sums["refundedAmount"] if state == PaymentState.CAPTURED else None,
        may_be_released_by_us=state == PaymentState.EXPIRED_AND_CANCELLED,
    )


def require_about(asked_for: str, answer: Any) -> None:
    """Make sure that the answer is about the payment; raises Unreadable or Contradiction."""
    _same(_promised(answer, "reference"), asked_for)


def refunded(answer: Any) -> Money:
    """What went back of a payment by now."""
    return _sum(answer, "refundedAmount")


def uncaptured(answer: Any) -> Money:
    """What of an approved payment is neither captured nor let go of."""
    return _sum(answer, "authorizedAmount") - _sum(answer, "capturedAmount") - _sum(answer, "cancelledAmount")


def refund_keys(events: Any) -> set[str]:
    """The idempotency keys of the refunds that were made."""
    try:
        made = [each for each in events if each["name"] == "REFUNDED" and each["success"] is True]
    except _UNREADABLE as error:
        raise Unreadable(f"an answer without the promised events: {type(error).__name__}") from error
    return {str(each.get("idempotencyKey")) for each in made}


def text(name: str, answer: Any) -> str:
    """A text that was promised under this name."""
    value = _promised(answer, name)
    if not value:
        raise Unreadable(f"an answer with an empty {name}")
    return value


def rows(answer: Any) -> list[dict[str, Any]]:
    """A list of objects."""
    if not isinstance(answer, list) or not all(isinstance(each, dict) for each in answer):
        raise Unreadable("an answer that is no list of objects")
    return answer


def callback_code(answer: Any, pos_id: str) -> PointOfSaleInfo:
    """The network's record of a point of sale: its code, and what it is called."""
    beacon_id = text("merchantQrId", answer)
    return PointOfSaleInfo(
        pos_id=pos_id,
        merchant_pos_id=None,
        store_id=None,
        name=clean(str(answer.get("locationDescription") or ""), longest=LONGEST_NAME) or None,
        beacon_id=beacon_id,
        beacon_types=("QR",),
        require_payment_before_check_in=False,
        callback_alias=None,
    )


def webhooks(answer: Any) -> list[WebhookInfo]:
    """Registrations for deliveries."""
    try:
        listed = rows(answer["webhooks"])
        return [WebhookInfo(text("id", each), text("url", each), tuple(map(str, each["events"]))) for each in listed]
    except _UNREADABLE as error:
        raise Unreadable(f"an answer without the promised registrations: {type(error).__name__}") from error


def webhook(answer: Any) -> WebhookSecret:
    """A registration just made."""
    return WebhookSecret(text("id", answer), text("secret", answer))


def sales_unit(answer: Any) -> SalesUnit:
    """What a sales unit is set up for."""
    try:
        name, told = str(answer["name"]), answer.get("configuration") or {}
        takes, skips, parts = (told.get(each) for each in _CONFIGURATION)
        scheme = str((answer.get("businessIdentifier") or {}).get("scheme"))
    except _UNREADABLE as error:
        raise Unreadable(f"an answer without the promised sales unit: {type(error).__name__}") from error
    name = clean(name, longest=LONGEST_UNIT_NAME)
    return SalesUnit(name, _CURRENCIES.get(scheme), _truth(takes), _truth(skips), _truth(parts))


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _same(reference: str, asked_for: str) -> None:
    if reference != asked_for:
        raise Contradiction({"payment": clean(reference, longest=LONGEST_REFERENCE)})


def _promised(answer: Any, name: str) -> str:
    try:
        return str(answer[name])
    except _UNREADABLE as error:
        raise Unreadable(f"an answer without the promised {name}: {type(error).__name__}") from error


def _sum(answer: Any, name: str) -> Money:
    try:
        return _money(answer["aggregate"][name])
    except _UNREADABLE as error:
        raise Unreadable(f"an answer without the promised sums: {type(error).__name__}") from error


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
