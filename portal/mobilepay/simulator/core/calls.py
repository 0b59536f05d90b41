"""The log of calls received, for tests to ask; it holds no secrets."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
import re
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl

from portal.mobilepay.simulator.core.messages import Request
from portal.mobilepay.simulator.core.wire import NotJson, decode

KEPT = 100_000
KEPT_HEADERS = (
    "content-type",
    "x-ibm-client-id",
    "x-mobilepay-client-system-version",
    "x-mobilepay-merchant-vat-number",
    "merchant-serial-number",
    "vipps-system-name",
    "vipps-system-version",
    "vipps-system-plugin-name",
    "vipps-system-plugin-version",
    "idempotency-key",
)


@dataclass
class Call:
    """`body` is the parsed JSON or form, if there was one; `status` is None when the connection was cut.

    `idempotency_key` is whichever network's; `headers` are those of `KEPT_HEADERS`.
    """

    method: str
    path: str
    query: dict[str, str]
    body: Any
    idempotency_key: str | None
    correlation_id: str | None
    headers: dict[str, str]
    at: datetime
    status: int | None = None


class Calls:
    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self._lock = Lock()

    def note(self, request: Request, at: datetime) -> Call:
        """Keep a call on its arrival; the caller sets its status once it is known."""
        call = Call(
            method=request.method,
            path=request.path,
            query=dict(request.query),
            body=_body(request),
            idempotency_key=request.header("x-mobilepay-idempotency-key") or request.header("idempotency-key"),
            correlation_id=request.header("correlationid"),
            headers={name: value for name in KEPT_HEADERS if (value := request.header(name)) is not None},
            at=at,
        )
        with self._lock:
            self._calls.append(call)
        return call

    def find(self, method: str | None = None, path: str | None = None) -> list[Call]:
        """The calls with that method and a path that the whole pattern matches, in order of arrival."""
        with self._lock:
            calls = list(self._calls)
        return [
            call for call in calls if method in (None, call.method) and (path is None or re.fullmatch(path, call.path))
        ]

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()


def _body(request: Request) -> Any:
    if "form-urlencoded" in (request.header("content-type") or ""):
        form = dict(parse_qsl(request.body.decode("latin-1")))
        form.pop("client_secret", None)
        return form
    try:
        return decode(request.body)
    except NotJson:
        return None
