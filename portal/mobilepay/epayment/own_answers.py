"""Tells an answer that can be ePayment's own from one of whatever stands in front of it.

Its errors are problems (RFC 7807) with a trace id or details; the gateway in front has bodies of other shapes, and an
answer with one of those is none: the outcome stays unknown.
"""

from http import HTTPStatus
from typing import Any

import simplejson

from portal.mobilepay.epayment.errors import LATER, refusal_of
from portal.mobilepay.errors import Busy, Rejected, Unauthorized, Unreachable, Unreadable

_BUSY = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.LOCKED,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}


def read(status: int, body: bytes) -> Any:
    """The JSON of an answer, None for an empty one.

    Raises Rejected for a refusal, Unauthorized for one of our token or keys, Busy when it asks to come back later,
    Unreachable for HTTP 5xx, and Unreadable for an answer that cannot be its own.
    """
    problem = _members(body)
    said = {"code": _code(problem), "trace_id": str(problem.get("traceId") or "")}
    if status in _BUSY or said["code"] in LATER:
        raise Busy(f"HTTP {status}", **said)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unreachable(f"HTTP {status}", **said)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return _json(status, body) if body.strip() else None
    is_own = "title" in problem and ("traceId" in problem or "extraDetails" in problem)
    if status == HTTPStatus.UNAUTHORIZED:
        raise Unauthorized(f"HTTP {status}", is_own=is_own, **said)
    if not is_own or not HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unreadable(f"HTTP {status} that is not ePayment's own")
    raise Rejected(f"HTTP {status}", refusal=refusal_of(said["code"], status=status), **said)


def _code(problem: dict[str, Any]) -> str:
    details = problem.get("extraDetails")
    named = [each for each in details if isinstance(each, dict)] if isinstance(details, list) else []
    return next((str(each.get("reason") or "") for each in named if each.get("name") == "ErrorCode"), "")


def _members(body: bytes) -> dict[str, Any]:
    try:
        found = simplejson.loads(body)
    except (ValueError, ArithmeticError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _json(status: int, body: bytes) -> Any:
    try:
        return simplejson.loads(body, use_decimal=True)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise Unreadable(f"HTTP {status} with a body that is not JSON") from error
