"""What a till or a person reads when a refund may not be done."""

from collections.abc import Mapping
from datetime import timedelta

from payments.models import Payment
from portal.errors import NotFound, PortalError
from portal.gateway.errors import OutcomeUnknown
from portal.mobilepay.errors import Contradiction, NetworkError, Reason
from portal.money import Money
from portal.operations.models import Operation, in_words
from refunds.models import Refund
from refunds.states import State


class NoRefund(NotFound):
    """The merchant has no such refund."""

    code = "refund_not_found"

    def __init__(self) -> None:
        super().__init__("The merchant has no such refund. No money moved.")


class PaymentNotCaptured(PortalError):
    """Only captured money can be given back."""

    code = "payment_not_captured"

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            f"Only a captured payment can be refunded, and that of order {payment.order_id} is not: "
            f"{payment.state_in_a_sentence}. No money moved."
        )


class CurrencyDiffers(PortalError):
    """Money goes back in the currency in which it was taken."""

    code = "currency_differs"

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            f"The payment of order {payment.order_id} was taken in {payment.currency}, and goes back in it. No money "
            "moved."
        )


class NotPositive(PortalError):
    code = "amount_invalid"
    status = 400

    def __init__(self) -> None:
        super().__init__("The amount to give back must be more than zero. No money moved.")


class RefundTooHigh(PortalError):
    """More than what is left of the captured amount cannot be given back."""

    code = "refund_too_high"

    def __init__(self, payment: Payment) -> None:
        super().__init__(
            f"At most {payment.refundable} of order {payment.order_id} can still be given back: {payment.captured} was "
            f"taken, and refunds of {payment.refund_committed} are paid or on their way. No money moved."
        )


class PaymentTooOld(PortalError):
    """Its network gives nothing back of the payment any more, or the merchant does not."""

    code = "payment_too_old"

    def __init__(self, payment: Payment, window: timedelta) -> None:
        super().__init__(
            f"The payment of order {payment.order_id} could be refunded for {window.days} days, and cannot be any "
            "more. "
            "No money moved; pay it back another way."
        )


class RefundOrderReused(PortalError):
    """The refundOrderId belongs to another refund of this payment."""

    code = "refund_order_reused"

    def __init__(self, refund: Refund) -> None:
        super().__init__(
            f"Refund order {refund.refund_order_id} of this payment is another refund, over {refund.amount}. "
            "Nothing more was done; use another refundOrderId for another refund."
        )


class PersonDayLimit(PortalError):
    code = "refund_limit_reached"

    def __init__(self, limit: Money, asked: Money) -> None:
        super().__init__(
            f"One person may ask for {limit} of refunds a day, and you have asked for {asked} today. "
            "No money moved; somebody else can ask for it."
        )


class DayLimit(PortalError):
    """The merchant gives back no more today."""

    code = "refund_limit_reached"

    def __init__(self, limit: Money, asked: Money) -> None:
        super().__init__(
            f"The merchant gives back at most {limit} a day, and {asked} was asked for today. "
            "No money moved; an administrator can raise the limit."
        )


class AwaitingApproval(PortalError):
    """People have not approved the refund in the back office yet."""

    code = "awaiting_approval"
    retry_after = 5

    def __init__(self, refund: Refund) -> None:
        why = f"{refund.why_it_waits}, so the refund" if refund.ceiling else "The refund"
        super().__init__(
            f"{why} of order {refund.payment.order_id} waits for approval in the back office. No money moved."
        )


class RefundRejected(PortalError):
    """People have declined the refund, or let it lapse."""

    code = "refund_rejected"

    def __init__(self, refund: Refund) -> None:
        why = "was declined" if refund.state == State.DECLINED else "was not approved in time"
        super().__init__(f"The refund of order {refund.payment.order_id} {why} in the back office. No money moved.")


class RefundNotReserved(PortalError):
    """MobilePay has not reserved the refund yet, or the balance of the store is too low for it."""

    code = "refund_not_reserved"
    retry_after = 1

    def __init__(self, refund: Refund) -> None:
        stands = f"is not reserved at MobilePay yet: {refund.state_in_a_sentence}"
        if refund.state == State.WAITING_FOR_BALANCE:
            stands = "waits until the store's balance at MobilePay is high enough"
        super().__init__(
            f"The refund of order {refund.payment.order_id} {stands}. No money moved; ask for its details and capture "
            "it then."
        )


class RefundEnded(PortalError):
    """The refund has ended in another way; the sentence says whether money went back."""

    code = "refund_ended"

    def __init__(self, refund: Refund) -> None:
        moved = f"{refund.amount} has gone back to the customer." if refund.is_paid else "No money moved."
        super().__init__(
            f"The refund of order {refund.payment.order_id} cannot be changed any more: "
            f"{refund.state_in_a_sentence}. {moved}"
        )


class RefundPending(PortalError):
    """MobilePay was told one thing and has not confirmed it, so another cannot be asked of it now."""

    code = "outcome_pending"
    retry_after = 2

    def __init__(self, refund: Refund) -> None:
        asked = "to pay it out" if refund.operation == Operation.CAPTURE else "to cancel it"
        super().__init__(
            f"MobilePay was asked {asked} and has not confirmed it for the refund of order {refund.payment.order_id} "
            "yet. "
            "Ask for its details in a moment; nothing else was done."
        )


class CreationRefused(PortalError):
    """MobilePay did not take the refund for a reason that lies in the payment; it has ended."""

    code = "refund_refused"

    def __init__(self, refund: Refund, cause: str) -> None:
        super().__init__(f"{cause}. No money moved, and the refund of order {refund.payment.order_id} has ended.")


class CreationImpossible(PortalError):
    """MobilePay did not take the refund for a reason that a till cannot mend; it has ended."""

    code = "mobilepay_refused"
    status = 502

    def __init__(self, refund: Refund, cause: str) -> None:
        code = f" (code {refund.refused_code})" if refund.refused_code else ""
        super().__init__(
            f"{cause}{code}. No money moved, and the refund of order {refund.payment.order_id} has ended; the service "
            "desk must look at the "
            "registration. Use another refundOrderId to try again."
        )


_ABOUT_THE_PAYMENT = {Reason.NOT_CAPTURED, Reason.CURRENCY_DIFFERS, Reason.TOO_OLD, Reason.AMOUNT_TOO_HIGH}


def creation_refusal(refund: Refund, cause: str) -> PortalError:
    """What to answer now, and whenever the same is asked for again, about a refund that MobilePay did not take."""
    kind = CreationRefused if refund.refused_reason in _ABOUT_THE_PAYMENT else CreationImpossible
    return kind(refund, cause)


class OfTheDesk(PortalError):
    """People asked for this refund in the back office: a till may not undo it."""

    code = "refund_of_desk"

    def __init__(self, refund: Refund) -> None:
        super().__init__(
            f"The refund of order {refund.payment.order_id} was asked for in the back office, and is withdrawn there. "
            "Nothing was changed."
        )


class MayNotDecide(PortalError):
    """Somebody may not approve, decline, withdraw or review this refund as it stands."""

    code = "may_not_decide"


class RefundContradicted(OutcomeUnknown):
    """MobilePay reports the refund otherwise than it was asked for: until it agrees, nothing is paid out."""

    code = "refund_contradicted"

    def __init__(self, refund: Refund, said: Mapping[str, str]) -> None:
        super().__init__(
            f"MobilePay reports the refund of order {refund.payment.order_id} otherwise than it was asked for "
            f"({in_words(said)}). Nothing is paid "
            "out until it agrees: ask for its details again; staff are shown this."
        )


def outcome_unknown(refund: Refund, error: NetworkError | None = None) -> OutcomeUnknown:
    said = error.said if isinstance(error, Contradiction) else refund.contradiction
    if said:
        return RefundContradicted(refund, said)
    return OutcomeUnknown(
        f"MobilePay has not answered about the refund of order {refund.payment.order_id} yet, so it is not known "
        "whether money moved. "
        "Ask for its details in a moment; the portal keeps asking too."
    )
