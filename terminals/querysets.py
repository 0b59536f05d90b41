"""Ways to look at merchants, terminals, points of sale and tokens; every till starts from its merchant."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from terminals import states
from terminals.states import PosState

if TYPE_CHECKING:
    from terminals.models import AccessToken, PointOfSale, Terminal  # noqa: F401 - named in quotes below


class TokenQuerySet(models.QuerySet["AccessToken"]):
    def live(self, now: datetime) -> Self:
        """Tokens that open the door at this moment, overlapping ones included."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)


class TerminalQuerySet(models.QuerySet["Terminal"]):
    def of(self, merchant: models.Model) -> Self:
        return self.filter(merchant=merchant)


class PointOfSaleQuerySet(models.QuerySet["PointOfSale"]):
    def of(self, merchant: models.Model) -> Self:
        return self.filter(terminal__merchant=merchant)

    def live(self) -> Self:
        return self.filter(state__in=states.LIVE)

    def registered(self) -> Self:
        return self.filter(state=PosState.REGISTERED)

    def taken_by_others(self, pos: "PointOfSale", *, pos_id: str) -> Self:
        """Rows that MobilePay's registration may belong to instead: merchants can share VAT number and terminal id."""
        same_terminal = Q(
            state__in=states.LIVE,
            terminal__terminal_id=pos.terminal.terminal_id,
            terminal__merchant__vat_number=pos.merchant.vat_number,
        )
        return self.filter(Q(pos_id=pos_id) | same_terminal).exclude(pk=pos.pk)

    def due(self, now: datetime) -> Self:
        """Those whose outcome at MobilePay is unknown and must be asked for again now."""
        return self.filter(state__in=states.IN_DOUBT, due_at__lte=now)

    def locked(self, pk: int) -> "PointOfSale":
        """Read one afresh and hold it until the transaction ends."""
        return self.select_for_update(of=("self",)).select_related("terminal__store", "terminal__merchant").get(pk=pk)
