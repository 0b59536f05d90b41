"""The outbox: letters that are owed, written with the deed they tell of and sent by a worker."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from portal import clock
from portal.database.encrypted_fields import EncryptedTextField


class EmailQuerySet(models.QuerySet["Email"]):
    def due(self, now: datetime) -> Self:
        return self.filter(due_at__lte=now).order_by("due_at", "pk")

    def settled_before(self, moment: datetime) -> Self:
        """Those that are sent, or given up, and were written before that."""
        return self.filter(due_at=None, created_at__lt=moment)


class Email(models.Model):
    """One letter to one address."""

    to = models.EmailField()
    subject = models.CharField(max_length=250)
    body = EncryptedTextField(
        null=True, help_text="Gone once the letter is sent: it may hold a link that opens an account."
    )
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, help_text="When to send it, or to try again; empty when that is over.")
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    objects = EmailQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(name="letter_due", fields=["due_at"], condition=Q(due_at__isnull=False)),
            models.Index(name="letter_by_reader", fields=["to", "-created_at"]),
            models.Index(name="letter_by_age", fields=["created_at"]),
        )

    def __str__(self) -> str:
        return f"letter {self.pk}: {self.subject}"
