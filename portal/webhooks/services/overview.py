"""How word from its network reaches an account: for administrators, and for whoever is called at night."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from portal.webhooks.models import Delivery, Registration
from terminals.models import ProviderAccount


@dataclass(frozen=True, slots=True)
class Reception:
    """`waiting` counts deliveries that nobody has looked after yet; moments are None for never."""

    registrations: int
    last_received_at: datetime | None
    last_failed_at: datetime | None
    waiting: int


def reception(account: ProviderAccount) -> Reception:
    """How an account is told of what happens."""
    live = Registration.objects.filter(account=account).live()
    last = live.aggregate(received=Max("last_received_at"), failed=Max("last_failed_at"))
    waiting = Delivery.objects.filter(account=account).waiting().count()
    return Reception(live.count(), last["received"], last["failed"], waiting)
