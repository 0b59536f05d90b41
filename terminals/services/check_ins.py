"""Who is checked in at a point of sale: kept as the network told us, or asked of it once for any number of askers."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
import json
from typing import cast
from uuid import UUID

from django.db.models import Q

from portal import clock
from portal.gateway import networks
from portal.gateway.errors import Refused, Unavailable
from portal.mobilepay.errors import NetworkError, Rejected
from portal.mobilepay.ports import Rules
from portal.mobilepay.types import CheckIn, Customer
from terminals.models import CheckIn as Told
from terminals.models import PointOfSale

# Longer than MobilePay may take; whoever died while asking blocks the others no longer than this.
_CLAIM_TIMEOUT = timedelta(seconds=15)
# What is fresh for longer was written by a clock far ahead.
_LONGEST_FRESH = 2 * _CLAIM_TIMEOUT
# Somebody who asks may take that long; what is older is no longer told as if it were so.
_TRUST_WINDOW = timedelta(seconds=3)
# What the portal keeps by itself may be asked for once a second; of the customer it knows a token, and tells nobody.
_POLL_DELAY_MS = 1000
_NOBODY = Customer(token=None, receipt_token=None, loyalty_ids=())


def look_up(*, pos: PointOfSale, now: datetime) -> CheckIn:
    """Tell who is checked in, as fresh as MobilePay's poll delay allows.

    Raises Unavailable when MobilePay does not answer and Refused when it says no.
    """
    network = networks.network_for(pos.account)
    if network.check_ins is None:
        return _as_told(pos, network.rules, now=now)
    is_fresh = now < pos.check_in_fresh_until <= now + _LONGEST_FRESH
    if pos.check_in and (is_fresh or not _claim(pos, now=now)):
        if not is_fresh:
            pos.refresh_from_db(fields=["check_in"])
        kept = _last_answer(pos, now=now)
        if kept:
            return kept
    try:
        answer = network.check_ins.current(str(pos.pos_id))
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


def note(*, pos: PointOfSale, token: str, at: datetime, now: datetime) -> bool:
    """Write a check-in down that the network told us of; False for one that is known, or too old to pair anybody.

    Call it inside a transaction that holds the point of sale.
    """
    lifetime = networks.rules(pos.account).check_in_lifetime
    if lifetime is None or at <= now - lifetime:
        return False
    digest = sha256(token.encode()).hexdigest()
    told = {"token": token, "at": at, "received_at": now}
    _, is_new = Told.objects.get_or_create(point_of_sale=pos, token_digest=digest, defaults=told)
    return is_new


def waiting(*, pos: PointOfSale, now: datetime) -> Told | None:
    """The check-in that a payment would be asked of, where the portal keeps them; it may be `None`."""
    lifetime = networks.rules(pos.account).check_in_lifetime
    return None if lifetime is None else Told.objects.newest(pos, now=now, lifetime=lifetime)


def end_of(check_in: Told) -> datetime:
    """Until when the network takes its token."""
    lifetime = networks.rules(check_in.point_of_sale.account).check_in_lifetime
    return check_in.at + cast("timedelta", lifetime)


def use(check_in: Told, *, payment_id: UUID) -> bool:
    """Let a payment have it, and no other; False when another payment has had it meanwhile.

    Call it inside the transaction that looked for it, and after the payment is held, as `spend` does.
    """
    return bool(Told.objects.unused().filter(pk=check_in.pk).update(used_by=payment_id))


def token_of(payment_id: UUID) -> str | None:
    """Whom a payment is asked of; None where the network knows by itself."""
    used = Told.objects.filter(used_by=payment_id).order_by("-at", "-pk").first()
    return None if used is None else str(used.token)


def spend(*, pos: PointOfSale, payment_id: UUID) -> None:
    """Whoever checked in while a payment was being made has paid it, or stands there no more."""
    if networks.rules(pos.account).check_in_lifetime is not None:
        Told.objects.unused().filter(point_of_sale=pos).update(used_by=payment_id)


def forget(*, before: datetime, batch: int) -> int:
    """Forget what a network said before that about who is there; gives at how many points of sale, a batch at most."""
    rows = PointOfSale.objects.filter(check_in__isnull=False, check_in_fresh_until__lt=before)
    chosen = list(rows.values_list("pk", flat=True)[:batch])
    return rows.filter(pk__in=chosen).update(check_in=None)


def _as_told(pos: PointOfSale, rules: Rules, *, now: datetime) -> CheckIn:
    """Somebody who is being asked for money is checked in as well."""
    newest = Told.objects.filter(point_of_sale=pos).order_by("-at", "-pk").first()
    is_there = False
    if newest is not None and newest.at > now - cast("timedelta", rules.check_in_lifetime):
        # The payments of a point of sale are an app further up; only their queryset knows what is active.
        is_there = newest.used_by is None or pos.payments.active().filter(pk=newest.used_by).exists()
    return CheckIn(is_user_checked_in=is_there, poll_delay_ms=_POLL_DELAY_MS, customer=_NOBODY)


def _claim(pos: PointOfSale, *, now: datetime) -> bool:
    # What a clock far ahead has written does not count.
    stale = Q(check_in_fresh_until__lte=now) | Q(check_in_fresh_until__gt=now + _LONGEST_FRESH)
    return bool(PointOfSale.objects.filter(stale, pk=pos.pk).update(check_in_fresh_until=now + _CLAIM_TIMEOUT))


def _last_answer(pos: PointOfSale, *, now: datetime) -> CheckIn | None:
    """What MobilePay said last, while it is worth telling; perhaps somebody is asking it again."""
    if not pos.check_in:  # forgotten just now
        return None
    details = json.loads(pos.check_in)
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
