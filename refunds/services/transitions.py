"""Writes down what a refund is and what we owe its network about it: the only writer of its state and operation."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from payments.services import refundable
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.mobilepay.errors import Rejected
from portal.operations.ledger import Ledger
from portal.operations.models import ANSWER_TIMEOUT, Operation, in_words, require_transition
from refunds.models import Notification, Refund, RefundEvent
from refunds.states import OPEN, PAID, SUBMITTED, TRANSITIONS, UNPAID, State

CAUSE_LENGTH = 300
LEDGER = Ledger(
    Refund.objects.all,
    RefundEvent,
    "refund",
    longest_cause=CAUSE_LENGTH,
    scheduled=Action.REFUND_INTENDED,
    refused=Action.REFUND_REFUSED,
    disagrees=Action.REFUND_DISAGREES,
    agrees=Action.REFUND_AGREES,
)
# People who asked want to know of these.
_NEWS = {
    State.DECLINED,
    State.WITHDRAWN,
    State.LAPSED,
    State.WAITING_FOR_BALANCE,
    State.CAPTURED,
    State.EXPIRED_AND_CAPTURED,
    State.CANCELLED_BY_CLIENT,
    State.CANCELLED_BY_MOBILEPAY,
}


def record_new(refund: Refund, *, by: Actor, cause: str) -> None:
    """Write a new refund down with its first event and audit row; call it inside a transaction."""
    refund.save(force_insert=True)
    if refund.state == State.REQUESTED:
        enqueue(refund, Notification.Kind.ASKED)
    _record(refund, from_state="", cause=cause, by=by, action=Action.REFUND_REQUESTED)


@transaction.atomic
def transition(
    *, refund: Refund, to: State, cause: str, by: Actor, now: datetime, only_if_unmoved: bool = False, **changes: Any
) -> Refund:
    """Bring the refund to a state, once, and give it as it is then; money set aside for it follows.

    A repeated answer changes nothing, and neither does one that was overtaken by another move; pass
    `only_if_unmoved=True` for what means nothing once the refund has left the state, or the try, that the caller saw.
    Raises IllegalTransition when `to` could not even follow the state the caller saw.
    """
    require_transition(refund.state, to, TRANSITIONS[State(refund.state)])
    seen, refund = refund, Refund.objects.locked(refund.pk)
    has_moved = (refund.state, refund.operation_key) != (seen.state, seen.operation_key)
    if to not in TRANSITIONS[State(refund.state)] or (only_if_unmoved and has_moved):
        return refund
    from_state, written = State(refund.state), _settled(refund, to, changes, now=now)
    Refund.objects.filter(pk=refund.pk).update(**written)
    for name, value in written.items():
        setattr(refund, name, value)
    if to in PAID:
        refundable.mark_refunded(payment_id=refund.payment_id, amount=refund.amount)
    elif to in UNPAID:
        refundable.release(payment_id=refund.payment_id, amount=refund.amount)
    if to in _NEWS and not (to == State.WAITING_FOR_BALANCE and _waited_before(refund)):
        enqueue(refund, Notification.Kind.NEWS, cause=cause)
    _record(refund, from_state=from_state, cause=cause, by=by, action=Action.REFUND_MOVED)
    return refund


def abandon(refund: Refund, refusal: Rejected, *, by: Actor, now: datetime) -> None:
    """Forget what the network has refused to do."""
    LEDGER.abandon(refund, refusal, due_at=now + timedelta(minutes=1), by=by)


@transaction.atomic
def renew_key(*, refund: Refund, now: datetime) -> Refund:
    """Give the next try a key of its own, once a look has shown that nothing came of the last one."""
    same_try = Refund.objects.filter(pk=refund.pk, state=State.CREATED, operation_key=refund.operation_key)
    same_try.update(operation_key=uuid4(), operation_since=now)
    return Refund.objects.reload(refund)


@transaction.atomic
def note_stray(refund: Refund, *, remote_id: str, by: Actor, now: datetime) -> None:
    """Write down that MobilePay has a second refund for this one, which is called off until it has ended."""
    write_stray(refund, remote_id=remote_id, due_at=now + ANSWER_TIMEOUT)
    audit.record(
        Action.REFUND_INTENDED,
        by=by,
        on=refund,
        merchant_id=refund.merchant_id,
        intent=Operation.CANCEL,
        stray=remote_id,
    )


def write_stray(refund: Refund, *, remote_id: str, due_at: datetime | None) -> None:
    """Keep when to try again to call the second refund off; with no id, that it has ended."""
    refund.stray_id, refund.stray_due_at = remote_id, due_at
    Refund.objects.filter(pk=refund.pk).update(stray_id=remote_id, stray_due_at=due_at)


@transaction.atomic
def note_paid_stray(refund: Refund, *, by: Actor, now: datetime) -> None:
    """Show staff that MobilePay has paid the second refund out before it could be called off."""
    _contradict_ended(refund, {"a second refund": f"{refund.stray_id} is paid out"}, by=by, now=now)
    write_stray(refund, remote_id="", due_at=None)


@transaction.atomic
def note_paid_all_the_same(refund: Refund, *, by: Actor, now: datetime) -> None:
    """Show staff that MobilePay has paid out what had ended here."""
    _contradict_ended(refund, {"refund": "paid out, though it has ended here"}, by=by, now=now)


def _contradict_ended(refund: Refund, said: dict[str, str], *, by: Actor, now: datetime) -> None:
    # What has ended is not looked at any more: nothing takes this back.
    Refund.objects.mark_contradicted(refund, said, now=now)
    audit.record(Action.REFUND_DISAGREES, by=by, on=refund, merchant_id=refund.merchant_id, theirs=in_words(said))


def enqueue(refund: Refund, kind: Notification.Kind, *, cause: str = "") -> None:
    """Owe people a letter; call it inside the deed's own transaction."""
    Notification.objects.create(refund=refund, kind=kind, state=refund.state, cause=cause[:CAUSE_LENGTH])


def _settled(refund: Refund, to: State, changes: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """The changes, completed by what follows from them for what is owed and for the clock."""
    own: dict[str, Any] = {"state": to, "changed_at": now, "attempts": 0, "unanswered_since": None}
    none = {"operation": Operation.NONE}
    if to not in OPEN:
        return {**own, **changes, **none, "due_at": None, "contradiction": {}, "contradicted_at": None}
    if to in SUBMITTED and refund.operation not in {Operation.NONE, Operation.CREATE}:
        # While it owes something its own clock runs.
        return {**own, **changes}
    return {**none, "due_at": _due(refund, to, now=now), **own, **changes}


def _due(refund: Refund, to: State, *, now: datetime) -> datetime:
    """When a worker must look after a refund about which nothing is in doubt."""
    if to not in {State.INITIATED, State.RESERVED}:
        return now + ANSWER_TIMEOUT
    # What people decided on is paid by a worker; what a till asked for is the till's to finish.
    return now if refund.is_decided else now + refund.merchant.payment_timeout


def _waited_before(refund: Refund) -> bool:
    return refund.events.filter(to_state=State.WAITING_FOR_BALANCE).exists()


def _record(refund: Refund, *, from_state: str, cause: str, by: Actor, action: Action) -> None:
    # The event says from where to where; the cause is people's word here, and stays with who gave it.
    details = {"cause": cause}
    if not from_state:
        details |= {"amount": str(refund.amount), "payment": str(refund.payment_id)}
    LEDGER.record(refund, from_state=from_state, cause=cause, by=by, action=action, details=details)
