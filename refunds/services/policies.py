"""What a merchant's rules for refunds say: what needs whose approval, how much a day, and for how long."""

from datetime import datetime, time

from django.utils import timezone

from payments.models import Payment
from portal.accounts.models import User
from portal.gateway import networks
from portal.money import Money
from refunds import states
from refunds.models import Policy, Refund
from refunds.services.refusals import DayLimit, PaymentTooOld, PersonDayLimit
from refunds.states import Ceiling, Origin
from terminals.models import Merchant


def approvals_needed(*, policy: Policy, origin: Origin, payment: Payment, amount: Money) -> int:
    """How many people must approve a refund of that amount: none, one or two.

    What goes back of the payment with fewer approvals already counts along: a large refund in small parts is
    a large refund. Hold the payment while this is called.
    """
    others = Refund.objects.filter(payment=payment).exclude(state__in=states.UNPAID)
    second = policy.two_approvers_above_minor
    if second is not None and (others.filter(approvals_needed__lt=2).total(policy.currency) + amount).minor > second:
        return 2
    free = policy.till_limit_minor if origin == Origin.TILL else policy.desk_limit_minor
    return 0 if (others.filter(approvals_needed=0).total(policy.currency) + amount).minor <= free else 1


def ceiling_reached(*, policy: Policy, payment: Payment, amount: Money, now: datetime) -> Ceiling | None:
    """What a till's refund would break today if nobody had to approve it; hold the policy while this is called.

    A token is shared by all tills, so it is the payment that says which terminal gives back.
    """
    midnight = start_of_day(policy.merchant, now=now)
    today = Refund.objects.for_merchant(policy.merchant).given_by_tills().asked_since(midnight)
    ceilings = (
        (Ceiling.TERMINAL, policy.terminal_day_limit, today.filter(payment__terminal=payment.terminal_id)),
        (Ceiling.TILLS, policy.tills_day_limit, today),
    )
    for ceiling, limit, given in ceilings:
        if limit is not None and (given.total(policy.currency) + amount).minor > limit.minor:
            return ceiling
    return None


def require_recent(*, policy: Policy, payment: Payment, now: datetime) -> None:
    """Raise PaymentTooOld once MobilePay gives nothing back of the payment any more."""
    if refundable_until(policy=policy, payment=payment) < now:
        raise PaymentTooOld(payment, min(policy.window, networks.rules(payment.account).refund_window))


def refundable_until(*, policy: Policy, payment: Payment) -> datetime:
    """Until when the payment can be refunded: a captured payment's last move is its capture.

    Where a network counts from the approval, our record counts from the start, minutes before it.
    """
    rules = networks.rules(payment.account)
    begun = payment.created_at if rules.refund_window_from_approval else payment.changed_at
    return min(payment.changed_at + policy.window, begun + rules.refund_window)


def require_room_today(*, policy: Policy, requester: User | None, amount: Money, now: datetime) -> None:
    """Raise PersonDayLimit or DayLimit when the refund would break a ceiling; hold the policy while this is called."""
    today = Refund.objects.for_merchant(policy.merchant).asked_since(start_of_day(policy.merchant, now=now))
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
