"""What every page may say about the networks."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.gateway import networks, outage


def mobilepay_outage(request: HttpRequest) -> dict[str, Any]:
    """Since when MobilePay does not answer; looked up only by pages that say it."""
    return {"mobilepay_out_since": SimpleLazyObject(lambda: _out_since(getattr(request, "merchant", None)))}


def _out_since(merchant: Any) -> datetime | None:
    everywhere = outage.since(networks=networks.addresses(), merchant_id=merchant and merchant.pk)
    if everywhere is None or merchant is None:
        return everywhere
    # Only now, and hardly ever, is it worth a question whether that is the merchant's network.
    own = {networks.address_of(each) for each in merchant.accounts.all()}
    return outage.since(networks=own, merchant_id=merchant.pk)
