"""Since when MobilePay does not answer, to all merchants or to one, as all processes of the portal know it."""

from datetime import datetime, timedelta
import logging
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal import clock
from portal.mobilepay.breaker import EVERYBODY

logger = logging.getLogger(__name__)

# Whoever found MobilePay gone and died cannot say when it is back; the workers' next failure renews it.
_LASTS = timedelta(minutes=5)


def tell(vat_number: str, *, is_out: bool) -> None:
    """Note that MobilePay is gone for a merchant or for EVERYBODY, or that it is back.

    A cache that fails costs people a banner and no more.
    """
    key = _key(vat_number)
    try:
        if not is_out:
            caches["default"].delete(key)
            logger.warning("MobilePay answers again", extra={"vat_number": vat_number})
        elif not caches["default"].touch(key, _LASTS.total_seconds()):
            caches["default"].set(key, clock.now().isoformat(), _LASTS.total_seconds())
            logger.warning("MobilePay does not answer", extra={"vat_number": vat_number})
    except Exception:
        logger.exception("The cache cannot be written")


def since(vat_number: str = EVERYBODY) -> datetime | None:
    """Since when the merchant, or everybody, gets no answer; None when there is no outage."""
    try:
        noted = caches["default"].get_many({_key(EVERYBODY), _key(vat_number)})
    except Exception:
        logger.exception("The cache cannot be read")
        return None
    return min(map(datetime.fromisoformat, noted.values()), default=None)


def banner(request: HttpRequest) -> dict[str, Any]:
    """Context processor: looked up only by pages that say it."""
    merchant: Any = getattr(request, "merchant", None)
    vat_number = merchant.vat_number if merchant else EVERYBODY
    return {"mobilepay_out_since": SimpleLazyObject(lambda: since(vat_number))}


def _key(vat_number: str) -> str:
    return f"mobilepay-outage-{vat_number}"
