"""Since when MobilePay does not answer, to all merchants or to one, as all processes of the portal know it."""

from datetime import datetime, timedelta
import logging
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal import clock
from portal.mobilepay.http.circuit_breaker import EVERYBODY

logger = logging.getLogger(__name__)

# Told by the worker that looks every few seconds, whether anybody sells or not; a name that no merchant has.
LOOK = "look"
# Whoever found MobilePay gone and died cannot say when it is back, so word of it has to be renewed. The breaker looks
# every second, that worker every ten, and a merchant's calls come when they come.
_LASTS = {EVERYBODY: timedelta(seconds=15), LOOK: timedelta(seconds=45)}
_MERCHANTS_LAST = timedelta(minutes=5)
# Which merchants may be among those that get no answer.
_MERCHANTS = "mobilepay-outages"


def tell(whose: str, *, is_out: bool) -> None:
    """Note that MobilePay is gone for a merchant, for EVERYBODY or for who LOOKs, or that it is back.

    A cache that fails costs people a banner and no more.
    """
    try:
        _note(whose, is_out=is_out)
    except Exception:
        logger.exception("The cache cannot be written")


def since(vat_number: str = EVERYBODY) -> datetime | None:
    """Since when the merchant, or everybody, gets no answer; None when there is no outage."""
    return min(_read({EVERYBODY, LOOK, vat_number}).values(), default=None)


def words() -> str:
    """What is wrong with MobilePay, by the same knowledge as the banners; empty when nothing is."""
    gone_since = since()
    if gone_since:
        return f"has not answered since {gone_since:%Y-%m-%d %H:%M:%S} UTC"
    merchants = _read(set(_merchants()))
    if not merchants:
        return ""
    return f"has not answered {len(merchants)} merchant(s) since {min(merchants.values()):%Y-%m-%d %H:%M:%S} UTC"


def banner(request: HttpRequest) -> dict[str, Any]:
    """Context processor: looked up only by pages that say it."""
    merchant: Any = getattr(request, "merchant", None)
    vat_number = merchant.vat_number if merchant else EVERYBODY
    return {"mobilepay_out_since": SimpleLazyObject(lambda: since(vat_number))}


def _note(whose: str, *, is_out: bool) -> None:
    cache, key = caches["default"], _key(whose)
    if not is_out:
        if cache.delete(key):
            logger.warning("MobilePay answers again", extra={"vat_number": whose})
        return
    lasts = _LASTS.get(whose, _MERCHANTS_LAST).total_seconds()
    if not cache.touch(key, lasts):
        cache.set(key, clock.now().isoformat(), lasts)
        logger.warning("MobilePay does not answer", extra={"vat_number": whose})
    if whose not in _LASTS:
        # Of two processes that write at once one may be forgotten; the merchant's next failure names it again.
        cache.set(_MERCHANTS, sorted({*_read(set(_merchants())), whose}), lasts)


def _merchants() -> list[str]:
    try:
        return list(caches["default"].get(_MERCHANTS, []))
    except Exception:
        logger.exception("The cache cannot be read")
        return []


def _read(names: set[str]) -> dict[str, datetime]:
    """Since when each of these gets no answer; those that do are not among them."""
    keys = {_key(name): name for name in names}
    try:
        noted = caches["default"].get_many(keys)
    except Exception:
        logger.exception("The cache cannot be read")
        return {}
    return {keys[key]: datetime.fromisoformat(at) for key, at in noted.items()}


def _key(whose: str) -> str:
    return f"mobilepay-outage-{whose}"
