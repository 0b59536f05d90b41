"""Writes down what a payment is and what we owe MobilePay about it: the only writer of state and intent."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from payments.models import Payment, PaymentEvent
from payments.states import ACTIVE, INTENDED_FROM, MOVES, Intent, State
from portal import gateway
from portal.audit import context
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.followed import in_words
from portal.mobilepay.errors import Rejected
from portal.money import Money

# Whoever told MobilePay something may have died by then; telling it again with the same key does no harm.
PATIENCE = timedelta(seconds=8)


class IllegalMove(Exception):
    """A state cannot follow another: a fault in the portal, never an answer to a till."""


def note(payment: Payment, *, by: Actor, cause: str, action: Action = Action.PAYMENT_NOTED) -> None:
    """Write a new payment down with its first event and audit row; call it inside a transaction."""
    payment.save(force_insert=True)
    _record(payment, from_state="", cause=cause, by=by, action=action)


@transaction.atomic
def move(
    *,
    payment: Payment,
    to: State,
    cause: str,
    by: Actor,
    now: datetime,
    work_out: Callable[[Payment], dict[str, Any]] | None = None,
    only_if_unmoved: bool = False,
    **changes: Any,
) -> Payment:
    """Bring the payment to a state, once, and give it as it is then.

    A repeated answer changes nothing, and neither does one that was overtaken by another move. `work_out`
    gives further changes that depend on the payment as it is at the moment of the move; pass
    `only_if_unmoved=True` for an answer that means nothing once the payment has left the state the caller saw.
    Raises IllegalMove when `to` could not even follow the state the caller saw.
    """
    if to != payment.state and to not in MOVES[State(payment.state)]:
        raise IllegalMove(f"{payment.state} to {to}")

    def consequences(seen: Payment) -> dict[str, Any]:
        worked_out = work_out(seen) if work_out else {}
        own: dict[str, Any] = {"state": to, "changed_at": now, "attempts": 0, "unanswered_since": None}
        if not MOVES[to]:
            own |= {"contradiction": {}, "contradicted_at": None}
        return _settled(seen, {**changes, **worked_out, **own}, now=now)

    written = consequences(payment)
    unmoved = Payment.objects.filter(
        pk=payment.pk, state=payment.state, intent=payment.intent, intent_key=payment.intent_key
    )
    if payment.state == to or not unmoved.update(**written):
        seen_state, payment = payment.state, Payment.objects.locked(payment.pk)
        if to not in MOVES[State(payment.state)] or (only_if_unmoved and payment.state != seen_state):
            return payment
        written = consequences(payment)
        Payment.objects.filter(pk=payment.pk).update(**written)
    from_state = payment.state
    for name, value in written.items():
        setattr(payment, name, value)
    _record(payment, from_state=from_state, cause=cause, by=by, action=Action.PAYMENT_MOVED)
    return payment


@transaction.atomic
def intend(
    *,
    payment: Payment,
    intent: Intent,
    by: Actor,
    now: datetime,
    amount: Money | None = None,
    allowed: tuple[State, ...] | None = None,
    instead_of: Intent = Intent.NONE,
) -> bool:
    """Note what MobilePay is to be told, with its key; False when the payment's state does not allow it.

    `instead_of` is what it was to be told before, and is not any more.
    """
    noted = Payment.objects.filter(pk=payment.pk, state__in=allowed or INTENDED_FROM[intent], intent=instead_of).update(
        intent=intent,
        intent_key=uuid4(),
        intent_minor=amount.minor if amount else None,
        currency=amount.currency if amount else payment.currency,
        due_at=now + PATIENCE,
    )
    if noted:
        audit.record(
            Action.PAYMENT_INTENDED,
            by=by,
            on=payment,
            merchant_id=payment.merchant_id,
            intent=intent,
            amount=str(amount) if amount else None,
        )
    return bool(noted)


@transaction.atomic
def contradict(*, payment: Payment, said: Mapping[str, str], by: Actor, now: datetime) -> None:
    """Note what MobilePay says of the payment that we did not ask for; with nothing, that it agrees again."""
    # What has ended is not looked at any more, so nothing would ever agree again.
    rows = Payment.objects.open() if said else Payment.objects.all()
    if rows.mark_contradicted(payment, said, now=now):
        action = Action.PAYMENT_DISAGREES if said else Action.PAYMENT_AGREES
        audit.record(action, by=by, on=payment, merchant_id=payment.merchant_id, theirs=in_words(said))


@transaction.atomic
def give_up_intent(*, payment: Payment, error: Rejected, by: Actor, now: datetime) -> None:
    """Forget what MobilePay has refused to do."""
    given_up = Payment.objects.filter(pk=payment.pk, intent=payment.intent, intent_key=payment.intent_key).update(
        intent=Intent.NONE,
        intent_minor=None,
        attempts=0,
        due_at=_due(payment, State(payment.state), payment.expires_at, now=now),
    )
    if given_up:
        audit.record(
            Action.PAYMENT_REFUSED,
            by=by,
            on=payment,
            merchant_id=payment.merchant_id,
            intent=payment.intent,
            **gateway.facts(error),
        )


def _settled(payment: Payment, changes: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """The changes, completed by what follows from them for the intent and the clock."""
    to = State(changes["state"])
    fulfils = changes.get("intent") == Intent.NONE
    if payment.intent != Intent.NONE and not fulfils and MOVES[to]:
        return changes
    due_at = _due(payment, to, changes.get("expires_at") or payment.expires_at, now=now)
    return {**changes, "intent": Intent.NONE, "intent_minor": None, "due_at": due_at}


def reservation_ends(expires_at: datetime | None, *, now: datetime) -> datetime:
    """When to look at a reservation at the latest, whatever end MobilePay names."""
    longest = now + gateway.rules().reservation_lifetime
    return min(expires_at or longest, longest)


def _due(payment: Payment, state: State, expires_at: datetime | None, *, now: datetime) -> datetime | None:
    """When a worker must look after a payment about which nothing is in doubt."""
    if state == State.RESERVED:
        return reservation_ends(expires_at, now=now)
    return now + payment.merchant.payment_timeout if state in ACTIVE else None


def _record(payment: Payment, *, from_state: str, cause: str, by: Actor, action: Action) -> None:
    PaymentEvent.objects.create(
        payment=payment,
        from_state=from_state,
        to_state=payment.state,
        cause=cause,
        actor_kind=by.kind,
        actor=by.name,
        correlation_id=context.request_id(),
    )
    # From where to where and why: the event says that, and nobody can change it either.
    facts = {"to_state": payment.state}
    if payment.state == State.CAPTURED:
        facts["amount"] = str(payment.captured)
    elif payment.amount and not from_state:
        facts["amount"] = str(payment.amount)
    audit.record(action, by=by, on=payment, merchant_id=payment.merchant_id, **facts)
