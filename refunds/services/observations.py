"""How a refund stands at its network, asked now and applied to our record."""

from typing import cast

from payments.models import Payment
from portal.mobilepay.errors import Contradiction, Reason, Rejected, Unreachable
from portal.mobilepay.ports import OneStepRefunds, TwoStepRefunds
from portal.money import Money
from portal.operations.engine import Exchange
from portal.operations.models import Operation
from refunds.models import Refund
from refunds.services import remote_status, transitions
from refunds.states import TRANSITIONS, State


def in_one_step(exchange: Exchange) -> OneStepRefunds:
    """The refunds of a network that pays them at once."""
    return cast("OneStepRefunds", exchange.network.payouts)


def in_two_steps(exchange: Exchange) -> TwoStepRefunds:
    """The refunds of a network that has reserved one, or is to."""
    return cast("TwoStepRefunds", exchange.network.refunds)


def look_up(exchange: Exchange, refund: Refund) -> Refund:
    """Ask how the refund stands and apply it; raises Contradiction for what cannot be said of this refund.

    What MobilePay has once confirmed does not vanish by a 404, and an end is looked at twice: what is set aside
    for the refund would be free again, or count as paid.
    """
    refunds = in_two_steps(exchange)
    try:
        status = refunds.status(refund.ref)
        to = State(status.state)
        is_end = to != refund.state and not TRANSITIONS[to]
        again = refunds.status(refund.ref) if is_end else status
    except Rejected as error:
        if error.reason is not Reason.NOT_FOUND:
            raise
        raise Contradiction({"refund": "unknown to MobilePay"}) from error
    if again.state != status.state:
        raise Contradiction({"state": f"{status.state} and {again.state}"})
    return remote_status.apply(refund=refund, status=status, by=exchange.by, now=exchange.now)


def seen_after_refusal(exchange: Exchange, refund: Refund) -> Refund:
    """How the refund stands at MobilePay after it refused something; our own view if it refuses that too."""
    try:
        return look_up(exchange, refund)
    except Rejected:
        return refund


def found(exchange: Exchange, refund: Refund) -> Refund | None:
    """The refund as MobilePay has it, though we do not know its id; None when it certainly has none."""

    def is_anothers(remote_id: str) -> bool:
        return Refund.objects.filter(remote_id=remote_id).exclude(pk=refund.pk).exists()

    if exchange.network.refunds is None:
        return found_paid(exchange, refund)
    status = exchange.network.refunds.find(refund.order, is_anothers=is_anothers)
    if status is None:
        return None
    return remote_status.apply(refund=refund, status=status, by=exchange.by, now=exchange.now)


def found_paid(exchange: Exchange, refund: Refund) -> Refund | None:
    """The refund if the network has paid it in one step; None when it certainly has not."""
    books = _books(refund)
    paid_before, others_in_doubt = books
    try:
        is_paid = in_one_step(exchange).is_paid(
            refund.order,
            key=refund.key_of(Operation.CAPTURE),
            paid_before=paid_before,
            others_in_doubt=others_in_doubt,
            is_key_forgotten=exchange.network.rules.is_key_forgotten(exchange.now - refund.operation_since),
        )
    except Rejected as error:
        # A look-up that is refused says nothing about the refund.
        raise error.as_unknown() from error
    if not is_paid:
        return None
    if _books(refund) != books:
        # What another refund has brought about meanwhile must not be taken for this one.
        raise Unreachable("the payment's books moved while its sums were read")
    return paid(exchange, refund)


def _books(refund: Refund) -> tuple[Money, Money]:
    """What is known to have gone back of the payment, and what else may have."""
    others = Refund.objects.filter(payment=refund.payment_id).in_doubt().exclude(pk=refund.pk).total(refund.currency)
    return Payment.objects.get(pk=refund.payment_id).refunded, others


def paid(exchange: Exchange, refund: Refund) -> Refund:
    """Count the refund as paid in one step; what has ended here meanwhile is shown to staff instead."""
    cause = f"paid back {refund.amount}"
    by, now = exchange.by, exchange.now
    seen = transitions.transition(refund=refund, to=State.CAPTURED, cause=cause, by=by, now=now)
    if not seen.is_paid:
        transitions.note_paid_all_the_same(seen, by=by, now=now)
    return seen


def is_gone(exchange: Exchange, refund: Refund) -> bool:
    """Whether MobilePay does not know the refund, and has none such among those of the payment either."""
    try:
        in_two_steps(exchange).status(refund.ref)
    except Rejected as error:
        if error.reason is not Reason.NOT_FOUND:
            raise error.as_unknown() from error
        return refund.remote_id not in _listed(exchange, refund)
    return False


def agreed(exchange: Exchange, refund: Refund) -> Refund:
    """The refund, once MobilePay reports it as we asked for it: else whose money would move?"""
    if not refund.contradiction:
        return refund
    try:
        return look_up(exchange, refund)
    except Rejected as error:
        raise error.as_unknown() from error


def _listed(exchange: Exchange, refund: Refund) -> list[str]:
    """MobilePay's ids of all refunds of the payment; a list that is refused says nothing."""
    try:
        return in_two_steps(exchange).listed(refund.payment.ref)
    except Rejected as error:
        raise error.as_unknown() from error
