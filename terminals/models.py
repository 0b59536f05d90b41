"""Merchants, their accounts at networks, stores, terminals, points of sale, and access tokens."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal import clock
from portal.database.encrypted_fields import EncryptedTextField
from portal.mobilepay.types import PointOfSaleRef
from portal.operations.models import Owed
from terminals import states
from terminals.fields import FoldedField
from terminals.querysets import (
    CheckInQuerySet,
    MerchantQuerySet,
    PointOfSaleQuerySet,
    ProviderAccountQuerySet,
    RefusedTillQuerySet,
    StoreQuerySet,
    SynchronisationQuerySet,
    TerminalQuerySet,
    TokenQuerySet,
)
from terminals.states import PosState, SynchronisationState

LONGEST_QR_CONTENT = 500


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


class Terminal(models.Model):
    """A cash register of a store."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="terminals")
    # Repeated from the store so that the database can hold a terminal id unique within its merchant.
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="terminals")
    terminal_id = models.CharField(max_length=36)
    folded_id = FoldedField(of="terminal_id", max_length=36)
    name = models.CharField(max_length=36)
    beacon_id = models.CharField(max_length=36, blank=True, help_text="Of an old sticker that is kept; else empty.")

    objects = TerminalQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(name="terminal_once_per_merchant", fields=["merchant", "folded_id"]),)

    def __str__(self) -> str:
        return f"{self.name} ({self.terminal_id})"

    def get_absolute_url(self) -> str:
        return reverse("terminals:detail", args=[self.merchant_id, self.pk])

    @property
    def place(self) -> str:
        """What people call the till."""
        return f"{self.name}, {self.store.name}"


class PointOfSale(Owed):
    """One registration of a terminal at MobilePay; deleting it there keeps the row as history."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="points_of_sale")
    # Where it is registered, whatever network its store is at later.
    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="points_of_sale")
    state = models.CharField(max_length=12, choices=PosState, default=PosState.REGISTERING)
    pos_id = models.UUIDField(null=True, help_text="MobilePay's id; empty until it has answered.")
    beacon_id = models.CharField(max_length=36)
    is_printed = models.BooleanField(default=False, help_text="Whether its code is an old sticker's.")
    qr_content = models.CharField(
        max_length=LONGEST_QR_CONTENT, blank=True, help_text="What its code says; empty until it is up."
    )
    name = models.CharField(max_length=36)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    drift = models.JSONField(default=dict, help_text="What MobilePay's record says otherwise, by field.")
    compared_at = models.DateTimeField(null=True)
    check_in = EncryptedTextField(null=True, help_text="MobilePay's last answer about who is checked in.")
    check_in_fresh_until = models.DateTimeField(default=clock.now)

    objects = PointOfSaleQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_live_pos_per_terminal",
                fields=["terminal"],
                condition=Q(state__in=states.LIVE),
            ),
            models.UniqueConstraint(name="pos_id_once", fields=["pos_id"]),
            models.CheckConstraint(name="pos_state_known", condition=Q(state__in=PosState.values)),
        )
        indexes = (
            models.Index(
                name="pos_in_doubt",
                fields=["due_at"],
                condition=Q(due_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.pos_id or 'not registered'})"

    def get_absolute_url(self) -> str:
        """It has no page of its own: its terminal's shows it."""
        return self.terminal.get_absolute_url()

    @property
    def place(self) -> str:
        return self.terminal.place

    @property
    def merchant(self) -> Merchant:
        return self.terminal.merchant

    @property
    def ref(self) -> PointOfSaleRef:
        """How a network knows it."""
        return PointOfSaleRef(str(self.pos_id), self.beacon_id)


class CheckIn(models.Model):
    """A customer who has scanned a point of sale's code, as the network told us; good for one payment."""

    point_of_sale = models.ForeignKey(PointOfSale, on_delete=models.PROTECT, related_name="check_ins")
    token = EncryptedTextField(help_text="Names the customer to the network.")
    token_digest = models.CharField(max_length=64, help_text="Tells a repeated delivery without holding the token.")
    at = models.DateTimeField(help_text="By the network's clock.")
    received_at = models.DateTimeField(default=clock.now)
    used_by = models.UUIDField(null=True, help_text="The payment that it was used for, or that was paid meanwhile.")

    objects = CheckInQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(name="check_in_once", fields=["point_of_sale", "token_digest"]),)
        indexes = (
            models.Index(name="check_in_newest", fields=["point_of_sale", "-at"]),
            models.Index(name="check_in_used_by", fields=["used_by"]),
        )

    def __str__(self) -> str:
        return f"check-in {self.pk}"


class AccessToken(models.Model):
    """What a merchant's tills prove themselves with; only a keyed hash of the secret is kept."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="tokens")
    lookup_id = models.CharField(max_length=10, unique=True)
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True, help_text="The end of the overlap after a reset.")
    revoked_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_current_token_per_merchant",
                fields=["merchant"],
                condition=Q(expires_at=None, revoked_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"mpp_{self.lookup_id}_…"

    def get_absolute_url(self) -> str:
        """All tokens of a merchant are on one page."""
        return reverse("terminals:token", args=[self.merchant_id])

    def is_live(self, now: datetime) -> bool:
        """Whether it opens the door at this moment; see `TokenQuerySet.live`."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


class LastCall(models.Model):
    """When a terminal's till last called, with which token and how; some seconds late, as tills call every second."""

    terminal = models.OneToOneField(Terminal, on_delete=models.CASCADE, primary_key=True, related_name="last_call")
    at = models.DateTimeField()
    lookup_id = models.CharField(max_length=10)
    credential_source = models.CharField(max_length=20)
    address = models.CharField(max_length=45, blank=True)

    def __str__(self) -> str:
        return f"{self.terminal_id} at {self.at:%Y-%m-%d %H:%M:%S}"


class RefusedTill(models.Model):
    """A till that calls with a token of its merchant's and is not let in any more."""

    class Why(models.TextChoices):
        OLD_TOKEN = "old_token", "Its access token was replaced or revoked"
        MERCHANT_DISABLED = "merchant_disabled", "The merchant is disabled"

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="refused_tills")
    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, null=True, related_name="refusals")
    address = models.CharField(
        max_length=45, blank=True, help_text="Where it called from, when its call named no terminal."
    )
    why = models.CharField(max_length=20, choices=Why)
    lookup_id = models.CharField(max_length=10)
    since = models.DateTimeField()
    at = models.DateTimeField(help_text="Its last try.")
    calls = models.PositiveIntegerField(default=0)

    objects = RefusedTillQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="refused_terminal_once", fields=["terminal"], condition=Q(terminal__isnull=False)
            ),
            models.UniqueConstraint(
                name="refused_address_once", fields=["merchant", "address"], condition=Q(terminal__isnull=True)
            ),
        )
        indexes = (models.Index(name="refused_newest", fields=["merchant", "-at"]),)

    def __str__(self) -> str:
        return f"{self.terminal_id or self.address} at {self.at:%Y-%m-%d %H:%M:%S}"


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
