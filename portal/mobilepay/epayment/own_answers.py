"""Tells an answer that can be ePayment's own from one of whatever stands in front of it.

Its errors are problems (RFC 7807) with a trace id or details; its own gateway says in other shapes that our keys or
rights do not suffice. An answer of any other shape is none: the outcome stays unknown.
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
# Of these a problem has at least one; the last is the QR API's.
_DETAILS = ("traceId", "extraDetails", "invalidParams")


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
    is_own = ("title" in problem and any(name in problem for name in _DETAILS)) or _is_by_its_gateway(status, problem)
    if status == HTTPStatus.UNAUTHORIZED:
        raise Unauthorized(f"HTTP {status}", is_own=is_own, **said)
    if not is_own or not HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unreadable(f"HTTP {status} that is not ePayment's own")
    raise Rejected(f"HTTP {status}", refusal=refusal_of(said["code"], status=status), **said)


def _is_by_its_gateway(status: int, problem: dict[str, Any]) -> bool:
    # What it keeps in front of all its APIs has words of its own about keys and rights, and about those alone.
    is_about_rights = status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    return is_about_rights and ({"statusCode", "message"} <= problem.keys() or "responseInfo" in problem)


def _code(problem: dict[str, Any]) -> str:
    details = problem.get("extraDetails")
    named = [each for each in details if isinstance(each, dict)] if isinstance(details, list) else []
    return next((str(each.get("reason") or "") for each in named if each.get("name") == "ErrorCode"), "")


def is_object(body: bytes) -> bool:
    """Whether it is a JSON object, whoever wrote it."""
    return _object(body) is not None


def _members(body: bytes) -> dict[str, Any]:
    return _object(body) or {}


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = simplejson.loads(body)
    except (ValueError, ArithmeticError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _json(status: int, body: bytes) -> Any:
    try:
        return simplejson.loads(body, use_decimal=True)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise Unreadable(f"HTTP {status} with a body that is not JSON") from error
