"""What the refund calls may be refused with, each as an example; portal/tillapi/refusals.py adds the rest."""

from payments.api.refusals import CURRENCY_NOT_ACCEPTED, KEY_REUSED, NO_PAYMENT
from payments.api.samples import CAPTURED, RESERVED
from portal.money import Money
from refunds.api import samples
from refunds.models import usual_window
from refunds.services.refusals import (
    AwaitingApproval,
    CreationImpossible,
    CreationRefused,
    CurrencyDiffers,
    DayLimit,
    NoRefund,
    OfTheDesk,
    PaymentNotCaptured,
    PaymentTooOld,
    RefundContradicted,
    RefundEnded,
    RefundNotReserved,
    RefundOrderReused,
    RefundPending,
    RefundRejected,
    RefundTooHigh,
    outcome_unknown,
)
from terminals.api.refusals import REFUSED, UNAVAILABLE

_NO_REFUND = NoRefund()
_UNKNOWN = (outcome_unknown(samples.INITIATED), RefundContradicted(samples.RESERVED, {"amount": "99.00 DKK"}))

CREATE = (
    NO_PAYMENT,
    CURRENCY_NOT_ACCEPTED,
    PaymentNotCaptured(RESERVED),
    CurrencyDiffers(CAPTURED),
    RefundTooHigh(CAPTURED),
    PaymentTooOld(CAPTURED, usual_window()),
    DayLimit(Money(1_000_000, "DKK"), Money(999_000, "DKK")),
    RefundOrderReused(samples.RESERVED),
    KEY_REUSED,
    CreationRefused(samples.INITIATED, "MobilePay refused it: it says the refund is higher than what is left"),
    CreationImpossible(samples.INITIATED, "MobilePay refused it: it says the store is not activated"),
    *_UNKNOWN,
    UNAVAILABLE,
)
READ = (_NO_REFUND, REFUSED, *_UNKNOWN, UNAVAILABLE)
LIST = (NO_PAYMENT,)
CAPTURE = (
    _NO_REFUND,
    AwaitingApproval(samples.REQUESTED),
    RefundRejected(samples.DECLINED),
    RefundNotReserved(samples.INITIATED),
    RefundEnded(samples.CANCELLED),
    RefundPending(samples.CANCELLING),
    # Where money goes back in one step, it is only then that the network says no.
    CreationRefused(samples.RESERVED, "MobilePay refused it: the payment is too old to be refunded"),
    REFUSED,
    *_UNKNOWN,
    UNAVAILABLE,
)
CANCEL = (
    _NO_REFUND,
    OfTheDesk(samples.REQUESTED),
    RefundRejected(samples.DECLINED),
    RefundEnded(samples.CAPTURED_REFUND),
    RefundPending(samples.CAPTURING),
    REFUSED,
    *_UNKNOWN,
)
