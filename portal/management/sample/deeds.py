"""An audit log of what never was: each payment's beginning and end, and what people and workers do now and then."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import cycle
from uuid import UUID

from payments.models import Payment
from portal.audit.actions import Action, is_routine
from portal.audit.actors import COMMAND, WORKER, Actor, ActorKind
from portal.audit.models import Entry

_BATCH = 2000
# So many payments lie between two deeds of anybody but a till.
_EVERY = 40
_PEOPLE = [Actor(ActorKind.PERSON, f"{name}@kino.example") for name in ("anna", "carl", "asta", "otto")]
_RARE = [
    *[(Action.PERSON_SIGNED_IN, person) for person in _PEOPLE],
    *[(Action.REFUND_APPROVED, person) for person in _PEOPLE[::2]],
    *[(action, WORKER) for action in (Action.PAYMENT_MOVED, Action.REFUND_MOVED, Action.STORES_SYNCHRONISED)],
    (Action.PAYMENT_INTENDED, _PEOPLE[0]),
    (Action.PAYMENT_REFUSED, WORKER),
    (Action.TERMINAL_CHANGED, _PEOPLE[3]),
    (Action.MERCHANTS_IMPORTED, COMMAND),
]


def write(*, payments: Iterable[Payment], tokens: dict[int, str]) -> None:
    """Write the log of these payments; `tokens` are the lookup ids of each merchant's access token, by merchant."""
    Entry.objects.bulk_create(_entries(payments, tokens), batch_size=_BATCH)


def _entries(payments: Iterable[Payment], tokens: dict[int, str]) -> Iterator[Entry]:
    rare = cycle(_RARE)
    for number, payment in enumerate(payments):
        till = Actor(ActorKind.TILL, tokens[payment.merchant_id], "POST header")
        yield _entry(payment, Action.PAYMENT_NOTED, till, seconds=0)
        yield _entry(payment, Action.PAYMENT_MOVED, till, seconds=30)
        if number % _EVERY == 0:
            action, actor = next(rare)
            yield _entry(payment, action, actor, seconds=60)


def _entry(payment: Payment, action: Action, by: Actor, *, seconds: int) -> Entry:
    return Entry(
        at=payment.created_at + timedelta(seconds=seconds),
        action=action,
        actor_kind=by.kind,
        actor=by.name,
        credential_source=by.credential_source,
        merchant_id=None if action == Action.PERSON_SIGNED_IN else payment.merchant_id,
        subject_kind="payment",
        subject_id=str(payment.pk),
        details={"to_state": payment.state, "amount": str(payment.amount)},
        request_id=str(UUID(int=payment.pk.int ^ seconds, version=4)),
        address="127.0.0.1",
        is_routine=is_routine(action, by=by.kind),
    )
