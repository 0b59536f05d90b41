"""MobilePay's error codes, and what each means to the portal (docs/protocol/posv10.md, Errors)."""

from dataclasses import replace
from enum import StrEnum
from http import HTTPStatus
import logging
from typing import Self

from portal.mobilepay.errors import Reason, Refusal

logger = logging.getLogger(__name__)


class Code(StrEnum):
    """A code of the protocol, with the refusal that it stands for."""

    refusal: Refusal

    def __new__(cls, code: str, meaning: str, reason: Reason = Reason.OTHER) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        # These complain about our headers: they come before the thing itself is looked at.
        is_about_the_thing = not "1150" < code < "1183"
        member.refusal = Refusal(reason, meaning, is_about_the_thing)
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
    INVALID_VAT_CLAIM = "1182", "the VAT number in the access token is not valid", Reason.NOT_ALLOWED
    FOREIGN_POS = "1400", "the point of sale was created by another integrator", Reason.NOT_ALLOWED
    FOREIGN_PAYMENT = "1401", "the payment was created by another integrator", Reason.NOT_ALLOWED
    FOREIGN_REFUND = "1402", "the refund was created by another integrator", Reason.NOT_ALLOWED
    FOREIGN_STORE = "1403", "the store does not belong to the merchant", Reason.NOT_ALLOWED
    READY_FOREIGN_MERCHANT = "1406", "the payment was prepared for another merchant", Reason.NOT_ALLOWED
    CAPTURE_FOREIGN_MERCHANT = "1407", "the payment was created for another merchant", Reason.NOT_ALLOWED
    CANCEL_FOREIGN_MERCHANT = (
        "1408",
        "the payment belongs to another merchant and cannot be cancelled",
        Reason.NOT_ALLOWED,
    )
    DELETE_FOREIGN_MERCHANT = (
        "1409",
        "the point of sale belongs to another merchant and cannot be deleted",
        Reason.NOT_ALLOWED,
    )
    POS_FOREIGN_MERCHANT = "1410", "the point of sale was created for another merchant", Reason.NOT_ALLOWED
    PAYMENT_FOREIGN_MERCHANT = "1411", "the payment belongs to another merchant and cannot be shown", Reason.NOT_ALLOWED
    POS_NOT_FOUND = "1000", "the point of sale does not exist there", Reason.NOT_FOUND
    PAYMENT_NOT_FOUND = "1001", "the payment does not exist there", Reason.NOT_FOUND
    STORE_NOT_FOUND = "1002", "the store does not exist there", Reason.NOT_FOUND
    REFUND_NOT_FOUND = "1004", "the refund does not exist there", Reason.NOT_FOUND
    MERCHANT_POS_ID_EXISTS = "1200", "a point of sale with that id exists already", Reason.POS_EXISTS
    BEACON_ID_EXISTS = "1202", "a point of sale with that beacon exists already"
    STORE_NOT_ACTIVATED = "1204", "the store is not activated"
    CANNOT_CANCEL = "1300", "the payment cannot be cancelled any more", Reason.CANNOT_CANCEL
    PAYMENT_ALREADY_ACTIVE = "1301", "another payment is active on the point of sale", Reason.PAYMENT_ACTIVE
    NOT_PREPARED = "1303", "the payment is not a prepared one"
    NOT_RESERVED = "1304", "the payment is not reserved", Reason.NOT_RESERVED
    CAPTURE_TOO_HIGH = "1305", "the amount is higher than what is reserved", Reason.AMOUNT_TOO_HIGH
    KEY_REUSED = "1306", "the idempotency key was used for something else", Reason.KEY_REUSED
    CAPTURED_DIFFERENTLY = "1307", "the payment is captured with another amount", Reason.CAPTURED_ALREADY
    NO_PARTIAL_CAPTURE = "1308", "a part of this payment cannot be captured", Reason.NO_PARTIAL_CAPTURE
    REFUND_NOT_RESERVED = "1351", "the refund is not reserved", Reason.NOT_RESERVED
    CANNOT_CANCEL_REFUND = "1352", "the refund cannot be cancelled any more", Reason.CANNOT_CANCEL
    PAYMENT_NOT_CAPTURED = "1354", "the payment is not captured", Reason.NOT_CAPTURED
    REFUND_CURRENCY = "1365", "the refund has another currency than the payment", Reason.CURRENCY_DIFFERS
    PAYMENT_TOO_OLD = "1366", "the payment is too old to be refunded", Reason.TOO_OLD
    REFUND_TOO_HIGH = "1367", "the refund is higher than what is left", Reason.AMOUNT_TOO_HIGH
    BALANCE_TOO_LOW = "1368", "the store's balance is too low for the refund", Reason.BALANCE_TOO_LOW


_REFUSALS: dict[str, Refusal] = {code.value: code.refusal for code in Code}
# A code that no table knows ends the matter all the same; 403 tells of our rights, not of the thing.
_UNKNOWN = Refusal(is_about_the_thing=True)
_FORBIDDEN = Refusal(Reason.NOT_ALLOWED)


def refusal_of(code: str, *, status: int) -> Refusal:
    """What MobilePay means by a code that came with this HTTP status; one that no table knows is a case for us."""
    refusal = _REFUSALS.get(code)
    if refusal is None:
        logger.error("MobilePay refuses with a code that the portal does not know", extra={"mobilepay_code": code})
        refusal = _FORBIDDEN if status == HTTPStatus.FORBIDDEN else _UNKNOWN
    return replace(refusal, reason=Reason.NOT_FOUND) if status == HTTPStatus.NOT_FOUND else refusal
