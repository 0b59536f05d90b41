"""What happened to a payment, step by step, for people to read."""

from dataclasses import dataclass
from datetime import datetime

from payments.models import Payment
from payments.states import State
from portal.audit import details
from portal.audit.actions import Action
from portal.audit.actors import ActorKind
from portal.audit.models import Entry
from portal.operations.models import Operation

# The events tell these already.
_TOLD = (Action.PAYMENT_NOTED, Action.PAYMENT_MOVED, Action.PAYMENT_ADOPTED)
_STEPS = {
    State.CREATED: "Begun",
    State.PREPARED: "Prepared: the amount comes later",
    State.PAIRED: "The customer checked in",
    State.INITIATED: "Waiting for the customer",
    State.ISSUED_TO_USER: "The customer sees the request",
    State.RESERVED: "The customer accepted: the money is reserved",
    State.CAPTURED: "Captured",
}
_ASKED = {
    Operation.CREATE: "Told MobilePay about it",
    Operation.READY: "Told MobilePay the amount",
    Operation.CAPTURE: "Asked MobilePay to capture",
    Operation.RELEASE: "Asked MobilePay to let go of the rest",
    Operation.CANCEL: "Asked MobilePay to cancel",
    Operation.EXPIRE: "Asked MobilePay to cancel",
}


@dataclass(frozen=True, slots=True)
class Step:
    """`answer` is MobilePay's own words, `correlation_id` what its support will ask for."""

    at: datetime
    title: str
    who: str
    is_trouble: bool = False
    answer: str = ""
    correlation_id: str = ""


def steps(payment: Payment) -> list[Step]:
    """All steps of the payment, oldest first."""
    till = payment.terminal.name
    changes = [
        Step(
            event.at,
            _STEPS.get(State(event.to_state), State(event.to_state).label),
            who(event.actor_kind, event.actor, till=till),
            is_trouble=event.to_state == State.REJECTED_AGE,
            answer=event.cause,
            correlation_id=event.correlation_id,
        )
        for event in payment.events.all()
    ]
    exchanges = [_exchange(entry, till=till) for entry in Entry.objects.about(payment).exclude(action__in=_TOLD)]
    return sorted([*changes, *exchanges], key=lambda step: step.at)


def _exchange(entry: Entry, *, till: str) -> Step:
    if entry.action == Action.PAYMENT_INTENDED:
        return asked(entry, _ASKED[Operation(entry.details["intent"])], till=till)
    return trouble(entry, till=till)


def asked(entry: Entry, title: str, *, till: str) -> Step:
    """Something that MobilePay was told."""
    by = who(entry.actor_kind, entry.actor, till=till)
    return Step(entry.at, title, by, answer=details.words(entry, "amount"), correlation_id=entry.request_id)


def trouble(entry: Entry, *, till: str) -> Step:
    """Something that MobilePay refused, or reports otherwise than we have it."""
    told = [details.words(entry, name) for name in ("mobilepay", "code", "theirs", "amount")]
    answer = " ".join(filter(None, told))
    correlation_id = str(entry.details.get("correlation_id") or entry.request_id)
    title = entry.get_action_display()
    by = who(entry.actor_kind, entry.actor, till=till)
    is_trouble = entry.action not in {Action.PAYMENT_AGREES, Action.REFUND_AGREES}
    return Step(entry.at, title, by, is_trouble=is_trouble, answer=answer, correlation_id=correlation_id)


def who(kind: str, name: str, *, till: str) -> str:
    """Who did it, in words: a till by its name, for all tills of a merchant have one token."""
    return f"till {till}" if kind == ActorKind.TILL else name
