"""Forgets what was delivered long ago: deliveries, and customers who checked in."""

from datetime import datetime, timedelta

from portal.webhooks.models import Delivery
from terminals.models import CheckIn

KEPT_FOR = timedelta(days=30)


def clean_up(*, now: datetime) -> None:
    """Remove settled deliveries and check-ins that are older than a month."""
    Delivery.objects.settled_before(now - KEPT_FOR).delete()
    CheckIn.objects.filter(received_at__lt=now - KEPT_FOR).delete()
