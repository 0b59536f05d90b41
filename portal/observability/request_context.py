"""Which request is being served and what it is about, for the log, the audit log and MobilePay's correlation id."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class RequestContext:
    request_id: str
    address: str
    about: dict[str, str] = field(default_factory=dict)


_current: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)

enter = _current.set
leave = _current.reset


@contextmanager
def job(*, request_id: str = "", address: str = "", **about: object) -> Iterator[None]:
    """One id for all that a worker does in one go, and what it is about; or those of the request that it follows up."""
    entered = enter(RequestContext(request_id or str(uuid4()), address))
    note(**about)
    try:
        yield
    finally:
        leave(entered)


def request_id() -> str:
    """The id of the request being served, or a fresh one outside of requests."""
    context = _current.get()
    return context.request_id if context else str(uuid4())


def client_ip() -> str:
    """The network address that asked; empty outside of requests."""
    context = _current.get()
    return context.address if context else ""


def note(**about: object) -> None:
    """Say what the request is about, such as `payment=…`: every log line from here on carries it."""
    context = _current.get()
    if context:
        context.about.update({name: str(value) for name, value in about.items()})


def current() -> RequestContext | None:
    """What is being served; None outside of requests and jobs."""
    return _current.get()
