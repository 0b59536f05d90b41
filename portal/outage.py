"""Since when MobilePay does not answer, as all processes of the portal know it."""

from datetime import datetime, timedelta
import logging
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal import clock

logger = logging.getLogger(__name__)

# Whoever found MobilePay gone and died cannot say when it is back; the workers' next failure renews it.
_LASTS = timedelta(minutes=5)
_KEY = "mobilepay-outage"


def tell(*, is_out: bool) -> None:
    """Note that MobilePay is gone, or that it is back. A cache that fails costs people a banner and no more."""
    try:
        if not is_out:
            caches["default"].delete(_KEY)
            logger.warning("MobilePay answers again")
        elif not caches["default"].touch(_KEY, _LASTS.total_seconds()):
            caches["default"].set(_KEY, clock.now().isoformat(), _LASTS.total_seconds())
            logger.warning("MobilePay does not answer")
    except Exception:
        logger.exception("The cache cannot be written")


def since() -> datetime | None:
    try:
        noted = caches["default"].get(_KEY)
    except Exception:
        logger.exception("The cache cannot be read")
        return None
    return datetime.fromisoformat(noted) if noted else None


def banner(_request: HttpRequest) -> dict[str, Any]:
    """Context processor: looked up only by pages that say it."""
    return {"mobilepay_out_since": SimpleLazyObject(since)}
