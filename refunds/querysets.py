"""Ways to look at refunds: a till starts from its merchant, a page from what its reader may see."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q, Sum

from portal.money import Money
from portal.operations.querysets import ObservedQuerySet
from portal.roles import Right
from refunds import states
from refunds.states import Origin, State

if TYPE_CHECKING:
    from portal.accounts.models import User
    from refunds.models import Notification, Policy, PolicyChange, Refund  # noqa: F401 - named in quotes below
    from terminals.models import Merchant


# What somebody can be for a refund.
ROLES = ("requester", "first_approver", "second_approver", "reviewer")


class RefundQuerySet(ObservedQuerySet["Refund"]):
    def open(self) -> Self:
        return self.filter(state__in=states.OPEN)

    def with_due_strays(self, now: datetime) -> Self:
        """Those of which MobilePay has a second one that must be called off now."""
        return self.exclude(stray_id="").filter(stray_due_at__lte=now)

    def paid(self) -> Self:
        return self.filter(state__in=states.PAID)

    def paid_between(self, start: datetime, end: datetime) -> Self:
        """Those paid in that time: a paid refund's last move is its payment."""
        return self.paid().filter(changed_at__gte=start, changed_at__lt=end)

    def requested(self) -> Self:
        return self.filter(state=State.REQUESTED)

    def waiting_for(self, user: "User", merchant: models.Model) -> Self:
        """Those of the merchant that only need this person to act: to approve or decline them, or to review them."""
        wanted = Q(pk__in=[])
        if user.holds(Right.APPROVE_REFUNDS, merchant):
            wanted |= Q(state=State.REQUESTED)
        if user.holds(Right.REVIEW_REFUNDS, merchant):
            wanted |= Q(is_emergency=True, reviewer=None) & ~Q(state=State.REQUESTED)
        accounts = user.accounts.values("pk")
        took_part = Q(requester__in=accounts) | Q(first_approver__in=accounts) | Q(second_approver__in=accounts)
        # Those that somebody took part in are few; NOT (a = NULL) would leave out refunds that tills asked for.
        own = self.model.objects.for_merchant(merchant).filter(took_part).values("pk")
        return self.visible_to(user).for_merchant(merchant).filter(wanted).exclude(pk__in=own)

    def in_which(self, person: "User") -> Self:
        """Those that somebody asked for, approved or reviewed."""
        took_part = Q()
        for role in ROLES:
            took_part |= Q(**{role: person})
        return self.filter(took_part)

    def people(self) -> Q:
        """Of accounts: those who took part in any of them."""
        took_part = Q()
        for role in ROLES:
            took_part |= Q(pk__in=self.order_by().values(role))
        return took_part

    def asked_since(self, moment: datetime) -> Self:
        """Those asked for since then, but for the ones that ended without paying anything."""
        return self.filter(created_at__gte=moment).exclude(state__in=states.UNPAID)

    def given_by_tills(self) -> Self:
        """Those that tills asked for and nobody had to approve."""
        return self.filter(origin=Origin.TILL, approvals_needed=0)

    def total(self, currency: str) -> Money:
        minor = self.filter(currency=currency).aggregate(minor=Sum("amount_minor"))["minor"]
        return Money(minor or 0, currency)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def whole(self) -> Self:
        return self.select_related("merchant", "payment__account")

    def with_names(self) -> Self:
        """Along with what a page calls places and people by."""
        return self.select_related("store", "payment__terminal", *ROLES)


class PolicyQuerySet(models.QuerySet["Policy"]):
    def current(self, merchant: "Merchant", currency: str) -> "Policy":
        """The merchant's policy in one currency; nobody has written one down while the defaults hold."""
        return self.filter(merchant=merchant, currency=currency).first() or self.model(
            merchant=merchant, currency=currency
        )

    def locked(self, merchant: "Merchant", currency: str) -> "Policy":
        """The same, written down if need be, read afresh and held until the transaction ends."""
        policy, _ = self.get_or_create(merchant=merchant, currency=currency)
        return self.select_for_update(of=("self",), no_key=True).get(pk=policy.pk)


class PolicyChangeQuerySet(models.QuerySet["PolicyChange"]):
    def for_merchant(self, merchant: models.Model) -> Self:
        return self.filter(policy__merchant=merchant)

    def waiting(self) -> Self:
        # The second condition says the same and lets the database use its index.
        return self.filter(outcome="", ended_at=None)

    def due(self, now: datetime) -> Self:
        """Those that take effect by themselves now."""
        return self.waiting().filter(takes_effect_at__lte=now).order_by("takes_effect_at")

    def with_names(self) -> Self:
        """Along with whose rules it is about and who asked."""
        return self.select_related("policy__merchant", "requester")

    def locked(self, pk: int) -> "PolicyChange":
        """Read one afresh and hold it until the transaction ends; hold its policy before."""
        return self.select_for_update(of=("self",)).with_names().get(pk=pk)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def due(self, now: datetime) -> Self:
        return self.filter(sent_at=None, due_at__lte=now).order_by("due_at")
