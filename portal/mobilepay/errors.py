"""One family of errors for whatever goes wrong with a network, and why it says no in the portal's words."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Self

from portal import plain_text

# Longer than any that a network is known to give, and as long as the portal keeps them.
_LONGEST_CODE = 8
_LONGEST_ID = 64


class Reason(StrEnum):
    """Why a network said no, as far as the portal does something about it.

    Services branch on this alone; a network's own code is only told to support. The table from codes to reasons
    lives with each driver.
    """

    AMOUNT_TOO_HIGH = auto()
    BALANCE_TOO_LOW = auto()
    CANNOT_CANCEL = auto()
    CAPTURED_ALREADY = auto()
    CURRENCY_DIFFERS = auto()
    # The token, code or phone number that names the customer is not valid: they are to be asked again.
    CUSTOMER_UNKNOWN = auto()
    FUNDS_GONE = auto()
    KEY_REUSED = auto()
    NO_PARTIAL_CAPTURE = auto()
    # Our credentials, or what they may do: the service desk must look, not the cashier.
    NOT_ALLOWED = auto()
    NOT_CAPTURED = auto()
    NOT_FOUND = auto()
    NOT_RESERVED = auto()
    PAYMENT_ACTIVE = auto()
    POS_EXISTS = auto()
    # A printed code that belongs to somebody else.
    STICKER_TAKEN = auto()
    TOO_OLD = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a network means by one of its codes.

    `meaning` follows “it says”. `is_about_the_thing` says that it tells how the payment, refund or point of sale itself
    stands, rather than that we may not ask: it ends the matter even when an earlier try may have been carried out.
    """

    reason: Reason = Reason.OTHER
    meaning: str = "nothing that the portal understands"
    is_about_the_thing: bool = False


class NetworkError(Exception):
    """Any trouble with a network; `code` and `trace_id` are the network's own, for its support."""

    def __init__(self, message: str, *, code: str = "", trace_id: str = "") -> None:
        super().__init__(message)
        self.code = plain_text.clean(code, longest=_LONGEST_CODE)
        self.trace_id = plain_text.clean(trace_id, longest=_LONGEST_ID)

    @property
    def reason(self) -> Reason | None:
        """Why they said no; None when they did not say no at all."""
        return None

    @property
    def details(self) -> dict[str, str]:
        """What the network's support will ask for, fit for the audit log."""
        return {"mobilepay": str(self), "code": self.code, "correlation_id": self.trace_id}

    def again(self) -> Self:
        """The same trouble for somebody else who waited for the same answer."""
        return copy(self)

    def raise_unless_final(self, *, is_first: bool) -> "Rejected":
        """Give the refusal that ends the matter; raise it as no answer when an earlier try may have been carried out.

        `is_first` says that nobody can have asked for the same before this call.
        """
        raise NotImplementedError


class Unreachable(NetworkError):
    """No answer, none that can be read, or theirs to mend: the outcome is unknown.

    It is safe to try again with the same key.
    """

    def raise_unless_final(self, *, is_first: bool) -> "Rejected":  # noqa: ARG002 - silence ends nothing
        raise self


class Busy(Unreachable):
    """They ask us to come back later: trying again at once would make it worse."""


class Unreadable(Unreachable):
    """An answer came, but it cannot be the network's own, or says nothing we understand: look before it is believed."""


class Contradiction(Unreachable):
    """The network's own answer disagrees with what was asked for; `said` holds what it says, by the thing's name."""

    def __init__(self, said: Mapping[str, str]) -> None:
        super().__init__("an answer that contradicts what was asked for")
        self.said = dict(said)


class Rejected(NetworkError):
    """They understood and said no: trying again will not help.

    `is_certain` is False when an earlier try of the same call went unanswered and may have been carried out, or when
    anything on the way may have said so.
    """

    def __init__(self, message: str, *, refusal: Refusal = Refusal(), code: str = "", trace_id: str = "") -> None:
        super().__init__(message, code=code, trace_id=trace_id)
        self.refusal = refusal
        self.is_certain = True

    @property
    def reason(self) -> Reason:
        return self.refusal.reason

    def is_final(self, *, is_first: bool) -> bool:
        return self.refusal.is_about_the_thing or (is_first and self.is_certain)

    def raise_unless_final(self, *, is_first: bool) -> "Rejected":
        if not self.is_final(is_first=is_first):
            raise self.as_unknown() from self
        return self

    def as_unknown(self) -> Unreachable:
        """The same answer, taken as none: the outcome stays unknown."""
        return Unreachable(str(self), code=self.code, trace_id=self.trace_id)


_CREDENTIALS = Refusal(Reason.NOT_ALLOWED, "the portal's credentials are not accepted")


class Unauthorized(Rejected):
    """Our credentials are not accepted (HTTP 401, and with a new token again).

    `is_own` is False when something in front of the network has said so: then it is worth a new token, and no more.
    """

    def __init__(self, message: str, *, is_own: bool = True, code: str = "", trace_id: str = "") -> None:
        super().__init__(message, refusal=_CREDENTIALS, code=code, trace_id=trace_id)
        self.is_own = is_own
        # Whoever else says so may have passed the call on first.
        self.is_certain = is_own

    def as_unknown(self) -> Unreachable:
        return super().as_unknown() if self.is_own else Unreadable(str(self))
