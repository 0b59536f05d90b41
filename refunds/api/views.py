"""Till endpoints 1 to 6: refunds of captured payments."""

from uuid import UUID

from payments.api.serializers import PaymentInput
from payments.services import lookups as payments
from portal import clock
from portal.money import Money
from portal.tillapi.views import ChangingView, ReadingView
from refunds.api import refusals, samples, serializers
from refunds.models import Refund
from refunds.services import cancellations, captures, lookups, requests
from terminals.services.access import Till


class RefundCreate(ChangingView):
    """Give money of a captured payment back; above what tills give back by themselves it waits for approval."""

    model = "PosRefundCreateViewModel"
    takes_key = True
    Input = serializers.CreateInput
    Output = serializers.RefundIdOutput
    sample = samples.CREATED
    refusals = refusals.CREATE

    def act(
        self, till: Till, payment_id: UUID, refund_order_id: str, amount: Money, idempotency_key: str | None
    ) -> dict[str, UUID]:
        refund = requests.create(
            payment=payments.payment(merchant=till.merchant, payment_id=payment_id),
            refund_order_id=refund_order_id,
            amount=amount,
            idempotency_key=idempotency_key,
            by=till.actor,
            now=clock.now(),
        )
        return {"refundId": refund.pk}


class RefundDetails(ReadingView):
    """How a refund stands; ask again after `pollDelayInMs`."""

    model = "PosRefundDetailsViewModel"
    Input = serializers.RefundInput
    Output = serializers.DetailsOutput
    sample = samples.DETAILS
    refusals = refusals.READ

    def act(self, till: Till, refund_id: UUID) -> dict[str, Refund]:
        found = lookups.status(merchant=till.merchant, refund_id=refund_id, by=till.actor, now=clock.now())
        return {"refundDetails": found}


class Refunds(ReadingView):
    """Ids of a payment's refunds, newest first."""

    model = "PosRefundsIdsViewModel"
    Input = PaymentInput
    Output = serializers.RefundIdsOutput
    sample = samples.LISTED
    refusals = refusals.LIST

    def act(self, till: Till, payment_id: UUID) -> dict[str, list[UUID]]:
        payment = payments.payment(merchant=till.merchant, payment_id=payment_id)
        return {"refundsIds": lookups.of_payment(payment=payment)}


class RefundCapture(ChangingView):
    """Pay a reserved refund out to the customer."""

    model = "PosRefundViewModel"
    Input = serializers.RefundInput
    Output = serializers.CapturedOutput
    sample = samples.CAPTURED_REFUND
    refusals = refusals.CAPTURE

    def act(self, till: Till, refund_id: UUID) -> Refund:
        refund = lookups.refund(merchant=till.merchant, refund_id=refund_id)
        return captures.capture(refund=refund, by=till.actor, now=clock.now())


class RefundCancel(ChangingView):
    """End a refund that is not paid out."""

    model = "PosRefundViewModel"
    Input = serializers.RefundInput
    Output = serializers.CancelledOutput
    sample = samples.CANCELLED
    refusals = refusals.CANCEL

    def act(self, till: Till, refund_id: UUID) -> Refund:
        refund = lookups.refund(merchant=till.merchant, refund_id=refund_id)
        return cancellations.cancel_at_till(refund=refund, by=till.actor, now=clock.now())
