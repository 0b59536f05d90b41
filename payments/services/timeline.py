"""What happened to a payment, step by step, for people to read."""

from dataclasses import dataclass
from datetime import datetime

from payments.models import Payment
from payments.states import State
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
    State.INITIATED: "MobilePay asks the customer",
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
_WHO = {ActorKind.TILL: "till", ActorKind.PERSON: "", ActorKind.WORKER: "", ActorKind.COMMAND: ""}


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
    changes = [
        Step(
            event.at,
            _STEPS.get(State(event.to_state), State(event.to_state).label),
            who(event.actor_kind, event.actor),
            is_trouble=event.to_state == State.REJECTED_AGE,
            answer=event.cause,
            correlation_id=event.correlation_id,
        )
        for event in payment.events.all()
    ]
    exchanges = [_exchange(entry) for entry in Entry.objects.about(payment).exclude(action__in=_TOLD)]
    return sorted([*changes, *exchanges], key=lambda step: step.at)


def _exchange(entry: Entry) -> Step:
    if entry.action == Action.PAYMENT_INTENDED:
        return asked(entry, _ASKED[Operation(entry.details["intent"])])
    return trouble(entry)


def asked(entry: Entry, title: str) -> Step:
    """Something that MobilePay was told."""
    answer = entry.details.get("amount") or ""
    return Step(entry.at, title, who(entry.actor_kind, entry.actor), answer=answer, correlation_id=entry.request_id)


def trouble(entry: Entry) -> Step:
    """Something that MobilePay refused, or reports otherwise than we have it."""
    details = entry.details
    answer = " ".join(str(details[name]) for name in ("mobilepay", "code", "theirs", "amount") if details.get(name))
    correlation_id = str(details.get("correlation_id") or entry.request_id)
    title = entry.get_action_display()
    by = who(entry.actor_kind, entry.actor)
    is_trouble = entry.action not in {Action.PAYMENT_AGREES, Action.REFUND_AGREES}
    return Step(entry.at, title, by, is_trouble=is_trouble, answer=answer, correlation_id=correlation_id)


def who(kind: str, name: str) -> str:
    """Who did it, in words."""
    return f"{_WHO[ActorKind(kind)]} {name}".strip()
