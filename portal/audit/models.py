"""The audit log: one row per deed, written in the deed's own transaction, never changed."""

from django.db import models

from portal import clock
from portal.audit.actions import Action
from portal.audit.actors import ActorKind
from portal.audit.querysets import EntryQuerySet


def actions() -> list[tuple[str, str]]:
    """The choices by reference: a new action needs no migration."""
    return Action.choices


_NOT_ROUTINE = models.Q(is_routine=False)


class Entry(models.Model):
    at = models.DateTimeField(default=clock.now)
    action = models.CharField(max_length=40, choices=actions)
    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    actor = models.CharField(max_length=120)
    credential_source = models.CharField(max_length=20, blank=True)
    # No foreign keys: the log outlives what it speaks of, and knows nothing of the apps above it.
    merchant_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=36)
    # What it was called then, unless kind and id are all there is to say.
    subject = models.CharField(max_length=120, blank=True)
    details = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64)
    correlation_id = models.CharField(max_length=64, blank=True, help_text="The network's own, when it refused.")
    address = models.CharField(max_length=45, blank=True)
    # One of the millions that sales at tills leave: the indexes that find all others leave it out.
    is_routine = models.BooleanField(default=False, db_default=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["-at"], name="audit_newest"),
            models.Index(fields=["merchant_id", "-at"], name="audit_by_merchant"),
            models.Index(fields=["actor", "-at"], name="audit_by_name"),
            models.Index(fields=["subject_id"], name="audit_by_subject_id"),
            models.Index(fields=["request_id"], name="audit_by_request_id"),
            models.Index(
                fields=["correlation_id"], name="audit_by_correlation_id", condition=~models.Q(correlation_id="")
            ),
            models.Index(fields=["-at"], name="audit_rare_newest", condition=_NOT_ROUTINE),
            models.Index(fields=["merchant_id", "-at"], name="audit_rare_by_merchant", condition=_NOT_ROUTINE),
            models.Index(fields=["action", "merchant_id", "-at"], name="audit_rare_action", condition=_NOT_ROUTINE),
            models.Index(fields=["actor_kind", "merchant_id", "-at"], name="audit_rare_kind", condition=_NOT_ROUTINE),
        )
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor} {self.get_action_display()}: {self.called}"

    @property
    def called(self) -> str:
        """What people call what it is about."""
        return self.subject or f"{self.subject_kind} {self.subject_id}"
