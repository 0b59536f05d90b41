"""Writes down what a payment is and what we owe its network about it: the only writer of state and operation."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from django.db import transaction

from payments.models import Payment, PaymentEvent
from payments.states import ACTIVE, TRANSITIONS, State
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.gateway import networks
from portal.mobilepay.errors import Rejected
from portal.money import Money
from portal.operations.ledger import Ledger
from portal.operations.models import OPENING, Operation, require_transition
from terminals.models import ProviderAccount
from terminals.services import check_ins

LEDGER = Ledger(
    Payment.objects.all,
    PaymentEvent,
    "payment",
    longest_cause=200,
    scheduled=Action.PAYMENT_INTENDED,
    refused=Action.PAYMENT_REFUSED,
    disagrees=Action.PAYMENT_DISAGREES,
    agrees=Action.PAYMENT_AGREES,
)


def record_new(payment: Payment, *, by: Actor, cause: str, action: Action = Action.PAYMENT_NOTED) -> None:
    """Write a new payment down with its first event and audit row; call it inside a transaction."""
    payment.save(force_insert=True)
    _record(payment, from_state="", cause=cause, by=by, action=action)


@transaction.atomic
def transition(
    *,
    payment: Payment,
    to: State,
    cause: str,
    by: Actor,
    now: datetime,
    compute_changes: Callable[[Payment], dict[str, Any]] | None = None,
    only_if_unmoved: bool = False,
    table: Mapping[State, set[State]] = TRANSITIONS,
    **changes: Any,
) -> Payment:
    """Bring the payment to a state, once, and give it as it is then.

    A repeated answer changes nothing, and neither does one that was overtaken by another move. `compute_changes`
    gives further changes that depend on the payment as it is at the moment of the move; pass
    `only_if_unmoved=True` for an answer that means nothing once the payment has left the state the caller saw.
    `table` says which may follow which.
    Raises IllegalTransition when `to` could not even follow the state the caller saw.
    """
    require_transition(payment.state, to, table[State(payment.state)])
    was_active = payment.is_active

    def consequences(seen: Payment) -> dict[str, Any]:
        computed = compute_changes(seen) if compute_changes else {}
        own: dict[str, Any] = {"state": to, "changed_at": now, "attempts": 0, "unanswered_since": None}
        if not TRANSITIONS[to]:
            own |= {"contradiction": {}, "contradicted_at": None}
        return _settled(seen, {**changes, **computed, **own}, now=now)

    written = consequences(payment)
    unmoved = Payment.objects.filter(
        pk=payment.pk, state=payment.state, operation=payment.operation, operation_key=payment.operation_key
    )
    if payment.state == to or not unmoved.update(**written):
        seen_state, payment = payment.state, Payment.objects.locked(payment.pk)
        if to not in table[State(payment.state)] or (only_if_unmoved and payment.state != seen_state):
            return payment
        written = consequences(payment)
        Payment.objects.filter(pk=payment.pk).update(**written)
    from_state = payment.state
    for name, value in written.items():
        setattr(payment, name, value)
    _record(payment, from_state=from_state, cause=cause, by=by, action=Action.PAYMENT_MOVED)
    if was_active and to in {State.RESERVED, State.CAPTURED}:
        check_ins.spend(pos=payment.point_of_sale, payment_id=payment.pk)
    return payment


def abandon(payment: Payment, refusal: Rejected, *, by: Actor, now: datetime) -> None:
    """Forget what the network has refused to do."""
    due_at = _due(payment, State(payment.state), payment.expires_at, now=now)
    LEDGER.abandon(payment, refusal, due_at=due_at, by=by, columns={"operation_minor": None})


def _settled(payment: Payment, changes: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """The changes, completed by what follows from them for what is owed and for the clock."""
    to = State(changes["state"])
    # Any move shows that it is open there.
    is_fulfilled = changes.get("operation") == Operation.NONE or payment.operation in OPENING
    # What was only to be cancelled if nobody had approved it.
    is_moot = payment.operation == Operation.EXPIRE and to == State.RESERVED
    if payment.operation != Operation.NONE and not is_fulfilled and not is_moot and TRANSITIONS[to]:
        return changes
    if to == State.CAPTURED and payment.operation == Operation.CAPTURE and _leaves_a_rest(payment, changes):
        owed = {"operation": Operation.RELEASE, "operation_key": uuid4(), "operation_since": now, "due_at": now}
        return {**changes, "operation_minor": None, **owed}
    due_at = _due(payment, to, changes.get("expires_at") or payment.expires_at, now=now)
    return {"due_at": due_at, **changes, "operation": Operation.NONE, "operation_minor": None}


def _leaves_a_rest(payment: Payment, changes: Mapping[str, Any]) -> bool:
    """Whether we took less than is reserved, at a network that keeps the rest until it is told."""
    taken = changes["captured_minor"]
    is_a_part = taken < (changes.get("amount_minor") or payment.amount_minor) and taken == payment.operation_minor
    return is_a_part and networks.network_for(payment.account).releases is not None


def release(payment: Payment, *, by: Actor) -> Payment:
    """Note that nothing of the payment is reserved any more, once; its state stays."""
    rest = cast("Money", payment.amount) - payment.captured
    LEDGER.fulfil(payment, Operation.RELEASE, action=Action.PAYMENT_RELEASED, by=by, amount=str(rest))
    return Payment.objects.reload(payment)


def reservation_ends(account: ProviderAccount, expires_at: datetime | None, *, now: datetime) -> datetime:
    """When to look at a reservation at the latest, whatever end MobilePay names."""
    longest = now + networks.rules(account).reservation_lifetime
    return min(expires_at or longest, longest)


def _due(payment: Payment, state: State, expires_at: datetime | None, *, now: datetime) -> datetime | None:
    """When a worker must look after a payment about which nothing is in doubt."""
    if state == State.RESERVED:
        return reservation_ends(payment.account, expires_at, now=now)
    return now + payment.merchant.payment_timeout if state in ACTIVE else None


def _record(payment: Payment, *, from_state: str, cause: str, by: Actor, action: Action) -> None:
    # From where to where and why: the event says that, and nobody can change it either.
    details = {}
    if payment.state == State.CAPTURED:
        details["amount"] = str(payment.captured)
    elif payment.amount and not from_state:
        details["amount"] = str(payment.amount)
    LEDGER.record(payment, from_state=from_state, cause=cause, by=by, action=action, details=details)
