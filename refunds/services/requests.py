"""Asks for a refund: a till for its customer, or somebody at the desk. Room on the payment is set aside at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from payments.models import Payment
from payments.services import refundable, starts, till_keys
from payments.services.refusals import IdempotencyKeyReused
from payments.states import State as PaymentState
from portal.accounts.models import User
from portal.audit.actors import Actor
from portal.errors import PortalError
from portal.gateway import networks
from portal.gateway.errors import Unavailable
from portal.money import Money
from portal.operations.models import ANSWER_TIMEOUT, Step
from refunds.flows import first_step
from refunds.models import Policy, Refund
from refunds.services import adoptions, exchanges, policies, transitions
from refunds.services.refusals import (
    CurrencyDiffers,
    NotPositive,
    PaymentNotCaptured,
    RefundOrderReused,
    RefundTooHigh,
    creation_refusal,
)
from refunds.states import Origin, RefundReason, State
from terminals.models import Merchant


def create(
    *, payment: Payment, refund_order_id: str, amount: Money, idempotency_key: str | None, by: Actor, now: datetime
) -> Refund:
    """Give money back from a till: at once up to the till limit and its ceilings of the day, else as a request.

    The same refund order, or the same key, with the same amount is the same refund. Raises RefundOrderReused,
    IdempotencyKeyReused, PaymentNotCaptured, CurrencyDiffers, RefundTooHigh, PaymentTooOld, DayLimit,
    CreationRefused, CreationImpossible or OutcomeUnknown.
    """
    till, reason = Origin.TILL, RefundReason.TILL
    wanted = _RefundRequest(payment, till, refund_order_id, amount, reason, idempotency_key=idempotency_key)
    refund, is_new = _get_or_create(wanted, by=by, now=now)
    if refund.was_refused:
        raise creation_refusal(refund, refund.events.order_by("-pk")[0].cause)
    if refund.state != State.CREATED:
        return refund
    return exchanges.execute(refund=refund, by=by, now=now, is_first=is_new)


def ask(
    *, payment: Payment, order: UUID, amount: Money, reason: str, note: str, requester: User, now: datetime
) -> Refund:
    """Ask for a refund at the desk; a worker pays it once the people that the policy wants have approved it.

    The same order again is the same refund. Raises RefundOrderReused, PaymentNotCaptured, CurrencyDiffers,
    NotPositive, RefundTooHigh, PaymentTooOld, PersonDayLimit or DayLimit.
    """
    desk, why = Origin.BACK_OFFICE, RefundReason(reason)
    wanted = _RefundRequest(payment, desk, str(order), amount, why, note=note, requester=requester)
    return _get_or_create(wanted, by=requester.actor, now=now)[0]


def why_not_ask(*, payment: Payment, now: datetime) -> str:
    """Why nobody can ask for a refund of the payment at this moment; empty when somebody can."""
    policy = Policy.objects.current(payment.merchant, payment.currency)
    wanted = _RefundRequest(payment, Origin.BACK_OFFICE, "", Money(1, payment.currency), RefundReason.OTHER)
    try:
        _require_refundable(wanted, policy, now=now)
    except PortalError as refusal:
        return refusal.message
    return "" if payment.refundable.minor else RefundTooHigh(payment).message


@dataclass(frozen=True, slots=True)
class _RefundRequest:
    payment: Payment
    origin: Origin
    refund_order_id: str
    amount: Money
    reason: RefundReason
    note: str = ""
    requester: User | None = None
    idempotency_key: str | None = None


def _get_or_create(wanted: _RefundRequest, *, by: Actor, now: datetime) -> tuple[Refund, bool]:
    """The refund that was asked for, and whether nobody had asked for it before."""
    known = _same_call(wanted)
    if known is not None:
        return known, False
    # What others gave back is not there to be promised; when the network does not say, it refuses too much itself.
    adoptions.adopt(payment=wanted.payment, by=by, now=now)
    try:
        return _note(wanted, by=by, now=now), True
    except (IntegrityError, PortalError):
        # An equal call may have been quicker, and have taken the room that this one did not find.
        known = _same_call(wanted)
        if known is None:
            raise
        return known, False


@transaction.atomic
def _note(wanted: _RefundRequest, *, by: Actor, now: datetime) -> Refund:
    """Set the amount aside and write the request down, or raise why it may not be; one transaction decides."""
    payment = wanted.payment
    policy = Policy.objects.current(payment.merchant, payment.currency)
    _require_refundable(wanted, policy, now=now)
    if policy.has_day_limits or (wanted.origin == Origin.TILL and policy.has_till_ceilings):
        # Two at once must not both be the last one under a ceiling.
        policy = Policy.objects.locked(payment.merchant, payment.currency)
        policies.require_room_today(policy=policy, requester=wanted.requester, amount=wanted.amount, now=now)
    if not refundable.hold(payment_id=payment.pk, amount=wanted.amount):
        raise RefundTooHigh(Payment.objects.get(pk=payment.pk))
    # From here on nobody else can change what is left before this transaction ends.
    refund = _refund(wanted, policy, now=now)
    if refund.state == State.CREATED and networks.is_circuit_open(refund.payment.account):
        # What has not begun yet need not begin in doubt.
        raise Unavailable
    till_keys.take(merchant=refund.merchant, key=wanted.idempotency_key)
    transitions.record_new(refund, by=by, cause=wanted.note or refund.why_it_waits or wanted.reason.label)
    return refund


def _refund(wanted: _RefundRequest, policy: Policy, *, now: datetime) -> Refund:
    payment = Payment.objects.get(pk=wanted.payment.pk)
    needed = policies.approvals_needed(policy=policy, origin=wanted.origin, payment=payment, amount=wanted.amount)
    ceiling = None
    if wanted.origin == Origin.TILL and not needed:
        ceiling = policies.ceiling_reached(policy=policy, payment=payment, amount=wanted.amount, now=now)
        needed = 1 if ceiling else 0
    lapses_at = min(now + policy.lifetime, policies.refundable_until(policy=policy, payment=payment))
    step = Step(State.APPROVED)
    if needed:
        step = Step(State.REQUESTED)
    elif wanted.origin == Origin.TILL:
        step = first_step(networks.network_for(payment.account))
    return Refund(
        merchant=wanted.payment.merchant,
        store_id=payment.store_id,
        payment=wanted.payment,
        origin=wanted.origin,
        refund_order_id=wanted.refund_order_id,
        amount_minor=wanted.amount.minor,
        refundable_before_minor=(payment.refundable + wanted.amount).minor,
        currency=wanted.amount.currency,
        reason=wanted.reason,
        note=wanted.note,
        approvals_needed=needed,
        ceiling=ceiling,
        requester=wanted.requester,
        idempotency_key=wanted.idempotency_key,
        created_at=now,
        changed_at=now,
        fresh_until=now,
        lapses_at=lapses_at,
        state=step.state,
        operation=step.operation,
        operation_since=now,
        due_at=_due(wanted.payment.merchant, step, lapses_at, now=now),
    )


def _require_refundable(wanted: _RefundRequest, policy: Policy, *, now: datetime) -> None:
    if wanted.amount.minor <= 0:
        raise NotPositive
    if wanted.payment.state != PaymentState.CAPTURED:
        raise PaymentNotCaptured(wanted.payment)
    if wanted.amount.currency != wanted.payment.currency:
        starts.require_currency(wanted.payment.merchant, wanted.amount)
        raise CurrencyDiffers(wanted.payment)
    policies.require_recent(policy=policy, payment=wanted.payment, now=now)


def _due(merchant: Merchant, step: Step[State], lapses_at: datetime, *, now: datetime) -> datetime:
    """When a worker must look after it: when it lapses, when nobody has answered, when its till has forgotten it."""
    waits = {State.CREATED: ANSWER_TIMEOUT, State.RESERVED: merchant.payment_timeout}
    return lapses_at if step.state == State.REQUESTED else now + waits.get(step.state, timedelta(0))


def _same_call(wanted: _RefundRequest) -> Refund | None:
    """The refund that an equal call has asked for already; raises the reason when the call is not equal."""
    known = Refund.objects.for_merchant(wanted.payment.merchant).whole()
    if wanted.idempotency_key is not None:
        keyed = known.filter(idempotency_key=wanted.idempotency_key).first()
        if keyed is not None and not _is_equal(keyed, wanted):
            raise IdempotencyKeyReused
        if keyed is not None:
            return keyed
        if till_keys.is_taken(merchant=wanted.payment.merchant, key=wanted.idempotency_key):
            raise IdempotencyKeyReused
    same_order = known.filter(payment=wanted.payment, refund_order_id=wanted.refund_order_id).first()
    if same_order is not None and not _is_equal(same_order, wanted):
        raise RefundOrderReused(same_order)
    return same_order


def _is_equal(known: Refund, wanted: _RefundRequest) -> bool:
    asked = (wanted.payment.pk, wanted.refund_order_id, wanted.amount)
    return (known.payment_id, known.refund_order_id, known.amount) == asked
