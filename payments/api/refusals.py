"""What the payment calls may be refused with, each as an example; portal/tillapi/refusals.py adds the rest."""

from payments.api.samples import CAPTURED, CAPTURING, DECLINED, INITIATED, RESERVED
from payments.services.refusals import (
    AlreadyCaptured,
    AmountDiffers,
    CannotCancel,
    CapturedDifferently,
    CaptureTooHigh,
    Contradicted,
    CurrencyNotAccepted,
    IdempotencyKeyReused,
    NoPartialCapture,
    NoPayment,
    NotPrepared,
    NotReserved,
    OperationPending,
    OrderOpen,
    PaymentActive,
    StartRefused,
    TooManyAtOnce,
    outcome_unknown,
)
from portal.money import Money
from terminals.api.refusals import AT_POS, AT_TERMINAL, NO_TERMINAL, REFUSED, UNAVAILABLE

NO_PAYMENT = NoPayment()
CURRENCY_NOT_ACCEPTED = CurrencyNotAccepted("EUR")
KEY_REUSED = IdempotencyKeyReused()
_UNKNOWN = (outcome_unknown(INITIATED), Contradicted(RESERVED, {"amount": "99.00 DKK"}))
_BEGIN = (
    PaymentActive(INITIATED),
    TooManyAtOnce(),
    OrderOpen(RESERVED),
    KEY_REUSED,
    REFUSED,
    StartRefused(INITIATED),
    *_UNKNOWN,
    UNAVAILABLE,
)

START = (*AT_TERMINAL, CURRENCY_NOT_ACCEPTED, *_BEGIN)
START_BY_POS = (*AT_POS, CURRENCY_NOT_ACCEPTED, *_BEGIN)
PREPARE = (*AT_TERMINAL, *_BEGIN)
READY = (
    NO_TERMINAL,
    NO_PAYMENT,
    CURRENCY_NOT_ACCEPTED,
    NotPrepared(DECLINED),
    AmountDiffers(INITIATED),
    OperationPending(CAPTURING),
    REFUSED,
    *_UNKNOWN,
)
READ = (NO_PAYMENT, REFUSED, *_UNKNOWN, UNAVAILABLE)
LIST = (NO_TERMINAL,)
CAPTURE = (
    NO_PAYMENT,
    NotReserved(INITIATED),
    AlreadyCaptured(CAPTURED),
    CapturedDifferently(CAPTURED, Money(2000, "DKK")),
    CaptureTooHigh(RESERVED),
    NoPartialCapture(RESERVED),
    OperationPending(CAPTURING),
    REFUSED,
    *_UNKNOWN,
    UNAVAILABLE,
)
CANCEL = (NO_PAYMENT, CannotCancel(CAPTURED), OperationPending(CAPTURING), REFUSED, *_UNKNOWN)
RETRIEVE = (NO_PAYMENT,)
