"""Tells an answer that can be MobilePay's own from one of whatever stands in front of it.

A gateway, a proxy or a firewall answers with HTML or JSON of its own, and knows nothing of the payment. Only what
fits the protocol's description (docs/protocol/posv10.md, Errors) is an answer; anything else is none, and the outcome
stays unknown.
"""

from collections.abc import Mapping
from http import HTTPStatus
import re
from typing import Any

import simplejson

from portal.mobilepay.errors import (
    Busy,
    Conflict,
    NotFound,
    Rejected,
    Unauthorized,
    Unreachable,
    Unreadable,
)
from portal.plain_text import clean

LONGEST_CODE = 8
LONGEST_CORRELATION_ID = 64

# Those from 2000 on are its own failures: they tell nothing, whatever the status.
_CODE = re.compile(r"1[0-9]{3}")
_BUSY = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.LOCKED,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}
_KINDS: Mapping[int, type[Rejected]] = {
    HTTPStatus.BAD_REQUEST: Rejected,
    HTTPStatus.UNAUTHORIZED: Unauthorized,
    HTTPStatus.FORBIDDEN: Rejected,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: Conflict,
}


def read(status: int, body: bytes, *, has_body: bool, names_a_thing: bool) -> Any:
    """The JSON of a PoS call's answer, with exact decimals; None where the description has no body.

    `has_body` says that a success has one, `names_a_thing` that the call's path names something, which may be unknown.
    Raises Rejected or one of its kinds for MobilePay's own refusal, Unreadable for an answer that cannot be its own,
    Unreachable for HTTP 5xx, and Busy when it asks to come back later.
    """
    facts = _facts(body)
    _require_ready(status, facts)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND} and not body.strip():
        # The two refusals without a body; a 404 only for an id in the path: one in a body is 409.
        if status == HTTPStatus.UNAUTHORIZED or names_a_thing:
            raise _KINDS[status](f"HTTP {status}")
    elif status in _KINDS and _CODE.fullmatch(str((_members(body) or {}).get("code"))):
        raise _KINDS[status](f"HTTP {status}", **facts)
    elif has_body and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return _json(status, body)
    elif not has_body and status in {HTTPStatus.OK, HTTPStatus.NO_CONTENT} and not body.strip():
        return None
    if status == HTTPStatus.UNAUTHORIZED:
        # Whoever said that: a new token costs nothing, and may be all it takes.
        raise Unauthorized(f"HTTP {status} that is not MobilePay's own", is_own=False)
    raise Unreadable(f"HTTP {status} that is not MobilePay's own")


def read_token(status: int, body: bytes) -> Any:
    """The JSON of the token service's answer; raises as `read` does.

    Its refusals are those of OAuth 2.0, with an `error`; what a 401 says besides is not described.
    """
    _require_ready(status, _facts(body))
    is_refusal = "error" in (_members(body) or {})
    if status == HTTPStatus.UNAUTHORIZED and (is_refusal or not body.strip()):
        raise Unauthorized(f"HTTP {status}")
    if status in _KINDS and is_refusal:
        raise Rejected(f"HTTP {status}")
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise Unreadable(f"HTTP {status} that is not MobilePay's own")
    return _json(status, body) if body.strip() else None


def _require_ready(status: int, facts: dict[str, str]) -> None:
    if status in _BUSY:
        raise Busy(f"HTTP {status}", **facts)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unreachable(f"HTTP {status}", **facts)


def _json(status: int, body: bytes) -> Any:
    try:
        return simplejson.loads(body, use_decimal=True)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise Unreadable(f"HTTP {status} with a body that is not JSON") from error


def _facts(body: bytes) -> dict[str, str]:
    """The code and correlation id of an error, whichever way they are spelled."""
    said = _members(body) or {}
    return {
        "code": clean(str(said.get("code") or ""), longest=LONGEST_CODE),
        "correlation_id": clean(str(said.get("correlationid") or ""), longest=LONGEST_CORRELATION_ID),
    }


def _members(body: bytes) -> dict[str, Any] | None:
    """The members of a JSON object under their lower-case names; None for anything else."""
    try:
        return {str(name).lower(): value for name, value in simplejson.loads(body).items()}
    except (ValueError, ArithmeticError, RecursionError, AttributeError):
        return None
