"""Parameters and answers of the payment endpoints, in the contract's names."""

from typing import Any

from rest_framework import serializers

from payments.api.words import STATUS_WORDS
from payments.states import CONTRACT_WORDS, State
from portal.tillapi.fields import (
    AmountField,
    FixedField,
    IdentifierField,
    PricedInput,
    SentenceField,
    StateField,
    SumField,
    TextField,
    TextListField,
    WordedBooleanField,
    WordField,
)
from portal.tillapi.views import MessageOutput


class StartInput(PricedInput):
    orderId = TextField(source="order_id")
    terminalId = TextField(source="terminal_id")


class StartByPosInput(PricedInput):
    orderId = TextField(source="order_id")
    posId = IdentifierField(source="pos_id")


class PrepareInput(serializers.Serializer[Any]):
    orderId = TextField(source="order_id")
    terminalId = TextField(source="terminal_id")


class ReadyInput(StartInput):
    paymentId = IdentifierField(source="payment_id")


class PaymentInput(serializers.Serializer[Any]):
    paymentId = IdentifierField(source="payment_id")


class CaptureInput(PaymentInput):
    amount = AmountField(required=False, default=None)


class ListInput(serializers.Serializer[Any]):
    terminalId = TextField(source="terminal_id")
    orderId = TextField(source="order_id", required=False, default=None)
    state = WordField(CONTRACT_WORDS, required=False, default=None)


class RetrieveByStateInput(serializers.Serializer[Any]):
    orderId = TextField(source="order_id")
    state = WordField([State.CAPTURED.value])


class RetrieveByTerminalInput(PrepareInput):
    paymentState = WordField(CONTRACT_WORDS, source="state", required=False, default=None)


class RetrieveByPosInput(serializers.Serializer[Any]):
    orderId = TextField(source="order_id")
    posId = IdentifierField(source="pos_id")
    paymentState = WordField(CONTRACT_WORDS, source="state", required=False, default=None)


class PaymentIdOutput(serializers.Serializer[Any]):
    paymentId = serializers.CharField()


class PaymentIdsOutput(serializers.Serializer[Any]):
    paymentsIds = TextListField()


class ReadyOutput(MessageOutput):
    message = SentenceField("Payment {0[payment].pk} is ready: the customer is asked for {0[amount]}.")


class CapturedOutput(MessageOutput):
    message = SentenceField("Payment {0.pk} is captured: {0.captured}.")


class CancelledOutput(MessageOutput):
    message = SentenceField("Payment {0.pk} is cancelled. No money was taken.")


class StatusOutput(serializers.Serializer[Any]):
    status = StateField(STATUS_WORDS, source="state")
    pollDelayInMs = serializers.CharField(source="poll_delay_ms")


class _PaymentDetails(serializers.Serializer[Any]):
    orderId = serializers.CharField(source="order_id")
    paymentId = serializers.CharField(source="pk")
    pollDelayInMs = serializers.CharField(source="poll_delay_ms")
    posId = serializers.CharField(source="point_of_sale.pos_id")
    status = StateField(STATUS_WORDS, source="state")
    amount = SumField(allow_null=True)
    currencyCode = serializers.CharField(source="currency")
    merchantPaymentLabel = FixedField(None)
    plannedCaptureDelay = FixedField("None")
    customerToken = serializers.CharField(source="customer_token", allow_null=True)
    customerReceiptToken = serializers.CharField(source="customer_receipt_token", allow_null=True)
    loyaltyIds = TextListField(source="loyalty_ids", allow_null=True)
    paymentExpiresAt = serializers.DateTimeField(source="expires_at", allow_null=True)
    partialCapturePossible = WordedBooleanField(source="partial_capture_possible", allow_null=True)
    capturedAmount = SumField(source="captured")
    refundedAmount = SumField(source="refunded")


class DetailsOutput(serializers.Serializer[Any]):
    paymentDetails = _PaymentDetails()
