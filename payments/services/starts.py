"""Begins payments at a point of sale: the same order asked twice is the same payment."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from django.db import IntegrityError, transaction

from payments.flows import leader
from payments.models import Payment
from payments.services import exchanges, pairings, till_keys, transitions
from payments.services.refusals import (
    AmountDiffers,
    CurrencyNotAccepted,
    IdempotencyKeyReused,
    NotPrepared,
    OrderOpen,
    PaymentActive,
    StartRefused,
    TooManyAtOnce,
)
from payments.states import Flow, State
from portal.audit.actors import Actor
from portal.gateway import networks
from portal.gateway.errors import Unavailable
from portal.money import Money
from portal.operations.models import ANSWER_TIMEOUT, ENDING
from terminals.models import Merchant, PointOfSale
from terminals.services import check_ins

# More tills than that pressing at one point of sale at the same moment are told to try again.
ROUNDS = 5


class FindPos(Protocol):
    """Finds the point of sale that the till named; holds it against deletion when asked to."""

    def __call__(self, *, hold: bool) -> PointOfSale: ...


def start(
    *,
    merchant: Merchant,
    find_pos: FindPos,
    order_id: str,
    amount: Money,
    idempotency_key: str | None,
    by: Actor,
    now: datetime,
) -> Payment:
    """Ask the customer at a point of sale for money.

    Raises what `find_pos` raises, CurrencyNotAccepted, PaymentActive, OrderOpen, IdempotencyKeyReused,
    OutcomeUnknown or Refused.
    """
    require_currency(merchant, amount)
    order = _Order(Flow.DIRECT, order_id, amount, idempotency_key)
    return _start(order, find_pos, by=by, now=now)


def prepare(
    *,
    find_pos: FindPos,
    order_id: str,
    idempotency_key: str | None,
    by: Actor,
    now: datetime,
) -> Payment:
    """Open a payment whose amount comes later with `ready`; raises what `start` raises."""
    order = _Order(Flow.PREPARED, order_id, None, idempotency_key)
    return _start(order, find_pos, by=by, now=now)


def ready(*, payment: Payment, amount: Money, by: Actor, now: datetime) -> Payment:
    """Give a prepared payment its amount; the same amount again changes nothing.

    Raises CurrencyNotAccepted, NotPrepared, AmountDiffers, OperationPending, OutcomeUnknown or Refused.
    """
    require_currency(payment.merchant, amount)
    if payment.flow != Flow.PREPARED:
        raise NotPrepared(payment)
    if payment.is_opening:
        payment = exchanges.execute(payment=payment, by=by, now=now)
    given = payment.amount or payment.operation_amount
    if given is not None and given != amount:
        raise AmountDiffers(payment)
    if payment.amount == amount and (payment.is_open or payment.state == State.CAPTURED):
        return payment
    if payment.state not in {State.PREPARED, State.PAIRED}:
        raise NotPrepared(payment)
    network = networks.network_for(payment.account)
    if network.check_ins is None:
        noted, is_new = pairings.ready(payment=payment, amount=amount, by=by, now=now)
        if not is_new:
            # Somebody else was quicker, perhaps with another amount.
            return ready(payment=noted, amount=amount, by=by, now=now)
        return exchanges.execute(payment=noted, by=by, now=now, is_first=True) if noted.is_opening else noted
    again = partial(ready, amount=amount)
    step = leader(network).ready(State(payment.state), is_checked_in=False)
    return exchanges.request(payment, step.operation, amount=amount, again=again, by=by, now=now)


def require_currency(merchant: Merchant, amount: Money) -> None:
    if amount.currency not in merchant.currencies:
        raise CurrencyNotAccepted(amount.currency)


@dataclass(frozen=True, slots=True)
class _Order:
    flow: Flow
    order_id: str
    amount: Money | None
    idempotency_key: str | None

    def at(self, pos: PointOfSale, *, now: datetime, is_checked_in: bool = False) -> Payment:
        network = networks.network_for(pos.account)
        step = leader(network).begin(has_amount=self.amount is not None, is_checked_in=is_checked_in)
        return Payment(
            merchant=pos.merchant,
            store=pos.terminal.store,
            terminal=pos.terminal,
            point_of_sale=pos,
            account=pos.account,
            flow=self.flow,
            state=step.state,
            operation=step.operation,
            operation_since=now,
            order_id=self.order_id,
            amount_minor=self.amount.minor if self.amount else None,
            currency=self.amount.currency if self.amount else pos.merchant.currencies[0],
            idempotency_key=self.idempotency_key,
            created_at=now,
            changed_at=now,
            fresh_until=now,
            due_at=now + (ANSWER_TIMEOUT if step.operation else pos.merchant.payment_timeout),
        )


def _start(order: _Order, find_pos: FindPos, *, by: Actor, now: datetime) -> Payment:
    for _ in range(ROUNDS):
        # Trying the insert first lets the database decide between two tills, and costs no question.
        try:
            draft = _note(order, find_pos, by=by, now=now)
        except Unavailable:
            return _existing(order, find_pos, by=by, now=now)
        except IntegrityError:
            payment = _same_call(order.at(find_pos(hold=False), now=now))
        else:
            return exchanges.execute(payment=draft, by=by, now=now, is_first=True)
        if payment is not None:
            return exchanges.execute(payment=payment, by=by, now=now) if payment.is_opening else payment
        # What was in the way has just ended: try again.
    raise TooManyAtOnce


def _existing(order: _Order, find_pos: FindPos, *, by: Actor, now: datetime) -> Payment:
    """The payment of an equal call; without one nothing is begun that would only begin in doubt."""
    payment = _same_call(order.at(find_pos(hold=False), now=now))
    if payment is None:
        raise Unavailable
    return exchanges.execute(payment=payment, by=by, now=now) if payment.is_opening else payment


@transaction.atomic
def _note(order: _Order, find_pos: FindPos, *, by: Actor, now: datetime) -> Payment:
    pos = find_pos(hold=True)
    waiting = check_ins.waiting(pos=pos, now=now)
    draft = order.at(pos, now=now, is_checked_in=waiting is not None)
    if draft.is_in_doubt and networks.is_circuit_open(draft.account):
        raise Unavailable
    till_keys.take(merchant=draft.merchant, key=draft.idempotency_key)
    write = partial(transitions.record_new, draft, by=by, cause="the till asked for it")
    pairings.begin(draft, waiting, now=now, write=write)
    return draft


def _same_call(draft: Payment) -> Payment | None:
    """The payment that an equal call has begun already; raises the reason when the call is not equal."""
    known = Payment.objects.for_merchant(draft.merchant).whole()
    if draft.idempotency_key is not None:
        keyed = known.filter(idempotency_key=draft.idempotency_key).first()
        if keyed is not None and not _is_equal(keyed, draft):
            raise IdempotencyKeyReused
        if keyed is not None and keyed.was_refused:
            raise StartRefused(keyed)
        if keyed is not None:
            return keyed
        if till_keys.is_taken(merchant=draft.merchant, key=draft.idempotency_key):
            raise IdempotencyKeyReused
    here = known.filter(point_of_sale=draft.point_of_sale).open()
    same_order = here.begun_here().filter(order_id=draft.order_id).first()
    if same_order is not None and _is_equal(same_order, draft) and same_order.operation not in ENDING:
        return same_order
    if same_order is not None and not same_order.is_active:
        raise OrderOpen(same_order)
    in_the_way = same_order or here.active().first()
    if in_the_way is not None:
        raise PaymentActive(in_the_way)
    return None


def _is_equal(known: Payment, draft: Payment) -> bool:
    if (known.terminal_id, known.order_id, known.flow) != (draft.terminal_id, draft.order_id, draft.flow):
        return False
    return draft.flow == Flow.PREPARED or known.amount == draft.amount
