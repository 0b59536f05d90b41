"""Deliveries of the Webhooks API: who has signed them, and what they say (docs/protocol/epayment.md, Webhooks)."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
import hmac
from typing import Any

import simplejson

from portal import plain_text
from portal.mobilepay.errors import Unreadable

# How far a delivery's date may be from ours; every retry is signed anew with a date of its own.
CLOCK_WINDOW = timedelta(minutes=5)
CHECK_IN = "user.checked-in.v1"
_PREFIX = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature="


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a delivery tells: of a payment by its `reference`, or of a customer who has checked in."""

    msn: str
    name: str
    reference: str
    psp_reference: str
    customer_token: str
    merchant_qr_id: str
    at: datetime | None


def is_genuine(
    *, secret: str, host: str, path_and_query: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Whether who knows the secret has signed it lately.

    `host` and the path are the registered ones, whatever a proxy has made of the request's; header names are in lower
    case. The signature may come as `Authorization` or, past a proxy that takes that away, as `X-Vipps-Authorization`.
    """
    date, digest = headers.get("x-ms-date", ""), headers.get("x-ms-content-sha256", "")
    told = f"POST\n{path_and_query}\n{date};{host};{digest}".encode()
    signature = _PREFIX + _base64(hmac.digest(secret.encode(), told, sha256))
    given = [headers.get(name, "") for name in ("authorization", "x-vipps-authorization")]
    is_signed = any([_is_same(signature, each) for each in given])  # noqa: C419 - each takes its time, whatever came first
    return _is_recent(date, now) and _is_same(_base64(sha256(body).digest()), digest) and is_signed


def parse(body: bytes) -> Delivery:
    """What a genuine delivery says; raises Unreadable for one without its sales unit, or about nothing."""
    try:
        said = simplejson.loads(body)
        msn = str(said["msn"])
        is_check_in = "customerToken" in said
        name = CHECK_IN if is_check_in else _printable(said["name"])
        about = _printable(said["merchantQrId"] if is_check_in else said["reference"])
        token = _printable(said["customerToken"]) if is_check_in else ""
    except (KeyError, TypeError, ValueError, ArithmeticError, RecursionError, AttributeError) as error:
        raise Unreadable(f"a delivery that says nothing: {type(error).__name__}") from error
    return Delivery(
        msn=msn,
        name=name,
        reference="" if is_check_in else about,
        psp_reference=_text(said, "pspReference"),
        customer_token=token,
        merchant_qr_id=about if is_check_in else "",
        at=_moment(said.get("initiatedAt" if is_check_in else "timestamp")),
    )


def _printable(value: Any) -> str:
    """A text that can be kept and sent on."""
    if not isinstance(value, str) or not value or not plain_text.shows_all(value):
        raise ValueError("not a text that shows all it holds")
    return value


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _is_recent(date: str, now: datetime) -> bool:
    try:
        return abs(parsedate_to_datetime(date) - now) <= CLOCK_WINDOW
    except (TypeError, ValueError, OverflowError):
        return False


def _base64(digest: bytes) -> str:
    return b64encode(digest).decode()


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None
