"""How often one caller may call. Each process counts for itself: this guards its threads, not a quota."""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from portal.tillapi.errors import TooManyCalls

_parsed: Callable[[str], RateLimitItem] = cache(parse)
# Named by the clock, its windows outlive no clock that was ahead and is set back.
_limiter = SlidingWindowCounterRateLimiter(MemoryStorage())


def count_call(*, token: str, merchant: str) -> None:
    """Count a call with this token, and one of this merchant; raise TooManyCalls above the limit of either."""
    _count(settings.TILL_RATE_LIMIT, "token", token)
    _count(settings.MERCHANT_RATE_LIMIT, "merchant", merchant)


def count_failed_proof(address: str) -> None:
    """Count a wrong token or an enrolment from this address; raise TooManyCalls above the limit."""
    _count(settings.WRONG_TOKEN_RATE_LIMIT, "proof", address)


def _count(rate: str, kind: str, caller: str) -> None:
    if not _limiter.hit(_parsed(rate), kind, caller):
        raise TooManyCalls
