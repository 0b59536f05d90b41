"""The states of a payment, which may follow which, and what we owe MobilePay about it."""

from django.db import models

from portal.choices import WordedChoices
from portal.operations.models import Operation


class State(WordedChoices):
    """The contract's words, plus `Created`: noted here, not confirmed by MobilePay yet."""

    CREATED = "Created", "Waiting for MobilePay"
    PREPARED = "Prepared", "Prepared"
    PAIRED = "Paired", "Customer checked in"
    INITIATED = "Initiated", "Waiting for the customer"
    ISSUED_TO_USER = "IssuedToUser", "On the customer's phone"
    RESERVED = "Reserved", "Reserved"
    CAPTURED = "Captured", "Captured"
    CANCELLED_BY_USER = "CancelledByUser", "Cancelled by the customer"
    CANCELLED_BY_CLIENT = "CancelledByClient", "Cancelled by the shop"
    CANCELLED_BY_MOBILEPAY = "CancelledByMobilePay", "Cancelled by MobilePay"
    EXPIRED_AND_CANCELLED = "ExpiredAndCancelled", "Expired"
    REJECTED_AGE = "RejectedByMobilePayDueToAgeRestrictions", "Rejected: age restriction"


class Flow(models.TextChoices):
    """How a payment came to be."""

    DIRECT = "direct", "Direct"
    PREPARED = "prepared", "Prepared"
    ADOPTED = "adopted", "Adopted from MobilePay"


# These keep a point of sale busy: there is at most one per point of sale.
ACTIVE = (State.CREATED, State.PREPARED, State.PAIRED, State.INITIATED, State.ISSUED_TO_USER)
# These can still change.
OPEN = (*ACTIVE, State.RESERVED)
UNPAID = (
    State.CANCELLED_BY_USER,
    State.CANCELLED_BY_CLIENT,
    State.CANCELLED_BY_MOBILEPAY,
    State.EXPIRED_AND_CANCELLED,
    State.REJECTED_AGE,
)
# From where each operation can be carried out.
POSSIBLE_FROM = {
    Operation.CREATE: (State.PREPARED, State.PAIRED, State.INITIATED),
    Operation.READY: (State.PREPARED, State.PAIRED),
    Operation.CAPTURE: (State.RESERVED,),
    Operation.RELEASE: (State.CAPTURED,),
    Operation.CANCEL: OPEN,
    Operation.EXPIRE: ACTIVE,
}
# What a till may ask for by name.
CONTRACT_WORDS = tuple(state.value for state in State if state is not State.CREATED)

_ENDS = {State.RESERVED, State.CAPTURED, *UNPAID}

# We see MobilePay only when we ask, so steps in between may be missed: forward jumps are allowed.
TRANSITIONS: dict[State, set[State]] = {
    State.CREATED: {State.PREPARED, State.PAIRED, State.INITIATED, State.ISSUED_TO_USER} | _ENDS,
    State.PREPARED: {State.PAIRED, State.INITIATED, State.ISSUED_TO_USER} | _ENDS,
    State.PAIRED: {State.INITIATED, State.ISSUED_TO_USER} | _ENDS,
    State.INITIATED: {State.ISSUED_TO_USER} | _ENDS,
    State.ISSUED_TO_USER: _ENDS,
    State.RESERVED: {State.CAPTURED, *UNPAID},
    State.CAPTURED: set(),
    **{ended: set() for ended in UNPAID},
}
# Where the portal leads: whoever checked in may have gone.
STEPS_BACK: dict[State, set[State]] = {**{state: set() for state in State}, State.PAIRED: {State.PREPARED}}
