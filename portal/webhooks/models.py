"""Where networks send word, and what they have sent."""

from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

from portal import clock
from portal.database.encrypted_fields import EncryptedTextField
from portal.gateway import deliveries
from terminals.models import ProviderAccount


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def live(self) -> Self:
        return self.filter(ended_at=None)

    def believed(self, now: datetime) -> Self:
        """Those whose secret still proves something: what was on its way when one was replaced may yet arrive."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=now - timedelta(days=1)), account__is_active=True)


class Registration(models.Model):
    """One address at which a network tells one account of some events; its secret proves what comes there."""

    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="registrations")
    # What its address ends with: told to nobody but the network.
    slug = models.UUIDField(default=uuid4, unique=True, editable=False)
    url = models.CharField(max_length=500)
    events = models.JSONField()
    remote_id = models.CharField(max_length=64)
    secret = EncryptedTextField()
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, help_text="Since then the network has it no more.")
    last_received_at = models.DateTimeField(null=True)
    last_failed_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0, help_text="Deliveries that were not the network's own.")

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(name="registration_once", fields=["account", "remote_id"]),)

    def __str__(self) -> str:
        return f"registration {self.pk}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        return self.filter(due_at__isnull=False)

    def due(self, now: datetime) -> Self:
        return self.filter(due_at__lte=now).order_by("due_at", "pk")

    def free(self, now: datetime) -> Self:
        """Those that no worker is looking after; a new one is, whatever the clock says that wrote it down."""
        return self.filter(Q(due_at__lte=now) | Q(due_at__isnull=False, attempts=0))

    def settled_before(self, moment: datetime) -> Self:
        return self.filter(due_at=None, received_at__lt=moment)

    def claim(self, delivery: "Delivery", *, until: datetime) -> bool:
        """Whether it is this worker who looks after it; another one may if it is not done by then."""
        same = self.filter(pk=delivery.pk, due_at=delivery.due_at)
        return bool(same.update(due_at=until, attempts=delivery.attempts + 1))


class Delivery(models.Model):
    """What a network has told, as it was told; a repeated one is the same row."""

    class Outcome(models.TextChoices):
        WAITING = "", "Waits for a worker"
        READ = "read", "The payment was looked up"
        PAIRED = "paired", "The customer was noted"
        UNKNOWN = "unknown", "Nothing of ours is meant"
        UNREADABLE = "unreadable", "It says nothing that can be read"

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="deliveries")
    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="deliveries")
    # Of what makes an event this one: a customer's token stands nowhere but in the body.
    event_key = models.CharField(max_length=64)
    name = models.CharField(max_length=100, blank=True)
    reference = models.CharField(max_length=64, blank=True)
    body = EncryptedTextField(help_text="May name a customer.")
    received_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, default=clock.now, help_text="When a worker must look after it.")
    attempts = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(name="delivery_once", fields=["account", "event_key"]),)
        indexes = (
            models.Index(name="delivery_due", fields=["due_at"], condition=Q(due_at__isnull=False)),
            models.Index(name="delivery_by_age", fields=["received_at"]),
        )

    def __str__(self) -> str:
        return f"delivery {self.pk}: {self.name}"

    @property
    def is_check_in(self) -> bool:
        return self.name in deliveries.CHECK_IN_EVENTS


# A worker that has not looked after a delivery by then has died.
CLAIM_TIMEOUT = timedelta(seconds=30)
