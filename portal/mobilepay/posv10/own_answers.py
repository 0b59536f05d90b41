"""Tells an answer that can be MobilePay's own from one of whatever stands in front of it.

A gateway, a proxy or a firewall answers with HTML or JSON of its own, and knows nothing of the payment. Only what
fits the protocol's description (docs/protocol/posv10.md, Errors) is an answer; anything else is none, and the outcome
stays unknown.
"""

from http import HTTPStatus
import re
from typing import Any

import simplejson

from portal.mobilepay.errors import Busy, Reason, Refusal, Rejected, Unauthorized, Unreachable, Unreadable
from portal.mobilepay.posv10.errors import refusal_of
from portal.plain_text import clean

LONGEST_CODE = 8
LONGEST_TRACE_ID = 64

# Those from 2000 on are its own failures: they tell nothing, whatever the status.
_CODE = re.compile(r"1[0-9]{3}")
_BUSY = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.LOCKED,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}
_REFUSALS = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
}
# What the token service says in OAuth's words.
_NO_TOKEN = Refusal(Reason.NOT_ALLOWED)


def read(status: int, body: bytes, *, has_body: bool, names_a_thing: bool) -> Any:
    """The JSON of a PoS call's answer, with exact decimals; None where the description has no body.

    `has_body` says that a success has one, `names_a_thing` that the call's path names something, which may be unknown.
    Raises Rejected for MobilePay's own refusal, Unauthorized for one of our token, Unreadable for an answer that
    cannot be its own, Unreachable for HTTP 5xx, and Busy when it asks to come back later.
    """
    facts = _facts(body)
    _require_ready(status, facts)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND} and not body.strip():
        # The two refusals without a body; a 404 only for an id in the path: one in a body is 409.
        if status == HTTPStatus.UNAUTHORIZED or names_a_thing:
            raise Unauthorized(f"HTTP {status}") if status == HTTPStatus.UNAUTHORIZED else unknown_id()
    elif status in _REFUSALS and _CODE.fullmatch(str((_members(body) or {}).get("code"))):
        raise _refusal(status, facts)
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
    if status in _REFUSALS and is_refusal:
        raise Rejected(f"HTTP {status}", refusal=_NO_TOKEN)
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise Unreadable(f"HTTP {status} that is not MobilePay's own")
    return _json(status, body) if body.strip() else None


def unknown_id() -> Rejected:
    """What a 404 without a code says; it ends nothing, for anything on the way may have said so."""
    error = Rejected(f"HTTP {HTTPStatus.NOT_FOUND:d}", refusal=Refusal(Reason.NOT_FOUND))
    error.is_certain = False
    return error


def _refusal(status: int, facts: dict[str, str]) -> Rejected:
    if status == HTTPStatus.UNAUTHORIZED:
        return Unauthorized(f"HTTP {status}", code=facts["code"], trace_id=facts["trace_id"])
    return Rejected(f"HTTP {status}", refusal=refusal_of(facts["code"], status=status), **facts)


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
    """The code and trace id (MobilePay's correlation id) of an error, whichever way they are spelled."""
    said = _members(body) or {}
    return {
        "code": clean(str(said.get("code") or ""), longest=LONGEST_CODE),
        "trace_id": clean(str(said.get("correlationid") or ""), longest=LONGEST_TRACE_ID),
    }


def _members(body: bytes) -> dict[str, Any] | None:
    """The members of a JSON object under their lower-case names; None for anything else."""
    try:
        return {str(name).lower(): value for name, value in simplejson.loads(body).items()}
    except (ValueError, ArithmeticError, RecursionError, AttributeError):
        return None
