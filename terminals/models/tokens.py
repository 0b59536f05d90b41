"""Access tokens: only a keyed hash of each is kept."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal import clock
from terminals.models.merchants import Merchant
from terminals.querysets import TokenQuerySet


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
