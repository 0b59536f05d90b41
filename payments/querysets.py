"""Ways to look at payments; every till starts from its merchant."""

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from payments import states
from payments.states import Intent, State

if TYPE_CHECKING:
    from payments.models import Payment


class PaymentQuerySet(models.QuerySet["Payment"]):
    def of(self, merchant: models.Model) -> Self:
        return self.filter(merchant=merchant)

    def open(self) -> Self:
        return self.filter(state__in=states.OPEN)

    def active(self) -> Self:
        return self.filter(state__in=states.ACTIVE)

    def in_doubt(self) -> Self:
        """Those about which MobilePay was told something and has not answered."""
        return self.open().filter(Q(state=State.CREATED) | ~Q(intent=Intent.NONE))

    def due(self, now: datetime) -> Self:
        """Those that somebody must look after now."""
        return self.open().filter(due_at__lte=now).order_by("due_at")

    def free(self, now: datetime) -> Self:
        """Those that no worker is looking after right now."""
        return self.filter(Q(taken_until=None) | Q(taken_until__lte=now))

    def newest_first(self) -> Self:
        return self.order_by("-created_at")

    def with_place(self) -> Self:
        """Along with what a call to MobilePay needs to know."""
        return self.select_related("merchant", "point_of_sale")

    def locked(self, pk: UUID) -> "Payment":
        """Read one afresh and hold it until the transaction ends."""
        return self.select_for_update(of=("self",)).with_place().get(pk=pk)
