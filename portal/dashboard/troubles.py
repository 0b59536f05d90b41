"""Which merchants have trouble, for those who run the portal."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import ngettext_lazy

from payments.models import Payment
from portal.accounts.models import User
from portal.gateway import outage
from refunds.models import Refund
from terminals.models import Merchant, ProviderAccount
from terminals.services import till_calls

# What a network has not answered for so long is worth a look; a moment's doubt is not.
DOUBTED_FOR = timedelta(minutes=2)
_IN_DOUBT = ngettext_lazy(
    "The outcome of %(count)d payment is not known yet.",
    "The outcome of %(count)d payments is not known yet.",
    "count",
)
_PAYMENTS_CONTRADICTED = ngettext_lazy(
    "MobilePay reports %(count)d payment otherwise than the portal asked for it.",
    "MobilePay reports %(count)d payments otherwise than the portal asked for them.",
    "count",
)
_REFUNDS_CONTRADICTED = ngettext_lazy(
    "MobilePay reports %(count)d refund otherwise than the portal asked for it.",
    "MobilePay reports %(count)d refunds otherwise than the portal asked for them.",
    "count",
)
_REFUSED = ngettext_lazy("%(count)d till is refused.", "%(count)d tills are refused.", "count")


@dataclass(frozen=True, slots=True)
class Troubled:
    """A merchant and what is wrong there, in sentences."""

    merchant: Merchant
    sentences: list[str]


def merchants_in_trouble(*, user: User, now: datetime) -> list[Troubled]:
    """Those of the reader's merchants where something is wrong, by name; nothing of the others."""
    found: dict[int, list[str]] = defaultdict(list)
    for merchant_id, sentence in _sentences(now):
        found[merchant_id].append(sentence)
    merchants = Merchant.objects.visible_to(user).filter(pk__in=found).order_by("name", "pk")
    return [Troubled(merchant, found[merchant.pk]) for merchant in merchants]


def _sentences(now: datetime) -> Iterator[tuple[int, str]]:
    for merchant_id, since in outage.merchants().items():
        yield merchant_id, f"Its network has not answered since {since:%H:%M} UTC."
    accounts = ProviderAccount.objects.active().exclude(problem="").order_by("pk")
    for account in accounts:
        yield account.merchant_id, f"{account}: {account.problem}"
    old = {"operation_since__lte": now - DOUBTED_FOR, "attempts__gt": 0}
    counted: tuple[tuple[QuerySet[Any], Any], ...] = (
        (Payment.objects.in_doubt().filter(**old), _IN_DOUBT),
        (Payment.objects.contradicted(), _PAYMENTS_CONTRADICTED),
        (Refund.objects.contradicted(), _REFUNDS_CONTRADICTED),
        (till_calls.tried_lately(now=now), _REFUSED),
    )
    for rows, sentence in counted:
        for merchant_id, count in _by_merchant(rows):
            yield merchant_id, sentence % {"count": count}


def _by_merchant(rows: QuerySet[Any]) -> list[tuple[int, int]]:
    return list(rows.order_by("merchant").values_list("merchant").annotate(count=Count("pk")))
