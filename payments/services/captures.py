"""Takes reserved money, all of it or a part."""

from datetime import datetime
from functools import partial

from payments.models import Payment
from payments.services import exchanges, lookups
from payments.services.refusals import (
    UNANSWERED,
    AlreadyCaptured,
    CaptureTooHigh,
    NoPartialCapture,
    NotReserved,
)
from payments.states import State
from portal.audit.actors import Actor
from portal.gateway import networks
from portal.money import Money
from portal.operations.models import Operation


def capture(*, payment: Payment, amount: Money | None, by: Actor, now: datetime) -> Payment:
    """Take reserved money, all of it unless an amount is given; the same amount again changes nothing.

    Raises NotReserved, AlreadyCaptured, CaptureTooHigh, NoPartialCapture, OperationPending, Contradicted,
    OutcomeUnknown or Refused.
    """
    if payment.is_active or (payment.contradiction and not payment.is_in_doubt):
        payment = lookups.sync_now(payment=payment, by=by, now=now)
    wanted = amount or payment.amount
    if payment.state == State.CAPTURED:
        if wanted == payment.captured:
            return payment
        raise AlreadyCaptured(payment)
    if payment.state != State.RESERVED or wanted is None or payment.amount is None:
        raise NotReserved(payment)
    if wanted.minor > payment.amount.minor:
        raise CaptureTooHigh(payment)
    if wanted != payment.amount and must_be_whole(payment):
        raise NoPartialCapture(payment)
    again = partial(capture, amount=amount)
    return exchanges.request(payment, Operation.CAPTURE, amount=wanted, again=again, by=by, now=now)


def must_be_whole(payment: Payment) -> bool:
    """Whether the network is known to take it whole; where only the account could tell and does not, it is asked."""
    is_told = payment.partial_capture_possible is False
    is_known = networks.network_for(payment.account).releases is None or payment.account.captures_parts is not None
    return is_told and is_known


def why_not_capture(payment: Payment) -> str:
    """Why nobody can capture the payment at this moment; empty when somebody can."""
    if not payment.is_open:
        return f"This payment is over: {State(payment.state).in_a_sentence}."
    if payment.is_in_doubt:
        return UNANSWERED
    if payment.contradiction:
        return f"MobilePay reports this payment otherwise ({payment.contradiction_in_words}): nothing can be taken."
    if payment.state != State.RESERVED:
        return "Only money that the customer has agreed to, and that is reserved, can be captured."
    return ""
