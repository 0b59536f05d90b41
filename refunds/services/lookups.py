"""How refunds stand: from our record while it is fresh, and from MobilePay once for any number of askers."""

from datetime import datetime
from functools import partial
from uuid import UUID

from payments.models import Payment
from payments.services.lookups import LIST_LIMIT, TRUST_WINDOW
from portal.audit.actors import Actor
from portal.gateway.errors import Refused, Unavailable
from portal.mobilepay.errors import Contradiction, Rejected, Unreachable
from refunds.models import Refund
from refunds.services import exchanges
from refunds.services.refusals import NoRefund, outcome_unknown
from refunds.states import State
from terminals.models import Merchant


def refund(*, merchant: Merchant, refund_id: UUID) -> Refund:
    """One refund of the merchant, as we have it; raises NoRefund."""
    found: Refund | None = Refund.objects.for_merchant(merchant).whole().filter(pk=refund_id).first()
    if found is None:
        raise NoRefund
    return found


def status(*, merchant: Merchant, refund_id: UUID, by: Actor, now: datetime) -> Refund:
    """One refund of the merchant, as fresh as MobilePay's poll delay allows.

    Raises NoRefund; OutcomeUnknown while its creation, payout or cancellation is unconfirmed; Unavailable or
    Refused when MobilePay has confirmed nothing for a while.
    """
    found, trouble = refund(merchant=merchant, refund_id=refund_id), None
    if found.is_at_mobilepay and not found.is_fresh(now) and Refund.objects.claim_look_up(found, now=now):
        look_up = partial(_sync, by=by, now=now)
        found, trouble = Refund.objects.look_up_quietly(found, look_up=look_up, now=now)
    if found.is_in_doubt and (found.state == State.CREATED or found.attempts > 0):
        raise outcome_unknown(found)
    if found.is_at_mobilepay and found.unanswered_since and found.unanswered_since + TRUST_WINDOW <= now:
        raise trouble or (outcome_unknown(found) if found.contradiction else Unavailable())
    return found


def of_payment(*, payment: Payment) -> list[UUID]:
    """Ids of all refunds of a payment, newest first."""
    found = Refund.objects.for_merchant(payment.merchant).filter(payment=payment)
    return list(found.newest_first().values_list("pk", flat=True)[:LIST_LIMIT])


def sync_now(*, refund: Refund, by: Actor, now: datetime) -> Refund:
    """Ask MobilePay now, whatever the age of our record.

    Raises what `execute` raises; for a mere question Unavailable without an answer, and Refused.
    """
    if refund.is_in_doubt:
        refund = exchanges.execute(refund=refund, by=by, now=now)
    if not refund.is_at_mobilepay:
        return refund
    try:
        return exchanges.look_up(refund=refund, by=by, now=now)
    except Rejected as error:
        raise Refused(error) from error
    except Contradiction as error:
        raise outcome_unknown(refund, error) from error
    except Unreachable as error:
        raise Unavailable from error


def _sync(refund: Refund, *, by: Actor, now: datetime) -> Refund:
    return sync_now(refund=refund, by=by, now=now)
