"""Ways to look at people and their memberships."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Q

from portal.accounts.scope import Grant
from portal.roles import HOLDERS, Right, Role

if TYPE_CHECKING:
    from portal.accounts.models import Membership, User  # noqa: F401 - named in quotes below


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def platform_administrators(self) -> "models.QuerySet[User]":
        return self.filter(is_platform_administrator=True, is_active=True).order_by("email")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: "User") -> Self:
        """Memberships at the same merchants; whoever is limited to stores sees those that touch these stores."""
        condition = user.scope.covers(merchant="merchant", store="stores")
        return self.filter(pk__in=self.model.objects.filter(condition).values("pk"))

    def for_merchant(self, merchant: models.Model) -> Self:
        return self.filter(merchant=merchant)

    def grants(self) -> dict[int, Grant]:
        """What one person's memberships allow, by merchant; one question to the database."""
        grants: dict[int, Grant] = {}
        facts = self.values_list(
            "merchant_id", "role", "all_stores", "stores", "accepted_at", "merchant__second_factor_for_all"
        )
        for merchant, role, all_stores, store, accepted_at, for_all in facts:
            known = grants.get(merchant, Grant(Role(role), None if all_stores else frozenset()))
            stores = None if known.stores is None else known.stores | ({store} - {None})
            is_new = accepted_at is None
            grants[merchant] = Grant(Role(role), stores, is_new=is_new, is_second_factor_for_all=for_all)
        return grants

    def with_people(self) -> Self:
        """Along with the person, the merchant and the stores."""
        return self.select_related("user", "merchant").prefetch_related("stores")

    def active(self) -> Self:
        """Memberships of those who have come, and whose account is not switched off."""
        return self.filter(user__is_active=True, accepted_at__isnull=False)

    def holding(self, right: Right) -> Self:
        """Memberships whose role holds a right that is not about the whole merchant."""
        return self.filter(role__in=HOLDERS[right])

    def at_store(self, store_id: int) -> Self:
        """Memberships that reach a store, because they name it or reach all."""
        named = self.model.objects.filter(stores=store_id).values("pk")
        return self.filter(Q(all_stores=True) | Q(pk__in=named))

    def whole_administrators(self) -> Self:
        return self.active().filter(role=Role.ADMINISTRATOR, all_stores=True)
