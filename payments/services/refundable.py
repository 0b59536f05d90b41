"""Keeps the room of a captured payment: what may still be given back. Refunds call it inside their transactions."""

from uuid import UUID

from django.db.models import F

from payments.models import Payment
from payments.states import State
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.money import Money


def hold(*, payment_id: UUID, amount: Money) -> bool:
    """Set an amount aside for a refund, in one guarded statement; False when so much is not left."""
    room = Payment.objects.filter(
        pk=payment_id,
        state=State.CAPTURED,
        currency=amount.currency,
        captured_minor__gte=F("refund_committed_minor") + amount.minor,
    )
    return bool(room.update(refund_committed_minor=F("refund_committed_minor") + amount.minor))


def note_captured(*, payment: Payment, amount: Money, by: Actor) -> None:
    """Take over that more was captured than we know of, up to what was asked for: somebody did so at the network."""
    less = Payment.objects.filter(
        pk=payment.pk, state=State.CAPTURED, captured_minor__lt=amount.minor, amount_minor__gte=amount.minor
    )
    later = F("captured_elsewhere_minor") + amount.minor - F("captured_minor")
    if less.update(captured_minor=amount.minor, captured_elsewhere_minor=later):
        facts = {"before": {"amount": str(payment.captured)}, "amount": str(amount)}
        audit.record(Action.PAYMENT_SUMS_ADOPTED, by=by, on=payment, merchant_id=payment.merchant_id, **facts)


def release(*, payment_id: UUID, amount: Money) -> None:
    """Let go of an amount that was set aside: its refund has ended and no money has moved."""
    Payment.objects.filter(pk=payment_id).update(refund_committed_minor=F("refund_committed_minor") - amount.minor)


def mark_refunded(*, payment_id: UUID, amount: Money) -> None:
    """Count an amount that was set aside as paid back."""
    Payment.objects.filter(pk=payment_id).update(refunded_minor=F("refunded_minor") + amount.minor)
