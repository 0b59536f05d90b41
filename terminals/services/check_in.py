"""Who is checked in at a point of sale: one question to MobilePay for any number of askers."""

from dataclasses import asdict
from datetime import datetime, timedelta
import json

from portal import clock, gateway
from portal.gateway import Refused, Unavailable
from portal.mobilepay.errors import Rejected, Unreachable
from portal.mobilepay.types import CheckIn, Customer
from terminals.models import PointOfSale

# Longer than MobilePay may take; whoever died while asking blocks the others no longer than this.
_CLAIM = timedelta(seconds=15)


def look_up(*, pos: PointOfSale, now: datetime) -> CheckIn:
    """Tell who is checked in, as fresh as MobilePay's poll delay allows.

    Raises Unavailable when MobilePay does not answer and Refused when it says no.
    """
    if pos.check_in and (now < pos.check_in_fresh_until or not _claim(pos, now=now)):
        return _loaded(pos.check_in)
    try:
        answer = gateway.for_merchant(vat_number=pos.merchant.vat_number).check_in(str(pos.pos_id))
    except Unreachable as error:
        raise Unavailable from error
    except Rejected as error:
        raise Refused(error) from error
    PointOfSale.objects.filter(pk=pos.pk).update(
        check_in=json.dumps(asdict(answer)),
        check_in_fresh_until=clock.now() + timedelta(milliseconds=answer.poll_delay_ms),
    )
    return answer


def _claim(pos: PointOfSale, *, now: datetime) -> bool:
    stale = PointOfSale.objects.filter(pk=pos.pk, check_in_fresh_until__lte=now)
    return bool(stale.update(check_in_fresh_until=now + _CLAIM))


def _loaded(text: str) -> CheckIn:
    facts = json.loads(text)
    customer = facts.pop("customer")
    loyalty_ids = customer.pop("loyalty_ids")
    return CheckIn(
        **facts,
        customer=Customer(**customer, loyalty_ids=None if loyalty_ids is None else tuple(loyalty_ids)),
    )
