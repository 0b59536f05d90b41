"""What a till reads when a payment may not do what was asked."""

from collections.abc import Mapping

from payments.models import Payment
from portal.errors import NotFound, PortalError
from portal.gateway.errors import OutcomeUnknown
from portal.mobilepay.errors import Contradiction, NetworkError
from portal.money import Money
from portal.operations.models import Operation, in_words

UNANSWERED = "MobilePay has not answered about this payment yet: wait until it is known how it stands."


class NoPayment(NotFound):
    """The merchant has no such payment, or none of that order in that place and state."""

    code = "payment_not_found"

    def __init__(self) -> None:
        super().__init__("The merchant has no such payment. No money moved.")


class CurrencyNotAccepted(PortalError):
    """The merchant does not take payments in this currency."""

    code = "parameter_invalid"
    status = 400

    def __init__(self, currency: str) -> None:
        super().__init__(f"The parameter currencyCode {currency} is not a currency of this merchant.")


class PaymentActive(PortalError):
    """Another payment keeps the point of sale busy; the sentence names it and its order."""

    code = "payment_active"

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            f"Payment {payment.pk} for order {payment.order_id} is still active on this point of sale. "
            "Finish or cancel it first; nothing was started."
        )


class OrderOpen(PortalError):
    """The order has an open payment, but not the one that was asked for; the sentence names it."""

    code = "order_open"

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            f"Order {payment.order_id} is open as payment {payment.pk} with another amount. "
            "Capture or cancel that one first; nothing was started."
        )


class TooManyAtOnce(PortalError):
    """Several tills start payments on this point of sale at the same moment: try again."""

    code = "payment_active"
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("Several tills start payments on this point of sale at once. Try again; nothing was started.")


class StartRefused(PortalError):
    """The same call again, after MobilePay refused the first: a new try needs another Idempotency-Key."""

    code = "mobilepay_refused"
    status = 502

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            f"MobilePay refused to begin the payment of order {payment.order_id}. No money moved; the service desk "
            "must look at the "
            "registration. Use another Idempotency-Key to try again."
        )


class IdempotencyKeyReused(PortalError):
    """The Idempotency-Key was used for another call already."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another call already. Nothing was done.")


class NotPrepared(PortalError):
    """The payment is not waiting for its amount: it was started with one, or has ended."""

    code = "payment_not_prepared"

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            f"Order {payment.order_id} is not waiting for an amount: {payment.state_in_a_sentence}. Nothing was done."
        )


class AmountDiffers(PortalError):
    """The payment was given another amount already."""

    code = "amount_differs"

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            f"The payment of order {payment.order_id} was given another amount already. Cancel it to ask for a new "
            "one; nothing was done."
        )


class NotReserved(PortalError):
    """The customer has not accepted the payment yet, or it has ended: there is nothing to capture."""

    code = "payment_not_reserved"

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            f"Only a reserved payment can be captured, and that of order {payment.order_id} is not: "
            f"{payment.state_in_a_sentence}. No money moved."
        )


class AlreadyCaptured(PortalError):
    """The payment is captured already, with another amount."""

    code = "already_captured"

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            f"The payment of order {payment.order_id} is captured already, with {payment.captured}. Nothing more was "
            "taken."
        )


class CapturedDifferently(PortalError):
    """MobilePay has captured the payment with an amount that it does not tell; staff must look it up."""

    code = "already_captured"

    def __init__(self, payment: Payment, wanted: Money) -> None:
        super().__init__(
            f"The payment of order {payment.order_id} was captured at MobilePay with another amount than {wanted}. "
            "Nothing more was taken; staff must look it up at MobilePay."
        )


class CaptureTooHigh(PortalError):
    """More than the reserved amount cannot be captured."""

    code = "capture_too_high"

    def __init__(self, payment: Payment) -> None:
        super().__init__(f"At most {payment.amount} can be captured of order {payment.order_id}. No money moved.")


class FundsGone(PortalError):
    """The money was reserved and is not any more: hand nothing over."""

    code = "payment_not_reserved"

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            f"The money of order {payment.order_id} is not reserved any more, and cannot be taken. No money moved: do "
            "not "
            "hand over the goods."
        )


class CaptureTooLate(PortalError):
    """The reservation is older than the network allows: nothing can be taken."""

    code = "payment_not_reserved"

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            f"The payment of order {payment.order_id} was reserved too long ago and cannot be captured any more. No "
            "money moved; ask the "
            "customer to pay again."
        )


class NoPartialCapture(PortalError):
    """The payment can only be captured whole."""

    code = "partial_capture_impossible"

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            f"The payment of order {payment.order_id} can only be captured whole, {payment.amount}. No money moved; "
            "capture all of it or cancel it."
        )


class CannotCancel(PortalError):
    """The payment has ended in another way, and cannot be cancelled any more."""

    code = "payment_ended"

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            f"The payment of order {payment.order_id} cannot be cancelled any more: {payment.state_in_a_sentence}."
        )


class OperationPending(PortalError):
    """MobilePay was told one thing and has not confirmed it, so another cannot be asked of it now."""

    code = "outcome_pending"
    retry_after = 2

    def __init__(self, payment: Payment) -> None:
        asked = {Operation.READY: "its amount", Operation.CAPTURE: "its capture"}
        words = asked.get(Operation(payment.operation), "its cancellation")
        super().__init__(
            f"MobilePay has not confirmed {words} for the payment of order {payment.order_id} yet. "
            "Ask for its status in a moment; nothing else was done."
        )


class Contradicted(OutcomeUnknown):
    """MobilePay reports the payment otherwise than it was asked for: until it agrees, nothing is taken."""

    code = "payment_contradicted"

    def __init__(self, payment: Payment, said: Mapping[str, str]) -> None:
        super().__init__(
            f"MobilePay reports the payment of order {payment.order_id} otherwise than it was asked for "
            f"({in_words(said)}). Nothing is "
            "captured until it agrees: hand nothing over, and ask for the status again; staff are shown this."
        )


def outcome_unknown(payment: Payment, error: NetworkError | None = None) -> OutcomeUnknown:
    said = error.said if isinstance(error, Contradiction) else payment.contradiction
    if said:
        return Contradicted(payment, said)
    return OutcomeUnknown(
        f"MobilePay has not answered about the payment of order {payment.order_id} yet, so it is not known whether "
        "money moved. "
        "Ask for its status in a moment; the portal keeps asking too."
    )
