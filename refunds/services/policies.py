"""Each merchant's rules for refunds: what needs whose approval, how much a day, and for how long."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from payments.models import Payment
from portal.accounts.models import User
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.money import Money
from refunds.models import Policy, Refund
from refunds.services.refusals import DayLimit, PaymentTooOld, PersonDayLimit
from terminals.models import Merchant


def approvals_needed(*, policy: Policy, origin: Refund.Origin, amount: Money) -> int:
    """How many people must approve a refund of that amount: none, one or two."""
    free = policy.till_limit_minor if origin == Refund.Origin.TILL else policy.desk_limit_minor
    if amount.minor <= free:
        return 0
    second = policy.two_approvers_above_minor
    return 2 if second is not None and amount.minor > second else 1


def require_recent(*, policy: Policy, payment: Payment, now: datetime) -> None:
    """Raise PaymentTooOld once MobilePay gives nothing back of the payment any more."""
    if ends_at(policy=policy, payment=payment) < now:
        raise PaymentTooOld(payment, policy.window)


def ends_at(*, policy: Policy, payment: Payment) -> datetime:
    """Until when the payment can be refunded: a captured payment's last move is its capture."""
    return payment.changed_at + policy.window


def require_room_today(*, policy: Policy, requester: User | None, amount: Money, now: datetime) -> None:
    """Raise PersonDayLimit or DayLimit when the refund would break a ceiling; hold the policy while this is called."""
    today = Refund.objects.of(policy.merchant).asked_since(start_of_day(policy.merchant, now=now))
    if requester is not None and policy.person_day_limit is not None:
        asked = today.filter(requester=requester).total(policy.currency)
        if (asked + amount).minor > policy.person_day_limit.minor:
            raise PersonDayLimit(policy.person_day_limit, asked)
    if policy.day_limit is not None:
        asked = today.total(policy.currency)
        if (asked + amount).minor > policy.day_limit.minor:
            raise DayLimit(policy.day_limit, asked)


def start_of_day(merchant: Merchant, *, now: datetime) -> datetime:
    """The last midnight by the merchant's clock."""
    zone = merchant.zone
    return datetime.combine(timezone.localtime(now, zone).date(), time.min, zone)


@transaction.atomic
def change(*, merchant: Merchant, currency: str, by: Actor, **rules: int | timedelta | time | None) -> Policy:
    """Change the rules for refunds in one currency, for what is asked for from now on."""
    policy = Policy.objects.locked(merchant, currency)
    changed = {name: value for name, value in rules.items() if getattr(policy, name) != value}
    if not changed:
        return policy
    before = {name: _plain(getattr(policy, name)) for name in changed}
    for name, value in changed.items():
        setattr(policy, name, value)
    policy.save(update_fields=list(changed))
    after = {name: _plain(value) for name, value in changed.items()}
    audit.record(
        Action.REFUND_POLICY_CHANGED,
        by=by,
        on=merchant,
        merchant_id=merchant.pk,
        currency=currency,
        before=before,
        after=after,
    )
    return policy


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, timedelta | time) else value
