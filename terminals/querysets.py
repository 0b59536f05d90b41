"""Ways to look at merchants, terminals, points of sale and tokens.

Every till starts from `for_merchant`, and every page from what is `visible_to` its reader.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from portal.operations.querysets import OperationQuerySet
from portal.roles import Right
from terminals import states
from terminals.states import PosState, Provider

if TYPE_CHECKING:
    from portal.accounts.models import User
    from terminals.models import (  # noqa: F401 - named in quotes below
        AccessToken,
        CheckIn,
        Merchant,
        PointOfSale,
        ProviderAccount,
        RefusedTill,
        Store,
        Synchronisation,
        Terminal,
    )


class MerchantQuerySet(models.QuerySet["Merchant"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(user.scope.with_right(Right.SEE))

    def with_counts(self, *, stores: models.QuerySet[Any], terminals: models.QuerySet[Any]) -> Self:
        """Along with `store_count` and `terminal_count` of those that the reader may see."""
        return self.annotate(store_count=_count(stores), terminal_count=_count(terminals))


class ProviderAccountQuerySet(models.QuerySet["ProviderAccount"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(user.scope.with_right(Right.SEE, merchant="merchant"))

    def for_merchant(self, merchant: models.Model) -> Self:
        return self.filter(merchant=merchant)

    def of_vat_number(self, merchant: "Merchant") -> "ProviderAccount":
        """The merchant's own at PoS V10, which knows it by its VAT number; written down when it is first needed."""
        account, _ = self.get_or_create(
            merchant=merchant, provider=Provider.POSV10, merchant_number=merchant.vat_number
        )
        return account

    def active(self) -> Self:
        return self.filter(is_active=True)


class StoreQuerySet(models.QuerySet["Store"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(user.scope.covers(merchant="merchant", store="pk"))

    def for_merchant(self, merchant: models.Model) -> Self:
        return self.filter(merchant=merchant)

    def with_terminals(self) -> Self:
        """Along with `terminal_count` and `registered_count`."""
        registered = Q(terminals__points_of_sale__state=PosState.REGISTERED)
        return self.annotate(
            terminal_count=Count("terminals", distinct=True),
            registered_count=Count("terminals", distinct=True, filter=registered),
        )


class TokenQuerySet(models.QuerySet["AccessToken"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(user.scope.with_right(Right.MANAGE_MERCHANT, merchant="merchant"))

    def for_merchant(self, merchant: models.Model) -> Self:
        return self.filter(merchant=merchant)

    def current(self) -> Self:
        """The one that tills should use; older ones may overlap with it."""
        return self.filter(expires_at=None, revoked_at=None)

    def live(self, now: datetime) -> Self:
        """Tokens that open the door at this moment, overlapping ones included."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)


class RefusedTillQuerySet(models.QuerySet["RefusedTill"]):
    def visible_to(self, user: "User") -> Self:
        """Of tills that named no terminal nobody knows the store: they are for who may see all."""
        return self.filter(user.scope.covers(merchant="merchant", store="terminal__store"))

    def for_merchant(self, merchant: models.Model) -> Self:
        return self.filter(merchant=merchant)


class SynchronisationQuerySet(models.QuerySet["Synchronisation"]):
    def for_merchant(self, merchant: models.Model) -> Self:
        return self.filter(merchant=merchant)


class TerminalQuerySet(models.QuerySet["Terminal"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(user.scope.covers(merchant="merchant", store="store"))

    def for_merchant(self, merchant: models.Model) -> Self:
        return self.filter(merchant=merchant)

    def with_names(self) -> Self:
        """Along with what a page calls its place by."""
        return self.select_related("store")

    def locked(self, pk: int) -> "Terminal":
        """Read one afresh and hold it until the transaction ends."""
        return self.select_for_update(of=("self",)).select_related("store", "merchant").get(pk=pk)


class PointOfSaleQuerySet(OperationQuerySet["PointOfSale"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(user.scope.covers(merchant="terminal__merchant", store="terminal__store"))

    def for_merchant(self, merchant: models.Model) -> Self:
        return self.filter(terminal__merchant=merchant)

    def whole(self) -> Self:
        return self.select_related("terminal__merchant", "terminal__store", "account")

    def with_names(self) -> Self:
        """Along with what a page calls its place by."""
        return self.select_related("terminal__store")

    def live(self) -> Self:
        return self.filter(state__in=states.LIVE)

    def registered(self) -> Self:
        return self.filter(state=PosState.REGISTERED)

    def ended(self) -> Self:
        return self.exclude(state__in=states.LIVE)

    def with_code(self, code_id: str) -> Self:
        """Those whose code is called that, in whatever letter case a sticker was printed."""
        return self.filter(beacon_id__iexact=code_id)

    def taken_by_others(self, pos: "PointOfSale", *, pos_id: str) -> Self:
        """Rows that a network's registration may belong to instead: merchants can share an account there."""
        same_terminal = Q(
            state__in=states.LIVE,
            terminal__folded_id=pos.terminal.folded_id,
            account__provider=pos.account.provider,
            account__merchant_number=pos.account.merchant_number,
        )
        return self.filter(Q(pos_id=pos_id) | same_terminal).exclude(pk=pos.pk)


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def newest(self, pos: "PointOfSale", *, now: datetime, lifetime: timedelta) -> "CheckIn | None":
        """The check-in that counts at a point of sale: its newest, unless that is used, or too old."""
        found = self.filter(point_of_sale=pos).order_by("-at", "-pk").first()
        return found if found and found.used_by is None and found.at > now - lifetime else None

    def unused(self) -> Self:
        return self.filter(used_by=None)


def _count(of_merchant: models.QuerySet[Any]) -> Coalesce:
    counted = of_merchant.filter(merchant=OuterRef("pk")).order_by().values("merchant").annotate(count=Count("pk"))
    return Coalesce(Subquery(counted.values("count")), 0)
