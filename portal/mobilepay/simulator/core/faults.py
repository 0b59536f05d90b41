"""Trouble on demand: what networks and servers do to a client on a bad day (protocol section 18)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import re
from threading import Event, Lock
from typing import Any

from portal.mobilepay.simulator.core.messages import Network, Request, Response
from portal.mobilepay.simulator.core.wire import decode

A_GATEWAYS_PAGE = "<!doctype html><html><head><title>Sorry</title></head><body><h1>Sorry</h1></body></html>"


class Kind(StrEnum):
    LATE = "late"
    SLOW = "slow"
    FAIL_BEFORE = "fail_before"
    FAIL_AFTER = "fail_after"
    CUT_BEFORE = "cut_before"
    CUT_AFTER = "cut_after"
    REFUSE = "refuse"
    GARBLE = "garble"
    FOREIGN_BEFORE = "foreign_before"
    FOREIGN_AFTER = "foreign_after"
    ALTER = "alter"


SUCCESS = range(200, 300)
DONE_UNSEEN = {Kind.FAIL_AFTER, Kind.CUT_AFTER, Kind.FOREIGN_AFTER}


@dataclass
class Fault:
    """Befalls the next `times` requests with this method (None: any) whose whole path matches the pattern.

    With a VAT number only that merchant's requests are meant, with an msn only that sales unit's.

    late: do it, answer `seconds` later. slow: wait `seconds`, then do it. fail_before, fail_after: 500,
    not done or done. cut_before, cut_after: no answer at all, not done or done. refuse: answer `status` with
    `code` (None: no body), not done. garble: do it, answer 200 with half a JSON body.
    foreign_before, foreign_after: a gateway in front answers `status` with a `body` of its own, HTML or JSON;
    not done or done. alter: do it, answer a success with these `members` instead of its own (None: without it).
    """

    kind: Kind
    method: str | None
    path: str
    times: int = 1
    seconds: float = 0.0
    status: int = 409
    code: str | None = None
    vat_number: str | None = None
    msn: str | None = None
    body: str = A_GATEWAYS_PAGE
    members: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.times < 1 or self.seconds < 0 or self.status not in range(200, 600):
            raise ValueError("times must be positive, seconds not negative, status from 200 to 599")
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"path is no regular expression: {error}") from None

    def is_for(self, request: Request) -> bool:
        return (
            self.method in (None, request.method)
            and re.fullmatch(self.path, request.path) is not None
            and self.vat_number in (None, request.header("x-mobilepay-merchant-vat-number"))
            and self.msn in (None, request.header("merchant-serial-number"))
        )


class Faults:
    """The trouble planned."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []
        self._lock = Lock()

    def add(self, kind: Kind | str, method: str | None, path: str, **details: Any) -> None:
        """Plan a `Fault` with these details; of several that match a request the earliest planned fires.

        ValueError for nonsense.
        """
        fault = Fault(Kind(kind), method, path, **details)
        with self._lock:
            self._pending.append(fault)

    def clear(self) -> None:
        """Forget what has not fired yet."""
        with self._lock:
            self._pending.clear()

    def take(self, request: Request) -> Fault | None:
        """The fault this request meets, counted down."""
        with self._lock:
            for fault in self._pending:
                if fault.is_for(request):
                    fault.times -= 1
                    if not fault.times:
                        self._pending.remove(fault)
                    return fault
        return None


def suffer(
    fault: Fault, request: Request, do: Callable[[], Response], *, network: Network, stopping: Event
) -> Response | None:
    """Answer a request as the fault has it, in the shape of the network that was called.

    None cuts the connection, as stopping cuts a wait.
    """
    if fault.kind in DONE_UNSEEN:
        do()
    response: Response | None = None
    match fault.kind:
        case Kind.LATE:
            answer = do()
            response = None if stopping.wait(fault.seconds) else answer
        case Kind.SLOW:
            response = None if stopping.wait(fault.seconds) else do()
        case Kind.FAIL_BEFORE | Kind.FAIL_AFTER:
            response = network.crashed(request)
        case Kind.REFUSE:
            response = network.failed(request, fault.status, fault.code)
        case Kind.GARBLE:
            whole = do().body or b"{}"
            response = Response(200, whole[: len(whole) // 2])
        case Kind.FOREIGN_BEFORE | Kind.FOREIGN_AFTER:
            response = _foreign(fault)
        case Kind.ALTER:
            response = _altered(do(), fault.members)
    return response


def _foreign(fault: Fault) -> Response:
    is_page = fault.body.lstrip().startswith("<")
    content_type = "text/html; charset=utf-8" if is_page else "application/json"
    headers = {"Location": "/sign-in"} if fault.status in range(300, 400) else {}
    return Response(fault.status, fault.body.encode(), content_type, headers)


def _altered(response: Response, members: Mapping[str, Any]) -> Response:
    """The success with other members; a refusal, or a success without any, stays as it is."""
    own = decode(response.body) if response.status in SUCCESS and response.body else None
    if not isinstance(own, dict):
        return response
    merged = {**own, **members}
    return Response.json({name: value for name, value in merged.items() if value is not None}, status=response.status)
