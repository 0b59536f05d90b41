"""Brings customers who check in and payments together, where the portal leads: each change holds the point of sale.

So of a till that starts and a customer who scans at the same moment the second sees what the first has done, and
exactly one of them tells the network.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction

from payments.flows import Leader, leader
from payments.models import Payment
from payments.services import exchanges, transitions
from payments.states import STEPS_BACK, State
from portal.audit.actors import Actor
from portal.gateway import networks
from portal.money import Money
from portal.operations.models import Operation, Step
from terminals.models import CheckIn, PointOfSale
from terminals.services import check_ins

_CHECKED_IN = "the customer checked in"
_TOO_OLD = "the customer's check-in is too old"


def check_in(*, pos: PointOfSale, token: str, at: datetime, by: Actor, now: datetime) -> None:
    """A customer has checked in at a point of sale: ask them for the money that is waiting, if there is any.

    Raises OutcomeUnknown or Refused when the network says nothing, or no.
    """
    payment = _noted(pos, token=token, at=at, by=by, now=now)
    if payment is not None and payment.is_opening:
        exchanges.execute(payment=payment, by=by, now=now, is_first=True)


def ready(*, payment: Payment, amount: Money, by: Actor, now: datetime) -> tuple[Payment, bool]:
    """Give a prepared payment that waits here its amount, and note what follows.

    Gives the payment as it is then, and whether it was this call that did so: somebody else may have been quicker.
    """
    with transaction.atomic():
        pos, held = _held(payment)
        if held.state not in {State.PREPARED, State.PAIRED} or held.is_in_doubt:
            return held, False
        waiting = check_ins.waiting(pos=pos, now=now)
        step = _leader(held).ready(State(held.state), is_checked_in=waiting is not None)
        cause = f"the till asked for {amount}"
        given = _take(held, step, waiting, amount=amount, cause=cause, by=by, now=now)
        return given, given.amount == amount


def look_again(*, payment: Payment, by: Actor, now: datetime) -> Payment:
    """What who is checked in by now means for a payment that waits here.

    Once a check-in is too old for its network, the payment waits for the next customer; and one that came while the
    network was still being told, and has not taken the one before, is asked. May raise what `check_in` raises.
    """
    with transaction.atomic():
        pos, held = _held(payment)
        if not held.is_active or not held.is_unsent:
            return held
        waiting = check_ins.waiting(pos=pos, now=now)
        if waiting is not None:
            held = _meet(held, waiting, by=by, now=now)
        elif held.state == State.PAIRED:
            to = State.PREPARED
            return transitions.transition(payment=held, to=to, cause=_TOO_OLD, by=by, now=now, table=STEPS_BACK)
    return exchanges.execute(payment=held, by=by, now=now, is_first=True) if held.is_opening else held


@transaction.atomic
def _noted(pos: PointOfSale, *, token: str, at: datetime, by: Actor, now: datetime) -> Payment | None:
    held = PointOfSale.objects.locked(pos.pk)
    if not check_ins.note(pos=held, token=token, at=at, now=now):
        return None
    waiting = check_ins.waiting(pos=held, now=now)
    active = held.payments.active().first()
    payment = None if active is None else Payment.objects.locked(active.pk)
    if waiting is None or payment is None or not payment.is_active or not payment.is_unsent:
        return None
    return _meet(payment, waiting, by=by, now=now)


def _meet(payment: Payment, waiting: CheckIn, *, by: Actor, now: datetime) -> Payment:
    """What somebody who waits means for a payment that waits."""
    step = _leader(payment).check_in(State(payment.state))
    if step is not None:
        return _take(payment, step, waiting, cause=_CHECKED_IN, by=by, now=now)
    # It was paired with somebody before, whose check-in does not count any more.
    payment.due_at = _paired_until(payment, waiting, since=payment.changed_at)
    Payment.objects.filter(pk=payment.pk).update(due_at=payment.due_at)
    return payment


def _take(
    payment: Payment,
    step: Step[State],
    waiting: CheckIn | None,
    *,
    cause: str,
    by: Actor,
    now: datetime,
    amount: Money | None = None,
) -> Payment:
    """Take a step of the leader's table; what is owed with it is told once the transaction has ended."""
    given: dict[str, Any] = {} if amount is None else {"amount_minor": amount.minor, "currency": amount.currency}
    if step.operation and waiting is not None:
        if not check_ins.use(waiting, payment_id=payment.pk):
            return payment
        # Nothing is there yet, whatever was refused before: its key has had its answer.
        columns = {**given, "operation_key": uuid4()}
        transitions.LEDGER.schedule(
            payment,
            step.operation,
            states=(payment.state,),
            instead_of=Operation.NONE,
            by=by,
            now=now,
            columns=columns,
            amount=str(amount or payment.amount),
        )
        return Payment.objects.reload(payment)
    if waiting is not None:
        given["due_at"] = _paired_until(payment, waiting, since=now)
    return transitions.transition(payment=payment, to=step.state, cause=cause, by=by, now=now, **given)


def begin(draft: Payment, waiting: CheckIn | None, *, now: datetime, write: Callable[[], None]) -> None:
    """Write a payment that begins, with a customer there or without; raises IntegrityError, as `write` does.

    The payment comes before the check-in, as where one is paid: two that held each other's would wait for ever.
    """
    if waiting is not None and not draft.is_in_doubt:
        draft.due_at = _paired_until(draft, waiting, since=now)
    write()
    if waiting is not None and draft.is_in_doubt and not check_ins.use(waiting, payment_id=draft.pk):
        raise IntegrityError("another payment has had the check-in")


def _paired_until(payment: Payment, waiting: CheckIn, *, since: datetime) -> datetime:
    return min(check_ins.end_of(waiting), since + payment.merchant.payment_timeout)


def _held(payment: Payment) -> tuple[PointOfSale, Payment]:
    """The point of sale first, as everywhere: two that held each other's would wait for ever."""
    pos = PointOfSale.objects.locked(payment.point_of_sale_id)
    return pos, Payment.objects.locked(payment.pk)


def _leader(payment: Payment) -> Leader:
    return leader(networks.network_for(payment.account))
