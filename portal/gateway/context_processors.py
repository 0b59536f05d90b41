"""What every page may say about the networks."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.gateway import outage


def mobilepay_outage(request: HttpRequest) -> dict[str, Any]:
    """Since when MobilePay does not answer; looked up only by pages that say it."""
    merchant: Any = getattr(request, "merchant", None)
    return {"mobilepay_out_since": SimpleLazyObject(lambda: outage.since(merchant and merchant.pk))}
