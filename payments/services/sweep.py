"""Looks after payments that nobody else does: workers run this for whatever is due."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from payments.models import Payment
from payments.services import cancellations, exchanges, pairings
from payments.services.exchanges import PAYMENTS
from payments.services.refusals import outcome_unknown
from portal.audit.actors import Actor
from portal.mobilepay.errors import Contradiction, NetworkError
from portal.operations import engine

_LOOK_UP_INTERVAL = timedelta(seconds=30)
_RESERVED_INTERVAL = timedelta(hours=1)


def process(*, payment_id: UUID, by: Actor, now: datetime) -> None:
    """Settle what is in doubt about a payment, and cancel it when its till has forgotten it."""
    engine.look_after(PAYMENTS, payment_id, partial(_look_after, by=by, now=now), now=now)


def _look_after(payment: Payment, *, by: Actor, now: datetime) -> None:
    if payment.remote_id is None and _forgotten_at(payment) <= now:
        # Its till has long given up: whoever stands there now must not be asked for that money.
        cancellations.cancel_forgotten(payment=payment, by=by, now=now)
        return
    if payment.is_in_doubt:
        exchanges.execute(payment=payment, by=by, now=now)
        return
    if payment.is_unsent:
        pairings.look_again(payment=payment, by=by, now=now)
        # Not what somebody has just given another time to be looked at.
        Payment.objects.filter(pk=payment.pk).open().due(now).update(due_at=_forgotten_at(payment))
        return
    try:
        payment = exchanges.look_up(payment=payment, by=by, now=now)
    except Contradiction:
        # If it is forgotten too, the cancellation below frees its till; a reserved one waits for staff.
        Payment.objects.filter(pk=payment.pk).open().update(due_at=now + _LOOK_UP_INTERVAL)
        if not payment.is_active or _forgotten_at(payment) > now:
            return
    except NetworkError as error:
        Payment.objects.filter(pk=payment.pk).open().update(due_at=now + _LOOK_UP_INTERVAL)
        raise outcome_unknown(payment) from error
    if not payment.is_active:
        # A reserved payment waits for its till or for staff: it is never captured or cancelled by itself.
        Payment.objects.filter(pk=payment.pk).open().update(due_at=now + _RESERVED_INTERVAL)
    elif _forgotten_at(payment) <= now:
        cancellations.cancel_forgotten(payment=payment, by=by, now=now)
    else:
        Payment.objects.filter(pk=payment.pk).open().update(due_at=_forgotten_at(payment))


def _forgotten_at(payment: Payment) -> datetime:
    """Its amount may have been told later than it was opened."""
    return max(payment.changed_at, payment.operation_since) + payment.merchant.payment_timeout
