"""How the network writes moments and payloads."""

from datetime import datetime
from typing import Any

from portal.mobilepay.simulator.epayment.check_ins import CallbackCode, CheckIn
from portal.mobilepay.simulator.epayment.payments import Event, Payment

CHECKED_IN = "user.checked-in.v1"
PAYMENT_EVENTS = tuple(
    f"epayments.payment.{name}.v1"
    for name in ("created", "aborted", "expired", "cancelled", "captured", "refunded", "authorized", "terminated")
)
EVENTS = (*PAYMENT_EVENTS, CHECKED_IN)


def moment(at: datetime) -> str:
    """A moment in UTC with thousandths: `2026-10-17T06:07:45.484Z`."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def subscription(event: Event) -> str:
    """The name by which a registration asks for the event."""
    return f"epayments.payment.{event.name.lower()}.v1"


def amount(payment: Payment, minor: int) -> dict[str, Any]:
    return {"currency": payment.currency, "value": minor}


def logged(payment: Payment, event: Event) -> dict[str, Any]:
    """An event as the payment's log has it; without a key the member is left out."""
    shown = {
        "reference": payment.reference,
        "pspReference": event.psp_reference,
        "name": event.name,
        "amount": amount(payment, event.amount),
        "timestamp": moment(event.at),
        "success": True,
    }
    return shown if event.key is None else {**shown, "idempotencyKey": event.key}


def told(payment: Payment, event: Event) -> dict[str, Any]:
    """An event as a delivery has it."""
    body = {"msn": payment.unit.msn, **logged(payment, event)}
    if event.name == "AUTHORIZED" and payment.guaranteed_until:
        body["captureGuaranteedUntil"] = moment(payment.guaranteed_until)
    return body


def told_of(code: CallbackCode, check_in: CheckIn) -> dict[str, Any]:
    """A check-in as a delivery has it."""
    return {
        "customerToken": check_in.token,
        "merchantQrId": code.merchant_qr_id,
        "msn": code.unit.msn,
        "initiatedAt": moment(check_in.at),
    }
