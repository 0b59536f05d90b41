"""What ePayment's error codes mean (docs/protocol/epayment.md, Errors)."""

from http import HTTPStatus
import logging

from portal.mobilepay.errors import Reason, Refusal

logger = logging.getLogger(__name__)

# Another operation holds the payment, or the customer is in the middle of approving: they ask us to come back.
LATER = frozenset({"6160", "6250", "6280"})
# A reference, or a key, was used with another body.
_REUSED = Refusal(Reason.KEY_REUSED, "the key or the reference was used for something else")
_OURS = Refusal(Reason.OTHER, "the portal has asked in a way that it does not take")

_REFUSALS: dict[str, Refusal] = {
    **dict.fromkeys(("4010", "4020", "4150"), _REUSED),
    **dict.fromkeys(("4040", "4080", "4090", "4100", "4110", "4120", "4130", "4140", "4160"), _OURS),
    "4050": Refusal(Reason.CUSTOMER_UNKNOWN, "the check-in is not valid any more", is_about_the_thing=True),
    "4060": Refusal(Reason.CUSTOMER_UNKNOWN, "the customer's code is not valid", is_about_the_thing=True),
    "4070": Refusal(Reason.CUSTOMER_UNKNOWN, "the phone number is not valid", is_about_the_thing=True),
    "7010": Refusal(Reason.CUSTOMER_UNKNOWN, "the customer cannot pay with it", is_about_the_thing=True),
    "5040": Refusal(Reason.NOT_ALLOWED, "the sales unit does not take this currency"),
    "5060": Refusal(Reason.NOT_ALLOWED, "the sales unit's bank account is not verified"),
    "5070": Refusal(Reason.NOT_ALLOWED, "the sales unit cannot take payments"),
    "5080": Refusal(Reason.NOT_ALLOWED, "the sales unit may not send requests to phones"),
    "5090": Refusal(Reason.NOT_FOUND, "the sales unit has no such payment"),
    "5100": Refusal(Reason.BALANCE_TOO_LOW, "the sales unit cannot refund now", is_about_the_thing=True),
    "6010": Refusal(Reason.OTHER, "the amount is too small", is_about_the_thing=True),
    "6020": Refusal(Reason.NOT_CAPTURED, "the payment is not captured", is_about_the_thing=True),
    "6030": Refusal(Reason.CANNOT_CANCEL, "the payment is too old to be cancelled", is_about_the_thing=True),
    "6040": Refusal(Reason.CANNOT_CANCEL, "the payment is captured", is_about_the_thing=True),
    "6050": Refusal(Reason.CANNOT_CANCEL, "the payment is not reserved", is_about_the_thing=True),
    "6060": Refusal(Reason.CANNOT_CANCEL, "the customer has approved it", is_about_the_thing=True),
    "6070": Refusal(Reason.NOT_RESERVED, "the payment is cancelled", is_about_the_thing=True),
    "6080": Refusal(Reason.NOT_RESERVED, "the customer has not approved it", is_about_the_thing=True),
    "6090": Refusal(Reason.AMOUNT_TOO_HIGH, "the amount is higher than what is reserved", is_about_the_thing=True),
    "6100": Refusal(Reason.TOO_OLD, "the reservation is too old to be captured", is_about_the_thing=True),
    "6140": Refusal(Reason.NO_PARTIAL_CAPTURE, "a part of this payment cannot be captured", is_about_the_thing=True),
    "6150": Refusal(Reason.AMOUNT_TOO_HIGH, "the refund is higher than what is left", is_about_the_thing=True),
    "6170": Refusal(Reason.CAPTURED_ALREADY, "the payment is captured already", is_about_the_thing=True),
    "6180": Refusal(Reason.AMOUNT_TOO_HIGH, "everything has been refunded already", is_about_the_thing=True),
    "6190": Refusal(Reason.CANNOT_CANCEL, "the payment cannot be cancelled any more", is_about_the_thing=True),
    "6200": Refusal(Reason.NOT_RESERVED, "the payment cannot be captured as it stands", is_about_the_thing=True),
    "6210": Refusal(Reason.NOT_CAPTURED, "the payment cannot be refunded as it stands", is_about_the_thing=True),
    "6220": Refusal(Reason.TOO_OLD, "the payment is too old to be refunded", is_about_the_thing=True),
    "6230": Refusal(Reason.CAPTURED_ALREADY, "the payment is approved already", is_about_the_thing=True),
    "6260": Refusal(Reason.FUNDS_GONE, "the money is not reserved any more", is_about_the_thing=True),
}
# What no table knows ends the matter all the same; 403 tells of our rights, not of the thing.
_UNKNOWN: dict[int, Refusal] = {
    HTTPStatus.NOT_FOUND: Refusal(Reason.NOT_FOUND, "it has no such thing", is_about_the_thing=True),
    HTTPStatus.FORBIDDEN: Refusal(Reason.NOT_ALLOWED, "the portal's keys may not do this for the sales unit"),
}
_OTHER = Refusal(is_about_the_thing=True)


def refusal_of(code: str, *, status: int) -> Refusal:
    """What is meant by a code, or by none, that came with this status; one that no table knows is a case for us."""
    if code and code not in _REFUSALS:
        logger.error("ePayment refuses with a code that the portal does not know", extra={"mobilepay_code": code})
    return _REFUSALS.get(code) or _UNKNOWN.get(status, _OTHER)
