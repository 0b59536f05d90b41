"""What a person may see and do, worked out from their memberships: the one place that decides it."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Q

from portal.roles import DECIDING, HOLDERS, MERCHANT_WIDE, Right, Role


@dataclass(frozen=True, slots=True)
class Grant:
    """A role at one merchant; `stores` limits it to some stores, None means all of them.

    `is_new` until its holder has opened the merchant's pages; `is_second_factor_for_all` where the merchant asks all
    its people for one.
    """

    role: Role
    stores: frozenset[int] | None = None
    is_new: bool = field(default=False, compare=False)
    is_second_factor_for_all: bool = field(default=False, compare=False)

    @property
    def needs_second_factor(self) -> bool:
        """Whether its holder does nothing without one; what a merchant asks for itself holds in the demo too."""
        return self.is_second_factor_for_all or (settings.SECOND_FACTOR_REQUIRED and self.role in DECIDING)

    def holds(self, right: Right) -> bool:
        return self.role in HOLDERS[right] and (self.stores is None or right not in MERCHANT_WIDE)

    def may_give(self, other: "Grant") -> bool:
        """Whether somebody with this grant may give the other one, or take it away."""
        if self.role != Role.ADMINISTRATOR:
            return False
        return self.stores is None or (other.stores is not None and other.stores <= self.stores)


ADMINISTRATOR = Grant(Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Scope:
    """A person's grants by merchant; a platform administrator has an administrator's at every merchant."""

    is_platform: bool
    grants: dict[int, Grant]

    def at(self, merchant_id: int) -> Grant | None:
        return ADMINISTRATOR if self.is_platform else self.grants.get(merchant_id)

    def holds(self, right: Right, merchant_id: int) -> bool:
        grant = self.at(merchant_id)
        return grant is not None and grant.holds(right)

    def with_right(self, right: Right, *, merchant: str = "pk") -> Q:
        """The condition on merchants at which the right is held, or on rows that name theirs by this field."""
        holding = [merchant_id for merchant_id, grant in self.grants.items() if grant.holds(right)]
        return Q() if self.is_platform else Q(**{f"{merchant}__in": holding})

    def covers(self, *, merchant: str, store: str) -> Q:
        """The condition on rows that belong to a merchant and a store, found under these field names."""
        if self.is_platform:
            return Q()
        whole = [merchant_id for merchant_id, grant in self.grants.items() if grant.stores is None]
        stores = [store_id for grant in self.grants.values() for store_id in grant.stores or ()]
        of_whole, of_stores = Q(**{f"{merchant}__in": whole}), Q(**{f"{store}__in": stores})
        # One condition where one will do: databases serve an OR by no index.
        if whole and stores:
            return of_whole | of_stores
        return of_stores if stores else of_whole
