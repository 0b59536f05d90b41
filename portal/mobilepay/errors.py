"""One family of errors for whatever goes wrong with MobilePay, and the table of its codes."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from portal import plain_text

# Longer than any that MobilePay is known to give, and as long as the portal keeps them.
_LONGEST_CODE = 8
_LONGEST_ID = 64


class Code(StrEnum):
    """MobilePay's error codes with their meaning (docs/protocol/posv10.md, Errors)."""

    meaning: str

    def __new__(cls, code: str, meaning: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    BAD_REQUEST = "1099", "it could not read the request"
    INVALID_BEACON_ID = "1100", "the beacon id is not valid"
    INVALID_AMOUNT = "1102", "the amount is not valid"
    PAYMENT_FILTER_TOO_WIDE = "1109", "the search for payments is not specific enough"
    REFUND_FILTER_TOO_WIDE = "1110", "the search for refunds is not specific enough"
    INVALID_MERCHANT_POS_ID = "1111", "the merchant's id of the point of sale is not valid"
    INVALID_POS_NAME = "1112", "the name of the point of sale is not valid"
    INVALID_ORDER_ID = "1113", "the order id is not valid"
    INVALID_REFUND_ORDER_ID = "1114", "the refund order id is not valid"
    INVALID_CALLBACK_ALIAS = "1116", "the callback alias is not valid"
    INVALID_LABEL = "1117", "the payment label is not valid"
    INVALID_CALIBRATION_TYPE = "1118", "the calibration type is not valid"
    INVALID_BRAND_ID = "1119", "the brand id is not valid"
    INVALID_LOCATION_ID = "1120", "the location id is not valid"
    POS_FILTER_TOO_WIDE = "1121", "the search for points of sale is not specific enough"
    STORE_FILTER_TOO_WIDE = "1122", "the search for stores is not specific enough"
    MISSING_VAT = "1151", "the merchant's VAT number is missing"
    MISSING_SYSTEM_NAME = "1152", "the client system's name is missing"
    MISSING_VERSION = "1153", "the client system's version is missing"
    DUPLICATED_VAT = "1155", "the merchant's VAT number was sent twice"
    DUPLICATED_SYSTEM_NAME = "1156", "the client system's name was sent twice"
    DUPLICATED_VERSION = "1157", "the client system's version was sent twice"
    INVALID_VAT = "1159", "the merchant's VAT number is not valid"
    INVALID_SYSTEM_NAME = "1160", "the client system's name is not valid"
    INVALID_VERSION = "1161", "the client system's version is not valid"
    INVALID_KEY = "1162", "the idempotency key is not valid"
    DUPLICATED_KEY = "1163", "the idempotency key was sent twice"
    MISSING_KEY = "1164", "the idempotency key is missing"
    INVALID_VAT_CLAIM = "1182", "the VAT number in the access token is not valid"
    FOREIGN_POS = "1400", "the point of sale was created by another integrator"
    FOREIGN_PAYMENT = "1401", "the payment was created by another integrator"
    FOREIGN_REFUND = "1402", "the refund was created by another integrator"
    FOREIGN_STORE = "1403", "the store does not belong to the merchant"
    READY_FOREIGN_MERCHANT = "1406", "the payment was prepared for another merchant"
    CAPTURE_FOREIGN_MERCHANT = "1407", "the payment was created for another merchant"
    CANCEL_FOREIGN_MERCHANT = "1408", "the payment belongs to another merchant and cannot be cancelled"
    DELETE_FOREIGN_MERCHANT = "1409", "the point of sale belongs to another merchant and cannot be deleted"
    POS_FOREIGN_MERCHANT = "1410", "the point of sale was created for another merchant"
    PAYMENT_FOREIGN_MERCHANT = "1411", "the payment belongs to another merchant and cannot be shown"
    POS_NOT_FOUND = "1000", "the point of sale does not exist there"
    PAYMENT_NOT_FOUND = "1001", "the payment does not exist there"
    STORE_NOT_FOUND = "1002", "the store does not exist there"
    REFUND_NOT_FOUND = "1004", "the refund does not exist there"
    MERCHANT_POS_ID_EXISTS = "1200", "a point of sale with that id exists already"
    BEACON_ID_EXISTS = "1202", "a point of sale with that beacon exists already"
    STORE_NOT_ACTIVATED = "1204", "the store is not activated"
    CANNOT_CANCEL = "1300", "the payment cannot be cancelled any more"
    PAYMENT_ALREADY_ACTIVE = "1301", "another payment is active on the point of sale"
    NOT_PREPARED = "1303", "the payment is not a prepared one"
    NOT_RESERVED = "1304", "the payment is not reserved"
    CAPTURE_TOO_HIGH = "1305", "the amount is higher than what is reserved"
    KEY_REUSED = "1306", "the idempotency key was used for something else"
    CAPTURED_DIFFERENTLY = "1307", "the payment is captured with another amount"
    NO_PARTIAL_CAPTURE = "1308", "a part of this payment cannot be captured"
    REFUND_NOT_RESERVED = "1351", "the refund is not reserved"
    CANNOT_CANCEL_REFUND = "1352", "the refund cannot be cancelled any more"
    PAYMENT_NOT_CAPTURED = "1354", "the payment is not captured"
    REFUND_CURRENCY = "1365", "the refund has another currency than the payment"
    PAYMENT_TOO_OLD = "1366", "the payment is too old to be refunded"
    REFUND_TOO_HIGH = "1367", "the refund is higher than what is left"
    BALANCE_TOO_LOW = "1368", "the store's balance is too low for the refund"


_MEANINGS: dict[str, str] = {code.value: code.meaning for code in Code}
# These complain about our headers: they come before the thing itself is looked at.
_ABOUT_OUR_HEADERS = frozenset(code.value for code in Code if "1150" < code.value < "1183")


class MobilePayError(Exception):
    """Any trouble with MobilePay; `code` and `correlation_id` are what its support will ask for."""

    def __init__(self, message: str, *, code: str = "", correlation_id: str = "") -> None:
        super().__init__(message)
        self.code = plain_text.clean(code, longest=_LONGEST_CODE)
        self.correlation_id = plain_text.clean(correlation_id, longest=_LONGEST_ID)

    def again(self) -> Self:
        """The same trouble for somebody else who waited for the same answer."""
        return type(self)(str(self), code=self.code, correlation_id=self.correlation_id)

    def must_be_final(self, *, is_first: bool) -> "Rejected":
        """Give the refusal that ends the matter; raise it as no answer when an earlier try may have been carried out.

        `is_first` says that nobody can have asked for the same before this call.
        """
        raise NotImplementedError

    @property
    def explanation(self) -> str:
        """What MobilePay said, in words that follow “it says”."""
        return _MEANINGS.get(self.code, "nothing that the portal understands")


class Unreachable(MobilePayError):
    """No answer, none that can be read, or theirs to mend: the outcome is unknown.

    It is safe to try again with the same key.
    """

    def must_be_final(self, *, is_first: bool) -> "Rejected":  # noqa: ARG002 - silence ends nothing
        raise self


class Busy(Unreachable):
    """They ask us to come back later: trying again at once would make it worse."""


class Unreadable(Unreachable):
    """An answer came, but it cannot be MobilePay's own, or says nothing we understand: look before it is believed."""


class Contradiction(Unreachable):
    """MobilePay's own answer disagrees with what was asked for; `said` holds what it says, by the thing's name."""

    def __init__(self, said: Mapping[str, str]) -> None:
        super().__init__("an answer that contradicts what was asked for")
        self.said = dict(said)


class Rejected(MobilePayError):
    """They understood and said no: trying again will not help.

    `is_certain` is False when an earlier try of the same call went unanswered and may have been carried out.
    """

    is_certain = True

    def is_final(self, *, is_first: bool) -> bool:
        return self.is_about_the_state or (is_first and self.is_certain)

    def must_be_final(self, *, is_first: bool) -> "Rejected":
        if not self.is_final(is_first=is_first):
            raise self.as_silence() from self
        return self

    def as_silence(self) -> Unreachable:
        """The same answer, taken as none: the outcome stays unknown."""
        return Unreachable(str(self), code=self.code, correlation_id=self.correlation_id)

    @property
    def is_about_the_state(self) -> bool:
        """Whether the answer tells how the thing itself stands, rather than that we may not ask."""
        return isinstance(self, Conflict) or (self.code in _MEANINGS and self.code not in _ABOUT_OUR_HEADERS)


class Conflict(Rejected):
    """The thing is not in the state we thought (HTTP 409): look it up."""


class NotFound(Rejected):
    """There is no such thing at MobilePay (HTTP 404).

    Without a code anything on the way may have said so, and what MobilePay has once confirmed does not vanish by it.
    """

    def is_final(self, *, is_first: bool) -> bool:
        return bool(self.code) and super().is_final(is_first=is_first)


class Unauthorized(Rejected):
    """Our credentials are not accepted (HTTP 401, and with a new token again).

    `is_own` is False when something in front of MobilePay has said so: then it is worth a new token, and no more.
    """

    def __init__(self, message: str, *, is_own: bool = True, code: str = "", correlation_id: str = "") -> None:
        super().__init__(message, code=code, correlation_id=correlation_id)
        self.is_own = is_own
        # Whoever else says so may have passed the call on first.
        self.is_certain = is_own

    def as_silence(self) -> Unreachable:
        return super().as_silence() if self.is_own else Unreadable(str(self))

    @property
    def explanation(self) -> str:
        return "the portal's credentials are not accepted"
