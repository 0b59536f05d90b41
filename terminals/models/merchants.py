"""Merchants, their accounts at networks, and their stores."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal import clock
from portal.database.encrypted_fields import EncryptedTextField
from terminals import states
from terminals.fields import FoldedField
from terminals.querysets import MerchantQuerySet, ProviderAccountQuerySet, StoreQuerySet, SynchronisationQuerySet
from terminals.states import SynchronisationState


class Merchant(models.Model):
    """A company with its own tills, known by its `bioCode`; it owns everything below."""

    class TimeZone(models.TextChoices):
        """Where MobilePay is: a merchant's stores are all in one country."""

        COPENHAGEN = "Europe/Copenhagen", "Copenhagen"
        HELSINKI = "Europe/Helsinki", "Helsinki"

    bio_code = models.CharField(max_length=36, unique=True)
    # Not unique: two that differ in letter case only may be there from before this was refused.
    folded_bio_code = FoldedField(of="bio_code", max_length=36, db_index=True)
    name = models.CharField(max_length=100)
    vat_number = models.CharField(max_length=14)
    currencies = models.JSONField()
    time_zone = models.CharField(max_length=40, choices=TimeZone, default=TimeZone.COPENHAGEN)
    is_active = models.BooleanField(default=True)
    answers_always_200 = models.BooleanField(
        default=False, help_text="Answer tills with HTTP 200 even when refusing: some read a body only then."
    )
    payment_timeout = models.DurationField(
        default=timedelta(minutes=10), help_text="An unfinished payment is cancelled this long after it last moved."
    )
    token_overlap = models.DurationField(
        default=timedelta(0), help_text="How long the old access token still works after a reset."
    )
    second_factor_for_all = models.BooleanField(
        default=False, help_text="Not only those who decide about money need a second factor, but all its people."
    )
    enrolment_open_until = models.DateTimeField(null=True)
    stores_synchronised_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = MerchantQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="token_overlap_within_a_day",
                condition=Q(token_overlap__gte=timedelta(0), token_overlap__lte=timedelta(hours=24)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.bio_code})"

    def get_absolute_url(self) -> str:
        return reverse("terminals:merchant", args=[self.pk])

    @property
    def zone(self) -> ZoneInfo:
        """The clock on its shops' walls."""
        return ZoneInfo(self.time_zone)

    def enrolment_ends_after(self, now: datetime) -> bool:
        """Whether a till can still get a token without any proof."""
        return self.enrolment_open_until is not None and self.enrolment_open_until > now


class ProviderAccount(models.Model):
    """As whom a merchant speaks to a payment network; stores sell through it, and refunds go back through it."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="accounts")
    provider = models.CharField(max_length=10, choices=states.providers)
    merchant_number = models.CharField(
        max_length=20, help_text="The network's name for it: a sales unit's number, or for PoS V10 a VAT number."
    )
    label = models.CharField(max_length=100, blank=True)
    is_test = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    credentials = EncryptedTextField(null=True, help_text="Its own keys as JSON; empty where the portal's serve.")
    captures_parts = models.BooleanField(null=True, help_text="Whether a part can be captured; empty: not known.")
    may_push = models.BooleanField(null=True, help_text="Whether it may send requests to phones; empty: not known.")
    problem = models.CharField(max_length=200, blank=True, help_text="Why the network last took nothing from it.")
    problem_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True, help_text="When its connection was last tested.")
    created_at = models.DateTimeField(default=clock.now)

    objects = ProviderAccountQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="account_once_per_merchant", fields=["merchant", "provider", "merchant_number"]
            ),
            # Word of who has scanned a code comes to a sales unit once: two merchants could not both have it.
            models.UniqueConstraint(
                name="sales_unit_once", fields=["merchant_number"], condition=Q(provider=states.Provider.EPAYMENT)
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_provider_display()} {self.merchant_number}"

    def get_absolute_url(self) -> str:
        """It has no page of its own: its merchant's lists it."""
        return reverse("terminals:merchant", args=[self.merchant_id])

    @property
    def key(self) -> str:
        """What its circuit, its places and its outages are known by; see `portal.gateway.outage`."""
        return f"{self.merchant_id}/{self.pk}"


class Store(models.Model):
    """A MobilePay store; the address and brand are MobilePay's and come with a synchronisation."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="stores")
    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="stores")
    store_id = models.CharField(max_length=36)
    folded_id = FoldedField(of="store_id", max_length=36)
    name = models.CharField(max_length=100)
    street = models.CharField(max_length=200, blank=True)
    zip_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=100, blank=True)
    brand_name = models.CharField(max_length=100, blank=True)
    brand_id = models.CharField(max_length=20, blank=True)
    location_id = models.CharField(max_length=20, blank=True)
    synchronised_at = models.DateTimeField(null=True)

    objects = StoreQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(name="store_once_per_merchant", fields=["merchant", "folded_id"]),)

    def __str__(self) -> str:
        return f"{self.name} ({self.store_id})"


class Synchronisation(models.Model):
    """One run that brings a merchant's stores up to MobilePay's record of them."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="synchronisations")
    state = models.CharField(max_length=10, choices=SynchronisationState, default=SynchronisationState.WAITING)
    actor = models.CharField(max_length=120)
    requested_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=400, blank=True)

    objects = SynchronisationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_running_synchronisation_per_merchant",
                fields=["merchant"],
                condition=Q(state__in=states.RUNNING),
            ),
            models.CheckConstraint(
                name="synchronisation_state_known", condition=Q(state__in=SynchronisationState.values)
            ),
        )

    def __str__(self) -> str:
        return f"synchronisation {self.pk}"

    @property
    def is_running(self) -> bool:
        return self.state in states.RUNNING

    @property
    def total(self) -> int:
        return self.new + self.changed + self.same
