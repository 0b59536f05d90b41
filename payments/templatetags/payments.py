"""How a payment's state looks."""

from typing import Any

from django import template

from payments.models import Payment
from payments.states import ACTIVE, State

register = template.Library()


@register.inclusion_tag("components/tag.html")
def payment_state(payment: Payment) -> dict[str, Any]:
    """The state as a word with its colour; an unknown outcome is a state of its own."""
    if payment.contradicted_at:
        return {"tone": "warn", "word": "MobilePay says otherwise"}
    if payment.is_in_doubt:
        return {"tone": "warn", "word": "Not known yet"}
    if payment.state == State.CAPTURED and payment.refunded_minor:
        word = "Refunded" if payment.refunded_minor == payment.captured_minor else "Partly refunded"
        return {"tone": "good", "word": word}
    return {"tone": _TONES.get(State(payment.state), ""), "word": payment.get_state_display()}


_TONES = {
    **dict.fromkeys(ACTIVE, "info"),
    State.RESERVED: "good",
    State.CAPTURED: "good",
    State.EXPIRED_AND_CANCELLED: "bad",
    State.REJECTED_AGE: "bad",
    State.CANCELLED_BY_MOBILEPAY: "bad",
}
