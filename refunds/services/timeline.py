"""What happened to a refund, step by step, for people to read."""

from payments.services import timeline
from payments.services.timeline import Step
from portal.accounts.models import User
from portal.audit.actions import Action
from portal.audit.models import Entry
from portal.operations.models import Operation
from refunds.models import Refund, RefundEvent
from refunds.states import Review, State

# The events tell these already.
_TOLD = (Action.REFUND_REQUESTED, Action.REFUND_MOVED)
_STEPS = {
    State.REQUESTED: "Asked for",
    State.APPROVED: "Approved: the portal pays it back",
    State.CREATED: "MobilePay is told",
    State.INITIATED: "MobilePay has it",
    State.RESERVED: "MobilePay has reserved the money",
    State.CAPTURED: "Paid back to the customer",
    State.EXPIRED_AND_CAPTURED: "Paid back by MobilePay by itself",
}
_TROUBLE = {State.CANCELLED_BY_MOBILEPAY, State.EXPIRED_AND_CAPTURED, State.WAITING_FOR_BALANCE, State.LAPSED}
_ASKED = {Operation.CAPTURE: "Asked MobilePay to pay it out", Operation.CANCEL: "Asked MobilePay to cancel it"}


def steps(refund: Refund) -> list[Step]:
    """All steps of the refund, oldest first."""
    till = refund.payment.terminal.name
    changes = [_change(event, till=till) for event in refund.events.all()]
    exchanges = [_exchange(entry, refund, till=till) for entry in Entry.objects.about(refund).exclude(action__in=_TOLD)]
    return sorted([*changes, *[step for step in exchanges if step]], key=lambda step: step.at)


def _change(event: RefundEvent, *, till: str) -> Step:
    to = State(event.to_state)
    # What others gave back begins at its end: nobody asked for it here.
    is_asked_for = not event.from_state and to != State.CAPTURED
    return Step(
        event.at,
        "Asked for" if is_asked_for else _STEPS.get(to, str(to.label)),
        timeline.who(event.actor_kind, event.actor, till=till),
        is_trouble=to in _TROUBLE,
        answer=event.cause,
        correlation_id=event.correlation_id,
    )


def _exchange(entry: Entry, refund: Refund, *, till: str) -> Step | None:
    who = timeline.who(entry.actor_kind, entry.actor, till=till)
    if entry.action == Action.REFUND_INTENDED:
        return timeline.asked(entry, _ASKED[Operation(entry.details["intent"])], till=till)
    if entry.action == Action.REFUND_APPROVED:
        # The last approval changes the refund, and that is a step of its own.
        is_last = refund.approvals_needed == 1 or entry.actor == _mail(refund.second_approver)
        return None if is_last else Step(entry.at, "First approval", who, answer=entry.details["cause"])
    if entry.action == Action.REFUND_REVIEWED:
        verdict = Review(entry.details["verdict"]).label
        return Step(entry.at, f"Reviewed: {verdict.lower()}", who, answer=entry.details["note"])
    return timeline.trouble(entry, till=till)


def _mail(person: User | None) -> str:
    return person.actor.name if person else ""
