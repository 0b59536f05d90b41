"""Applies what MobilePay reports about a payment to our record of it."""

from datetime import datetime, timedelta
import json
from typing import Any

from payments.models import Payment
from payments.services import transitions
from payments.states import TRANSITIONS, State
from portal import clock
from portal.audit.actors import Actor
from portal.mobilepay.charset import MAX_LENGTH as ORDER_ID_LENGTH
from portal.mobilepay.errors import Contradiction, Unreadable
from portal.mobilepay.types import PaymentState, PaymentStatus
from portal.operations.models import Operation
from portal.plain_text import clean


def apply(*, payment: Payment, status: PaymentStatus, by: Actor, now: datetime, captured_by_us: bool = True) -> Payment:
    """Take over MobilePay's state and details; a state that lies behind ours is an old answer and is ignored.

    Pass `captured_by_us=False` when MobilePay has said that another amount than we wanted was captured.
    Raises Contradiction, and takes nothing over, when MobilePay speaks of another payment than we asked for.
    """
    if _contradictions(payment, status, captured_by_us=captured_by_us):
        # Judged by what is asked for by now: its amount may have been given meanwhile.
        payment = Payment.objects.whole().get(pk=payment.pk)
        said = _contradictions(payment, status, captured_by_us=captured_by_us)
        if said:
            raise Contradiction(said)
    if payment.contradiction:
        transitions.LEDGER.contradict(payment, {}, by=by, now=now)
    details = _details(status, payment)
    to = _state(payment, status)
    if to not in TRANSITIONS[State(payment.state)]:
        changed = {name: value for name, value in details.items() if getattr(payment, name) != value}
        Payment.objects.filter(pk=payment.pk).update(**changed)
        for name, value in changed.items():
            setattr(payment, name, value)
        return payment
    return transitions.transition(
        payment=payment,
        to=to,
        cause="MobilePay reported it",
        by=by,
        now=now,
        compute_changes=lambda seen: _amounts(seen, status, to, captured_by_us=captured_by_us),
        **details,
    )


def _state(payment: Payment, status: PaymentStatus) -> State:
    is_by_us = status.may_be_released_by_us and payment.operation == Operation.CANCEL
    return State.CANCELLED_BY_CLIENT if is_by_us else State(status.state)


def _contradictions(payment: Payment, status: PaymentStatus, *, captured_by_us: bool) -> dict[str, str]:
    """What MobilePay says otherwise than we asked for, by name; what it leaves out contradicts nothing."""
    said = dict(status.odd)
    if status.pos_id not in (None, str(payment.point_of_sale.pos_id)):
        said["point of sale"] = str(status.pos_id)
    if status.order_id not in (None, payment.order_id):
        said["order"] = clean(str(status.order_id), longest=ORDER_ID_LENGTH)
    if not _is_our_amount(payment, status, captured_by_us=captured_by_us):
        amount = " ".join(str(each) for each in (status.amount, status.currency) if each is not None)
        amount += f", captured {status.captured}" if status.captured is not None else ""
        said["amount"] = amount[:ORDER_ID_LENGTH]
    return said


def _is_our_amount(payment: Payment, status: PaymentStatus, *, captured_by_us: bool) -> bool:
    ours = payment.amount or (payment.operation_amount if payment.operation == Operation.READY else None)
    if ours is not None and status.currency not in (None, ours.currency):
        return False
    if status.amount is None:
        return True
    theirs = status.money_in(payment.currency)
    if ours is None or theirs is None or status.state != PaymentState.CAPTURED:
        return ours is not None and theirs == ours
    is_by_us = payment.operation == Operation.CAPTURE and captured_by_us
    if status.captured is not None:
        taken = status.captured
        is_possible = taken == payment.operation_amount if is_by_us else taken.minor <= ours.minor
        return theirs == ours and taken.currency == ours.currency and is_possible
    # A network that says no sums does not say whether it reports what was asked for or what was captured of it.
    return theirs in {ours, payment.operation_amount} if is_by_us else theirs.minor <= ours.minor


def _details(status: PaymentStatus, payment: Payment) -> dict[str, Any]:
    customer = status.customer
    reported = {
        # One that is known already never changes: it came with the answer to our own key.
        "remote_id": payment.remote_id or status.remote_id,
        "expires_at": status.expires_at,
        "partial_capture_possible": status.partial_capture_possible,
        "customer_token": customer.token,
        "customer_receipt_token": customer.receipt_token,
        "loyalty_ids_json": None if customer.loyalty_ids is None else json.dumps(customer.loyalty_ids),
    }
    return {name: value for name, value in reported.items() if value is not None} | {
        "poll_delay_ms": status.poll_delay_ms,
        "unanswered_since": None,
        # Counted from the answer, not from the question: MobilePay asks for so much time between two.
        "fresh_until": clock.now() + timedelta(milliseconds=status.poll_delay_ms),
    }


def _amounts(payment: Payment, status: PaymentStatus, to: State, *, captured_by_us: bool) -> dict[str, Any]:
    if to == State.CAPTURED:
        theirs = status.captured or status.money_in(payment.currency)
        reported = theirs.minor if theirs else None
        amount = payment.amount_minor or reported
        if amount is None:
            raise Unreadable("a captured payment without an amount")
        was_ours = payment.operation == Operation.CAPTURE and captured_by_us
        captured = payment.operation_minor if was_ours else min(reported or amount, amount)
        return {"captured_minor": captured, "amount_minor": amount}
    if payment.operation == Operation.READY and to in {State.INITIATED, State.ISSUED_TO_USER, State.RESERVED}:
        # It cannot have come this far without its amount: the lost answer was a yes.
        return {"amount_minor": payment.operation_minor, "operation": Operation.NONE}
    return {}
