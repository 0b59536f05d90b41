"""How refunds stand: from our record while it is fresh, and from MobilePay once for any number of askers."""

from datetime import datetime, timedelta
from uuid import UUID

from payments.models import Payment
from payments.services.reading import LIST_LIMIT, TRUSTED
from portal import clock
from portal.audit.actors import Actor
from portal.errors import PortalError
from portal.gateway import Refused, Unavailable
from portal.mobilepay.errors import Rejected, Unreachable
from refunds.models import Refund
from refunds.services import speaking
from refunds.services.refusals import NoRefund, outcome_unknown
from refunds.states import Intent, State
from terminals.models import Merchant

# Longer than any call with all its tries; whoever died while asking blocks the others no longer than this.
_CLAIM = timedelta(seconds=15)


def refund(*, merchant: Merchant, refund_id: UUID) -> Refund:
    """One refund of the merchant, as we have it; raises NoRefund."""
    found: Refund | None = Refund.objects.of(merchant).with_payment().filter(pk=refund_id).first()
    if found is None:
        raise NoRefund
    return found


def current(*, merchant: Merchant, refund_id: UUID, by: Actor, now: datetime) -> Refund:
    """One refund of the merchant, as fresh as MobilePay's poll delay allows.

    Raises NoRefund; OutcomeUnknown while its creation, payout or cancellation is unconfirmed; Unavailable or
    Refused when MobilePay has confirmed nothing for a while.
    """
    found, trouble = refund(merchant=merchant, refund_id=refund_id), None
    if found.is_at_mobilepay and found.fresh_until <= now and _claim(found, now=now):
        found, trouble = _refreshed_quietly(found, by=by, now=now)
    if found.is_in_doubt and (found.state == State.CREATED or found.attempts > 0):
        raise outcome_unknown(found)
    if found.is_at_mobilepay and found.unanswered_since and found.unanswered_since + TRUSTED <= now:
        raise trouble or Unavailable
    return found


def of_payment(*, payment: Payment) -> list[UUID]:
    """Ids of all refunds of a payment, newest first."""
    found = Refund.objects.of(payment.merchant).filter(payment=payment)
    return list(found.newest_first().values_list("pk", flat=True)[:LIST_LIMIT])


def refreshed(*, refund: Refund, by: Actor, now: datetime) -> Refund:
    """Ask MobilePay now, whatever the age of our record.

    Raises what `settle` raises; for a mere question Unavailable without an answer, and Refused.
    """
    if refund.state == State.CREATED or refund.intent != Intent.NONE:
        refund = speaking.settle(refund=refund, by=by, now=now)
    if not refund.is_at_mobilepay:
        return refund
    try:
        return speaking.look_up(refund=refund, by=by, now=now)
    except Rejected as error:
        raise Refused(error) from error
    except Unreachable as error:
        raise Unavailable from error


def fresh(refund: Refund) -> Refund:
    """The refund as our record has it this moment."""
    found: Refund = Refund.objects.with_payment().get(pk=refund.pk)
    return found


def _claim(refund: Refund, *, now: datetime) -> bool:
    stale = Refund.objects.filter(pk=refund.pk, fresh_until__lte=now)
    return bool(stale.update(fresh_until=now + _CLAIM))


def _refreshed_quietly(refund: Refund, *, by: Actor, now: datetime) -> tuple[Refund, PortalError | None]:
    """The refund as MobilePay reports it, or as we know it and why MobilePay reports nothing."""
    try:
        return refreshed(refund=refund, by=by, now=now), None
    except PortalError as error:
        trouble = error
    refund = fresh(refund)
    refund.fresh_until = clock.now() + timedelta(milliseconds=refund.poll_delay_ms)
    refund.unanswered_since = refund.unanswered_since or now
    Refund.objects.filter(pk=refund.pk).update(fresh_until=refund.fresh_until, unanswered_since=refund.unanswered_since)
    return refund, trouble
