"""How a payment's state looks."""

from typing import Any

from django import template

from payments.models import Payment
from payments.states import ACTIVE, State

register = template.Library()


@register.inclusion_tag("components/tag.html")
def payment_state(payment: Payment) -> dict[str, Any]:
    """The state as a word with its colour."""
    is_doubtful = payment.contradicted_at or payment.is_in_doubt
    return {"tone": "warn" if is_doubtful else _TONES.get(State(payment.state), ""), "word": payment.state_word}


_TONES = {
    **dict.fromkeys(ACTIVE, "info"),
    State.RESERVED: "good",
    State.CAPTURED: "good",
    State.EXPIRED_AND_CANCELLED: "bad",
    State.REJECTED_AGE: "bad",
    State.CANCELLED_BY_MOBILEPAY: "bad",
}
