"""Trouble on demand: what networks and servers do to a client on a bad day (protocol section 18)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
import re
from threading import Event, Lock

from portal.mobilepay.simulator.codes import Code, Refusal
from portal.mobilepay.simulator.messages import Request, Response, failed, refused


class Kind(StrEnum):
    LATE = "late"
    SLOW = "slow"
    FAIL_BEFORE = "fail_before"
    FAIL_AFTER = "fail_after"
    CUT_BEFORE = "cut_before"
    CUT_AFTER = "cut_after"
    REFUSE = "refuse"
    GARBLE = "garble"


@dataclass
class Fault:
    """Befalls the next `times` requests with this method (None: any) whose whole path matches the pattern.

    With a VAT number only that merchant's requests are meant.

    late: do it, answer `seconds` later. slow: wait `seconds`, then do it. fail_before, fail_after: 500/2000,
    not done or done. cut_before, cut_after: no answer at all, not done or done. refuse: answer `status` with
    `code` (None: no body), not done. garble: do it, answer 200 with half a JSON body.
    """

    kind: Kind
    method: str | None
    path: str
    times: int = 1
    seconds: float = 0.0
    status: int = 409
    code: str | None = None
    vat_number: str | None = None

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
        )


class Faults:
    """The trouble planned."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []
        self._lock = Lock()

    def add(
        self,
        kind: Kind | str,
        method: str | None,
        path: str,
        *,
        times: int = 1,
        seconds: float = 0.0,
        status: int = 409,
        code: str | None = None,
        vat_number: str | None = None,
    ) -> None:
        """Plan a fault; of several that match a request the earliest planned fires.

        ValueError for nonsense.
        """
        fault = Fault(Kind(kind), method, path, times, seconds, status, code, vat_number)
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


def suffer(fault: Fault, request: Request, do: Callable[[], Response], stopping: Event) -> Response | None:
    """Answer a request as the fault has it; None cuts the connection, as stopping cuts a wait."""
    response: Response | None = None
    match fault.kind:
        case Kind.LATE:
            answer = do()
            response = None if stopping.wait(fault.seconds) else answer
        case Kind.SLOW:
            response = None if stopping.wait(fault.seconds) else do()
        case Kind.FAIL_BEFORE:
            response = refused(request, Refusal(Code.INTERNAL_ERROR))
        case Kind.FAIL_AFTER:
            do()
            response = refused(request, Refusal(Code.INTERNAL_ERROR))
        case Kind.CUT_AFTER:
            do()
        case Kind.REFUSE:
            response = failed(request, fault.status, fault.code, "Refused on demand")
        case Kind.GARBLE:
            whole = do().body or b"{}"
            response = Response(200, whole[: len(whole) // 2])
    return response
