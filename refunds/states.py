"""The states of a refund, which may follow which, and what we owe MobilePay about it."""

from django.db import models

from portal.choices import WordedChoices
from portal.operations.models import Operation


class State(WordedChoices):
    """First people agree, then MobilePay pays: from `Created` on it is told, and the words become its own."""

    REQUESTED = "Requested", "Waiting for approval"
    APPROVED = "Approved", "Approved"
    DECLINED = "Declined", "Declined"
    WITHDRAWN = "Withdrawn", "Withdrawn"
    LAPSED = "Lapsed", "Lapsed"
    CREATED = "Created", "Waiting for MobilePay"
    INITIATED = "Initiated", "On its way"
    RESERVED = "Reserved", "Reserved"
    CAPTURED = "Captured", "Paid back"
    CANCELLED_BY_CLIENT = "CancelledByClient", "Cancelled by the shop"
    CANCELLED_BY_MOBILEPAY = "CancelledByMobilePay", "Refused by MobilePay"
    EXPIRED_AND_CAPTURED = "ExpiredAndCaptured", "Paid back by itself"
    WAITING_FOR_BALANCE = "WaitingForBalance", "Waiting for the store's balance"


class Origin(models.TextChoices):
    """Who asked for a refund."""

    TILL = "till", "Till"
    BACK_OFFICE = "back_office", "Desk"
    NETWORK = "network", "MobilePay's own portal"


class RefundReason(models.TextChoices):
    RETURNED = "returned", "Goods returned"
    WRONG_ITEM = "wrong_item", "Wrong item"
    FAULTY = "faulty", "Faulty goods"
    WRONG_AMOUNT = "wrong_amount", "Wrong amount"
    PAID_TWICE = "paid_twice", "Paid twice"
    CANCELLED = "cancelled", "Cancelled show or service"
    GOODWILL = "goodwill", "Goodwill"
    OTHER = "other", "Something else"
    TILL = "till", "Asked for at a till"


class Ceiling(models.TextChoices):
    """Which limit of a day a till's refund would have broken without an approver."""

    TERMINAL = "terminal", "The terminal's for a day"
    TILLS = "tills", "That of all tills for a day"


class Review(models.TextChoices):
    """What somebody who looked at an emergency approval found."""

    IN_ORDER = "in_order", "In order"
    NOT_IN_ORDER = "not_in_order", "Not in order"


# MobilePay knows nothing of these: they can be ended without asking it.
LOCAL = (State.REQUESTED, State.APPROVED)
# MobilePay has these, or may have them.
REMOTE = (State.CREATED, State.INITIATED, State.RESERVED)
# MobilePay has refused the refund that waits for balance, but a try whose answer was lost may still get there.
SUBMITTED = (State.WAITING_FOR_BALANCE, *REMOTE)
OPEN = (*LOCAL, *SUBMITTED)
PAID = (State.CAPTURED, State.EXPIRED_AND_CAPTURED)
UNPAID = (
    State.DECLINED,
    State.WITHDRAWN,
    State.LAPSED,
    State.CANCELLED_BY_CLIENT,
    State.CANCELLED_BY_MOBILEPAY,
)
# Nobody needs to have agreed to these.
NOT_APPROVED = (State.REQUESTED, State.DECLINED, State.WITHDRAWN, State.LAPSED)
# From where each operation can be carried out.
POSSIBLE_FROM = {
    Operation.CAPTURE: (State.RESERVED,),
    Operation.CANCEL: SUBMITTED,
}
# What a till reads: the contract has fewer words than a refund has states.
CONTRACT_WORDS: dict[State, str] = {
    State.REQUESTED: "AwaitingApproval",
    State.DECLINED: "Rejected",
    State.LAPSED: "Rejected",
    State.WITHDRAWN: "CancelledByClient",
    State.APPROVED: "Initiated",
    State.CREATED: "Initiated",
    State.WAITING_FOR_BALANCE: "Initiated",
    **{state: state.value for state in (State.INITIATED, State.RESERVED, *PAID)},
    State.CANCELLED_BY_CLIENT: "CancelledByClient",
    State.CANCELLED_BY_MOBILEPAY: "CancelledByMobilePay",
}

_ENDS_THERE = {*PAID, State.CANCELLED_BY_CLIENT, State.CANCELLED_BY_MOBILEPAY}
_FOUND_THERE = {State.INITIATED, State.RESERVED} | _ENDS_THERE

# We see MobilePay only when we ask, so steps in between may be missed: forward jumps are allowed.
TRANSITIONS: dict[State, set[State]] = {
    State.REQUESTED: {State.APPROVED, State.DECLINED, State.WITHDRAWN, State.LAPSED},
    State.APPROVED: {State.CREATED, State.RESERVED, State.WITHDRAWN, State.LAPSED},
    State.WAITING_FOR_BALANCE: {State.CREATED, State.WITHDRAWN, State.LAPSED, *_FOUND_THERE},
    State.CREATED: {State.WAITING_FOR_BALANCE, *_FOUND_THERE},
    State.INITIATED: {State.RESERVED} | _ENDS_THERE,
    State.RESERVED: {State.WAITING_FOR_BALANCE} | _ENDS_THERE,
    **{ended: set() for ended in (*PAID, *UNPAID)},
}
