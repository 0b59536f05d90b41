"""Since when a network does not answer, to everybody or to one account, as all processes of the portal know it.

An account is known by the primary keys of its merchant and of its own: `7/12`. What holds for everybody at a network
is known by the network's name besides: `look@epayment`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
import logging

from django.core.cache import caches

from portal import clock
from portal.mobilepay.http.circuit_breaker import EVERYBODY

logger = logging.getLogger(__name__)

# Told by the worker that looks every few seconds, whether anybody sells or not; a name that no account has.
LOOK = "look"
# Whoever found MobilePay gone and died cannot say when it is back, so word of it has to be renewed. The breaker looks
# every second, that worker every ten, and an account's calls come when they come.
_TTL = {EVERYBODY: timedelta(seconds=15), LOOK: timedelta(seconds=45)}
_ACCOUNT_TTL = timedelta(minutes=5)
# Which accounts may be among those that get no answer.
_ACCOUNTS = "mobilepay-outages"


def tell(whose: str, *, is_out: bool, network: str) -> None:
    """Note that a network is gone for an account, for EVERYBODY or for who LOOKs, or that it is back.

    A cache that fails costs people a banner and no more.
    """
    try:
        _note(f"{whose}@{network}" if whose in _TTL else whose, is_out=is_out)
    except Exception:
        logger.exception("The cache cannot be written")


def since(*, networks: Iterable[str], merchant_id: int | None = None) -> datetime | None:
    """Since when one of the merchant's accounts, or everybody at one of these networks, gets no answer.

    None when there is no outage.
    """
    own = set() if merchant_id is None else {each for each in _accounts() if _merchant(each) == str(merchant_id)}
    everybody = {f"{whose}@{network}" for whose in _TTL for network in networks}
    return min(_read({*everybody, *own}).values(), default=None)


def merchants() -> dict[int, datetime]:
    """The merchants with an account that gets no answer, by primary key, and since when."""
    found: dict[int, datetime] = {}
    for account, at in _read(_accounts()).items():
        pk = int(_merchant(account))
        found[pk] = min(at, found.get(pk, at))
    return found


def words(*, networks: Iterable[str]) -> str:
    """What is wrong with these networks, by the same knowledge as the banners; empty when nothing is."""
    gone_since = since(networks=networks)
    if gone_since:
        return f"has not answered since {gone_since:%Y-%m-%d %H:%M:%S} UTC"
    accounts = _read(_accounts())
    if not accounts:
        return ""
    merchants = {_merchant(each) for each in accounts}
    return f"has not answered {len(merchants)} merchant(s) since {min(accounts.values()):%Y-%m-%d %H:%M:%S} UTC"


def _note(whose: str, *, is_out: bool) -> None:
    cache, key = caches["default"], _key(whose)
    if not is_out:
        if cache.delete(key):
            logger.warning("MobilePay answers again", extra={"account": whose})
        return
    for_everybody = _TTL.get(whose.partition("@")[0]) if "@" in whose else None
    lasts = (for_everybody or _ACCOUNT_TTL).total_seconds()
    if not cache.touch(key, lasts):
        cache.set(key, clock.now().isoformat(), lasts)
        logger.warning("MobilePay does not answer", extra={"account": whose})
    if for_everybody is None:
        # Of two processes that write at once one may be forgotten; the account's next failure names it again.
        cache.set(_ACCOUNTS, sorted({*_read(_accounts()), whose}), lasts)


def _accounts() -> set[str]:
    try:
        return set(caches["default"].get(_ACCOUNTS, []))
    except Exception:
        logger.exception("The cache cannot be read")
        return set()


def _merchant(account: str) -> str:
    return account.partition("/")[0]


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
