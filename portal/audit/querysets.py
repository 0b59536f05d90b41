"""Ways to look at the audit log."""

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from portal.roles import Right

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.audit.models import Entry  # noqa: F401 - named in quotes below

_MOST_SUBJECTS = 100


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: "User") -> Self:
        """What was done at the merchants whose log the person may read; all of it for a platform administrator."""
        if user.is_platform_administrator:
            return self.all()
        grants = user.scope.grants.items()
        return self.filter(merchant_id__in=[pk for pk, grant in grants if grant.holds(Right.READ_AUDIT_LOG)])

    def for_merchant(self, merchant: models.Model) -> Self:
        return self.filter(merchant_id=merchant.pk)

    def unusual(self) -> Self:
        """Without what every sale at a till leaves: few of many, and found by indexes of their own."""
        return self.filter(is_routine=False)

    def subjects_of_call(self, correlation_id: str, *, kind: str) -> list[UUID]:
        """The ids of what a call was about, by our id of the call or the network's: a call is about few things."""
        ids = Q(request_id=correlation_id) | Q(correlation_id=correlation_id)
        found = self.filter(ids, subject_kind=kind).values_list("subject_id", flat=True)
        return [UUID(each) for each in found[:_MOST_SUBJECTS]]

    def about(self, thing: models.Model) -> Self:
        return self.filter(subject_kind=thing._meta.model_name, subject_id=str(thing.pk))  # noqa: SLF001
