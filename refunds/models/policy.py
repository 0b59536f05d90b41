"""The rules each merchant has for refunds, and what somebody wants changed about them."""

from datetime import time, timedelta
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from portal import clock
from portal.gateway import networks
from portal.money import Money
from refunds.querysets import PolicyChangeQuerySet, PolicyQuerySet
from terminals.models import Merchant


def usual_window() -> timedelta:
    """How long after its capture the network of new stores gives a payment back."""
    return networks.usual_refund_window()


def longest_window(merchant: Merchant) -> timedelta:
    """How long after its capture one of the merchant's networks gives a payment back."""
    windows = [networks.rules(account).refund_window for account in merchant.accounts.all()]
    return max(windows, default=usual_window())


class Policy(models.Model):
    """A merchant's rules for refunds in one currency; limits are minor units of it, an empty one is no limit."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="refund_policies")
    currency = models.CharField(max_length=3)
    till_limit_minor = models.BigIntegerField(
        "Tills give back by themselves up to",
        default=50_000,
        help_text="A till may give back that much by itself; more waits for approval.",
    )
    terminal_day_limit_minor = models.BigIntegerField(
        "One terminal gives back by itself, a day",
        default=200_000,
        db_default=200_000,
        null=True,
        help_text="What one terminal may give back by itself in a day.",
    )
    tills_day_limit_minor = models.BigIntegerField(
        "All tills together give back by themselves, a day",
        default=1_000_000,
        db_default=1_000_000,
        null=True,
        help_text="What all tills together may give back by themselves in a day.",
    )
    desk_limit_minor = models.BigIntegerField(
        "The desk needs no approver up to", default=0, help_text="The desk may give back that much without an approver."
    )
    two_approvers_above_minor = models.BigIntegerField(
        "Two people must approve above", null=True, help_text="Above that, two people must approve."
    )
    person_day_limit_minor = models.BigIntegerField(
        "One person may ask for, a day", null=True, help_text="What one person may ask for in a day."
    )
    day_limit_minor = models.BigIntegerField(
        "Everybody together may ask for, a day", null=True, help_text="What may be asked for in a day, by everybody."
    )
    lifetime = models.DurationField(
        "Requests lapse after", default=timedelta(hours=24), help_text="How long a request waits for approval."
    )
    window = models.DurationField(
        "Refunds are possible for", default=usual_window, help_text="How long after its capture a payment is refunded."
    )
    opens_at = models.TimeField("Shops open at", default=time(8))
    closes_at = models.TimeField(
        "Shops close at", default=time(23), help_text="Asking outside these hours is pointed out to approvers."
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="one_policy_per_currency", fields=["merchant", "currency"]),
            models.CheckConstraint(
                name="policy_limits_sensible",
                condition=Q(till_limit_minor__gte=0, desk_limit_minor__gte=0)
                & (Q(two_approvers_above_minor=None) | Q(two_approvers_above_minor__gte=F("desk_limit_minor")))
                & (Q(person_day_limit_minor=None) | Q(person_day_limit_minor__gt=0))
                & (Q(day_limit_minor=None) | Q(day_limit_minor__gt=0))
                & (Q(terminal_day_limit_minor=None) | Q(terminal_day_limit_minor__gt=0))
                & (Q(tills_day_limit_minor=None) | Q(tills_day_limit_minor__gt=0)),
            ),
            models.CheckConstraint(
                name="policy_times_sensible",
                condition=Q(lifetime__gt=timedelta(0), window__gt=timedelta(0)),
            ),
        )
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return f"refunds of {self.merchant.bio_code} in {self.currency}"

    def money(self, minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, self.currency)

    @property
    def till_limit(self) -> Money:
        return Money(self.till_limit_minor, self.currency)

    @property
    def terminal_day_limit(self) -> Money | None:
        return self.money(self.terminal_day_limit_minor)

    @property
    def tills_day_limit(self) -> Money | None:
        return self.money(self.tills_day_limit_minor)

    @property
    def desk_limit(self) -> Money:
        return Money(self.desk_limit_minor, self.currency)

    @property
    def two_approvers_above(self) -> Money | None:
        return self.money(self.two_approvers_above_minor)

    @property
    def person_day_limit(self) -> Money | None:
        return self.money(self.person_day_limit_minor)

    @property
    def day_limit(self) -> Money | None:
        return self.money(self.day_limit_minor)

    @property
    def has_day_limits(self) -> bool:
        return self.person_day_limit_minor is not None or self.day_limit_minor is not None

    @property
    def has_till_ceilings(self) -> bool:
        return self.terminal_day_limit_minor is not None or self.tills_day_limit_minor is not None

    def is_open_at(self, local: time) -> bool:
        """Whether shops are open at that time of day; they may close after midnight."""
        if self.opens_at < self.closes_at:
            return self.opens_at <= local < self.closes_at
        return local >= self.opens_at or local < self.closes_at


class Outcome(models.TextChoices):
    """What became of a change that was asked for."""

    WAITING = "", "Waiting"
    CONFIRMED = "confirmed", "Confirmed"
    TOOK_EFFECT = "took_effect", "Took effect by itself"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REPLACED = "replaced", "Replaced by another one"
    DROPPED = "dropped", "Dropped: whoever asked may not change the rules any more"


class PolicyChange(models.Model):
    """What somebody wants changed about the rules so that more goes back with less approval: it waits.

    What was asked for never changes, and neither does how it ended: triggers in the database see to that.
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="changes")
    was = models.JSONField(encoder=DjangoJSONEncoder, help_text="The rules that held, by name.")
    becomes = models.JSONField(encoder=DjangoJSONEncoder, help_text="What they are to become.")
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="policy_changes_requested"
    )
    created_at = models.DateTimeField(default=clock.now)
    takes_effect_at = models.DateTimeField(
        null=True, help_text="When it takes effect by itself: set where nobody else could confirm it."
    )
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.WAITING, blank=True)
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="policy_changes_decided",
        help_text="Who ended it; empty where nobody did.",
    )
    ended_at = models.DateTimeField(null=True)

    objects = PolicyChangeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_change_of_a_policy_waits", fields=["policy"], condition=Q(outcome="", ended_at=None)
            ),
            models.CheckConstraint(
                name="policy_change_outcome_known",
                condition=Q(outcome__in=Outcome.values),
            ),
            models.CheckConstraint(
                name="policy_change_waits_or_has_ended",
                condition=Q(outcome="", ended_at=None) | ~Q(outcome="") & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="policy_change_is_decided_by_somebody_else",
                condition=~Q(outcome__in=["confirmed", "declined"])
                | Q(decider__isnull=False) & ~Q(decider=F("requester")),
            ),
            models.CheckConstraint(
                name="policy_change_takes_effect_only_where_it_may",
                condition=~Q(outcome="took_effect")
                | Q(takes_effect_at__isnull=False, takes_effect_at__lte=F("ended_at")),
            ),
        )
        indexes = (
            models.Index(name="policy_change_due", fields=["takes_effect_at"], condition=Q(outcome="", ended_at=None)),
        )

    def __str__(self) -> str:
        return f"change of {self.policy}"

    @property
    def is_waiting(self) -> bool:
        return self.outcome == Outcome.WAITING

    @property
    def rules(self) -> dict[str, Any]:
        """What the rules are to become, as a policy holds them."""
        return _read(self.becomes)

    @property
    def old_rules(self) -> dict[str, Any]:
        return _read(self.was)


def _read(rules: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {field.name: field for field in Policy._meta.concrete_fields}  # noqa: SLF001
    return {name: fields[name].to_python(value) for name, value in rules.items()}
