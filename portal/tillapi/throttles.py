"""How often one caller may call. Each process counts for itself: this guards its threads, not a quota."""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from portal.tillapi.errors import TooManyCalls

_parsed: Callable[[str], RateLimitItem] = cache(parse)
_limiter = FixedWindowRateLimiter(MemoryStorage())


def count_call(caller: str) -> None:
    """Count a call of this token; raise TooManyCalls above settings.TILL_RATE_LIMIT."""
    _count(settings.TILL_RATE_LIMIT, "call", caller)


def count_failed_proof(address: str) -> None:
    """Count a wrong token or an enrolment from this address; raise TooManyCalls above the limit."""
    _count(settings.WRONG_TOKEN_RATE_LIMIT, "proof", address)


def _count(rate: str, kind: str, caller: str) -> None:
    if not _limiter.hit(_parsed(rate), kind, caller):
        raise TooManyCalls
