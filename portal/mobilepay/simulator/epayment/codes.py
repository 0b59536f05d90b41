"""The network's error codes, and the one exception that carries them."""

from enum import Enum

from portal.mobilepay.simulator.core.messages import Refused


class Code(Enum):
    """HTTP status, the code among the details, and a sentence nobody may match on."""

    KEY_REUSED = 409, "4010", "The idempotency key was used for another request"
    CUSTOMER_TOKEN = 400, "4050", "The customer token is unknown, used or too old"
    PERSONAL_QR = 400, "4060", "The customer's own code is none"
    PHONE_NUMBER = 400, "4070", "The phone number belongs to no country of ours"
    FIELD_MISSING = 400, "4130", "The user flow needs a member that is missing"
    REFERENCE_TAKEN = 409, "4150", "A payment with this reference exists"
    PAYMENT_TYPE = 400, "4160", "The payment method does not go with the user flow"
    OTHER_CURRENCY = 400, "5040", "The sales unit does not sell in this currency"
    NO_LONG_LIFE = 400, "5050", "The sales unit may not ask for payments that live long"
    NO_PUSH = 400, "5080", "The sales unit may not skip the landing page"
    UNKNOWN_REFERENCE = 404, "5090", "The sales unit has no payment with this reference"
    NO_REFUNDS = 400, "5100", "The sales unit cannot refund"
    AMOUNT_TOO_SMALL = 400, "6010", "The amount is too small"
    REFUND_BEFORE_APPROVAL = 400, "6020", "The payment is not approved, there is nothing to refund"
    CANCEL_TOO_LATE = 400, "6030", "The reservation is too old to be cancelled"
    CANCEL_OF_CAPTURED = 400, "6040", "The payment is captured"
    CANCEL_OF_CANCELLED = 400, "6050", "Nothing is reserved any more"
    CANCEL_OF_APPROVED = 400, "6060", "The payment is approved, and only one that is not was to be cancelled"
    CAPTURE_OF_CANCELLED = 400, "6070", "The payment is cancelled"
    CAPTURE_BEFORE_APPROVAL = 400, "6080", "The payment is not approved"
    CAPTURE_TOO_HIGH = 400, "6090", "The amount is more than is reserved"
    CAPTURE_TOO_LATE = 400, "6100", "The reservation is too old to be captured"
    NO_PARTIAL_CAPTURE = 400, "6140", "The sales unit must capture the whole amount"
    REFUND_TOO_HIGH = 400, "6150", "The amount is more than is left to refund"
    CAPTURED_ALREADY = 400, "6170", "Everything is captured already"
    REFUNDED_ALREADY = 400, "6180", "Everything is refunded already"
    CANCEL_IN_WRONG_STATE = 400, "6190", "The payment cannot be cancelled as it stands"
    CAPTURE_IN_WRONG_STATE = 400, "6200", "The payment cannot be captured as it stands"
    REFUND_IN_WRONG_STATE = 400, "6210", "The payment cannot be refunded as it stands"
    REFUND_TOO_LATE = 400, "6220", "The payment is too old to be refunded"
    APPROVED_ALREADY = 400, "6230", "The payment does not wait for approval"
    BEING_APPROVED = 409, "6250", "The customer is approving it right now"
    FUNDS_GONE = 400, "6260", "The money is not reserved any more"
    NO_SUCH_CUSTOMER = 400, "7010", "No customer can be asked with this"


# These ask to come back; nothing is settled by them, so their keys stay free.
NOT_FINAL = frozenset({"6250", "6260"})


class Problem(Refused):
    """The network says no: with a code, with the fields that are wrong, or with neither."""

    def __init__(
        self, status: int, message: str, *, code: str | None = None, fields: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self.status = status
        self.message = message
        self.code = code
        self.fields = fields
        super().__init__(status, code, message)

    @property
    def is_final(self) -> bool:
        """Whether the same key will get the same answer again."""
        return self.status < 500 and self.status not in {423, 429} and self.code not in NOT_FINAL  # noqa: PLR2004


class GatewayRefusal(Problem):
    """What stands in front of the network says no, in a shape of its own; `retry_after` is in seconds."""

    def __init__(self, status: int, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(status, message)
        self.retry_after = retry_after


def problem(code: Code, message: str | None = None) -> Problem:
    """The refusal with one of the codes."""
    status, number, sentence = code.value
    return Problem(status, message or sentence, code=number)


def unauthorised() -> Problem:
    return Problem(401, "The access token is missing, unknown, too old, or not the sales unit's")


def wrong_subscription_key() -> Problem:
    return GatewayRefusal(401, "The subscription key is missing or not the sales unit's")
