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
from refunds import states
from refunds.models import Policy, Refund
from refunds.services.refusals import DayLimit, PaymentTooOld, PersonDayLimit
from terminals.models import Merchant


def approvals_needed(*, policy: Policy, origin: Refund.Origin, payment: Payment, amount: Money) -> int:
    """How many people must approve a refund of that amount: none, one or two.

    What goes back of the payment with fewer approvals already counts along: a large refund in small parts is
    a large refund. Hold the payment while this is called.
    """
    others = Refund.objects.filter(payment=payment).exclude(state__in=states.UNPAID)
    second = policy.two_approvers_above_minor
    if second is not None and (others.filter(approvals_needed__lt=2).total(policy.currency) + amount).minor > second:
        return 2
    free = policy.till_limit_minor if origin == Refund.Origin.TILL else policy.desk_limit_minor
    return 0 if (others.filter(approvals_needed=0).total(policy.currency) + amount).minor <= free else 1


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
        asked = today.filter(requester__mailbox=requester.mailbox).total(policy.currency)
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
