"""A request and a response, free of sockets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from portal.mobilepay.simulator.core.wire import encode


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


class Refused(Exception):
    """A network says no: an HTTP status, and a sentence that nobody may match on."""

    status: int
    message: str


class Network(Protocol):
    """What the server must know of a network to let trouble befall its calls."""

    def serves(self, path: str) -> bool:
        """Whether calls of this path are the network's."""

    def failed(self, request: Request, status: int, code: str | None) -> Response:
        """A refusal in the network's own shape; without a code it has no body."""

    def crashed(self, request: Request) -> Response:
        """What the network answers when something in it breaks: HTTP 500."""
