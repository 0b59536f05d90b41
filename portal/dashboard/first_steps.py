"""What a new merchant still needs before its tills can sell, step by step."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from payments.models import Payment
from portal.accounts.models import Membership, User
from portal.roles import Right
from terminals.models import AccessToken, Merchant, PointOfSale, ProviderAccount, Store, Terminal


@dataclass(frozen=True, slots=True)
class FirstStep:
    """`href` leads to where it is done; empty for who may not do it."""

    title: str
    is_done: bool
    href: str


def first_steps(*, merchant: Merchant, user: User, now: datetime) -> list[FirstStep]:
    """All steps of a merchant that has never sold, those that are done included; none of one that has."""
    if Payment.objects.for_merchant(merchant).exists():
        return []
    people = Membership.objects.for_merchant(merchant).active()
    registered = PointOfSale.objects.for_merchant(merchant).registered()
    steps = [
        (
            "Import its account at the payment network",
            ProviderAccount.objects.for_merchant(merchant).active().exists(),
            "terminals:merchant",
            Right.MANAGE_MERCHANT,
        ),
        (
            "Bring in its stores",
            Store.objects.for_merchant(merchant).exists(),
            "terminals:stores",
            Right.MANAGE_MERCHANT,
        ),
        (
            "Add its terminals",
            Terminal.objects.for_merchant(merchant).exists(),
            "terminals:list",
            Right.MANAGE_TERMINALS,
        ),
        ("Register their points of sale", registered.exists(), "terminals:list", Right.MANAGE_TERMINALS),
        (
            "Create the access token and give it to the tills",
            AccessToken.objects.for_merchant(merchant).live(now).exists(),
            "terminals:token",
            Right.MANAGE_MERCHANT,
        ),
        (
            "Invite an administrator of its own",
            people.whole_administrators().exists(),
            "people:list",
            Right.MANAGE_PEOPLE,
        ),
        (
            "Invite somebody who approves refunds",
            people.holding(Right.APPROVE_REFUNDS).exists(),
            "people:list",
            Right.MANAGE_PEOPLE,
        ),
        ("Take the first payment", False, "payments:list", Right.SEE),
    ]
    return [
        FirstStep(title, is_done, reverse(name, args=[merchant.pk]) if user.holds(right, merchant) else "")
        for title, is_done, name, right in steps
    ]
