"""How refunds show on the pages of what lies below them: the payment, the merchant, the menu."""

from typing import Any

from django import template
from django.template import Context

from payments.models import Payment
from portal import clock
from portal.roles import Right
from refunds import states
from refunds.models import Policy, Refund
from refunds.services import policy_changes, requests, rules
from refunds.states import State
from terminals.models import Merchant

register = template.Library()

_TONES = {
    State.REQUESTED: "warn",
    State.WAITING_FOR_BALANCE: "warn",
    State.DECLINED: "bad",
    State.LAPSED: "bad",
    State.CANCELLED_BY_MOBILEPAY: "bad",
    State.APPROVED: "info",
    **dict.fromkeys(states.REMOTE, "info"),
    **dict.fromkeys(states.PAID, "good"),
}


@register.inclusion_tag("components/tag.html")
def refund_state(refund: Refund) -> dict[str, Any]:
    """The state as a word with its colour; an unknown outcome is a state of its own."""
    if refund.contradicted_at:
        return {"tone": "warn", "word": "MobilePay says otherwise"}
    if refund.is_in_doubt and refund.attempts:
        return {"tone": "warn", "word": "Not known yet"}
    return {"tone": _TONES.get(State(refund.state), ""), "word": refund.get_state_display()}


@register.inclusion_tag("refunds/of_payment.html", takes_context=True)
def refunds_of(context: Context, payment: Payment) -> dict[str, Any]:
    """The refunds of a captured payment, and the way to ask for one."""
    may_ask = context["may"]["ask_for_refunds"]
    return {
        "payment": payment,
        "refunds": Refund.objects.filter(payment=payment).select_related("requester").newest_first(),
        "may_ask": may_ask,
        "no_refund": requests.why_not_ask(payment=payment, now=clock.now()) if may_ask else "",
    }


@register.simple_tag(takes_context=True)
def refunds_waiting(context: Context) -> int:
    """How many refunds of the page's merchant wait for the reader."""
    user, merchant = context["user"], context["merchant"]
    if not any(user.holds(right, merchant) for right in (Right.APPROVE_REFUNDS, Right.REVIEW_REFUNDS)):
        return 0
    return Refund.objects.waiting_for(user, merchant).count()


@register.simple_tag(takes_context=True)
def policy_changes_waiting(context: Context) -> int:
    """How many changes of rules wait for the reader to confirm or decline them."""
    return len(policy_changes.waiting_for(context["user"], context["merchant"]))


@register.inclusion_tag("refunds/waiting_change.html", takes_context=True)
def waiting_change(context: Context, policy: Policy) -> dict[str, Any]:
    """What somebody wants to loosen about the rules, and who can say yes or no to it."""
    change, user = policy.changes.waiting().with_names().first() if policy.pk else None, context["user"]
    if change is None:
        return {}
    others = policy_changes.confirmers(merchant=context["merchant"], requester=change.requester)
    return {
        "merchant": context["merchant"],
        "change": change,
        "lines": rules.lines(change),
        "confirmers": [person.name for person in others],
        "may_change": context["may"]["manage_merchant"],
        "is_own": not policy_changes.why_not_withdraw(change=change, by=user),
    }


@register.simple_tag
def refund_policies(merchant: Merchant) -> list[Policy]:
    """The rules for refunds in each of the merchant's currencies."""
    return [Policy.objects.current(merchant, currency) for currency in merchant.currencies]
