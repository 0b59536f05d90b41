"""Terminals, their points of sale, who has scanned a code there, and whose till calls."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal import clock
from portal.database.encrypted_fields import EncryptedTextField
from portal.mobilepay.types import PointOfSaleRef
from portal.operations.models import Owed
from terminals import states
from terminals.fields import FoldedField
from terminals.models.merchants import Merchant, ProviderAccount, Store
from terminals.querysets import CheckInQuerySet, PointOfSaleQuerySet, RefusedTillQuerySet, TerminalQuerySet
from terminals.states import PosState

LONGEST_QR_CONTENT = 500


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
    drifted_at = models.DateTimeField(null=True, help_text="Since then it says otherwise.")
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
