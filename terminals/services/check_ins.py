"""Who is checked in at a point of sale: one question to MobilePay for any number of askers."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
import json
from typing import cast

from django.db.models import Q

from portal import clock
from portal.gateway import networks
from portal.gateway.errors import Refused, Unavailable
from portal.mobilepay.errors import NetworkError, Rejected
from portal.mobilepay.ports import CheckIns
from portal.mobilepay.types import CheckIn, Customer
from terminals.models import PointOfSale

# Longer than MobilePay may take; whoever died while asking blocks the others no longer than this.
_CLAIM_TIMEOUT = timedelta(seconds=15)
# What is fresh for longer was written by a clock far ahead.
_LONGEST_FRESH = 2 * _CLAIM_TIMEOUT
# Somebody who asks may take that long; what is older is no longer told as if it were so.
_TRUST_WINDOW = timedelta(seconds=3)


def look_up(*, pos: PointOfSale, now: datetime) -> CheckIn:
    """Tell who is checked in, as fresh as MobilePay's poll delay allows.

    Raises Unavailable when MobilePay does not answer and Refused when it says no.
    """
    is_fresh = now < pos.check_in_fresh_until <= now + _LONGEST_FRESH
    if pos.check_in and (is_fresh or not _claim(pos, now=now)):
        if not is_fresh:
            pos.refresh_from_db(fields=["check_in"])
        kept = _last_answer(pos, now=now)
        if kept:
            return kept
    try:
        check_ins = cast("CheckIns", networks.network_for(pos.account).check_ins)
        answer = check_ins.current(str(pos.pos_id))
    except NetworkError as error:
        # Whoever comes next asks anew, instead of being told old words for as long as the claim would have lasted.
        PointOfSale.objects.filter(pk=pos.pk, check_in_fresh_until=now + _CLAIM_TIMEOUT).update(
            check_in_fresh_until=now
        )
        raise (Refused(error) if isinstance(error, Rejected) else Unavailable()) from error
    answered_at = clock.now()
    PointOfSale.objects.filter(pk=pos.pk).update(
        check_in=json.dumps({"at": answered_at.isoformat(), **asdict(answer)}),
        check_in_fresh_until=answered_at + timedelta(milliseconds=answer.poll_delay_ms),
    )
    return answer


def _claim(pos: PointOfSale, *, now: datetime) -> bool:
    # What a clock far ahead has written does not count.
    stale = Q(check_in_fresh_until__lte=now) | Q(check_in_fresh_until__gt=now + _LONGEST_FRESH)
    return bool(PointOfSale.objects.filter(stale, pk=pos.pk).update(check_in_fresh_until=now + _CLAIM_TIMEOUT))


def _last_answer(pos: PointOfSale, *, now: datetime) -> CheckIn | None:
    """What MobilePay said last, while it is worth telling; perhaps somebody is asking it again."""
    details = json.loads(str(pos.check_in))
    # Written down before answers told their time: as old as can be.
    answered_at = datetime.fromisoformat(details.pop("at", datetime.min.replace(tzinfo=UTC).isoformat()))
    if abs(now - answered_at) > timedelta(milliseconds=details["poll_delay_ms"]) + _TRUST_WINDOW:
        return None
    customer = details.pop("customer")
    loyalty_ids = customer.pop("loyalty_ids")
    return CheckIn(
        **details,
        customer=Customer(**customer, loyalty_ids=None if loyalty_ids is None else tuple(loyalty_ids)),
    )
