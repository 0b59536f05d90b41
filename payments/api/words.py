"""What a till reads about how a payment stands: the contract's words, and what each asks of the till."""

from payments.states import State

_MEANINGS = {
    State.PREPARED: "The payment is open and has no amount yet; nobody is checked in at the point of sale.",
    State.PAIRED: "A customer is checked in and waits for the amount: send it with payment/ready.",
    State.INITIATED: "The amount is known, and waits for a customer to check in.",
    State.ISSUED_TO_USER: "The customer sees the amount on their phone, and has not answered yet.",
    State.RESERVED: "The customer has accepted and the money is reserved: hand over the goods, then capture.",
    State.CAPTURED: "The money is taken. This is the end; it can be given back with refund/create.",
    State.CANCELLED_BY_USER: "The customer said no, or waited too long. Nothing was paid.",
    State.CANCELLED_BY_CLIENT: "The till or the back office cancelled it, or the portal for a till that forgot it. "
    "Nothing was paid.",
    State.CANCELLED_BY_MOBILEPAY: "MobilePay ended it, or never took it. Nothing was paid.",
    State.EXPIRED_AND_CANCELLED: "The reservation ran out before it was captured. Nothing was paid.",
    State.REJECTED_AGE: "The customer is too young for what is sold here. Nothing was paid.",
}
STATUS_WORDS = tuple((state.value, meaning) for state, meaning in _MEANINGS.items())
