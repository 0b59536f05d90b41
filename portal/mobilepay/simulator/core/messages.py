"""A request and a response, free of sockets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from portal.mobilepay.simulator.core.wire import encode
from portal.mobilepay.simulator.posv10.codes import Refusal


@dataclass(frozen=True)
class Request:
    """`query` keeps the first value of each parameter; `headers` all values under their lower-case name."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, list[str]] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        return next(iter(self.headers.get(name, [])), None)


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: object, *, status: int = 200) -> "Response":
        return cls(status, encode(value))


def refused(request: Request, refusal: Refusal) -> Response:
    """The answer that says no."""
    return failed(request, refusal.status, refusal.code, refusal.message)


def failed(request: Request, status: int, code: str | None, message: str) -> Response:
    """An error of section 12; without a code it has no body. Refund errors also tell their origin."""
    if code is None:
        return Response(status)
    body = {
        "code": code,
        "message": message,
        "correlationId": request.header("correlationid") or str(uuid4()),
    }
    if request.path.startswith("/pos/v10/refunds"):
        body["origin"] = "PoS"
    return Response.json(body, status=status)
