"""Parameters and answers of the refund endpoints, in the contract's names."""

from typing import Any

from rest_framework import serializers

from portal.tillapi.fields import (
    IdentifierField,
    PricedInput,
    SentenceField,
    StateField,
    SumField,
    TextField,
    TextListField,
)
from portal.tillapi.views import MessageOutput
from refunds.api.words import STATUS_WORDS


class CreateInput(PricedInput):
    paymentId = IdentifierField(source="payment_id")
    refundOrderId = TextField(source="refund_order_id")


class RefundInput(serializers.Serializer[Any]):
    refundId = IdentifierField(source="refund_id")


class RefundIdOutput(serializers.Serializer[Any]):
    refundId = serializers.CharField()


class RefundIdsOutput(serializers.Serializer[Any]):
    refundsIds = TextListField()


class CapturedOutput(MessageOutput):
    message = SentenceField("Refund {0.pk} is paid out: {0.amount} goes back to the customer.")


class CancelledOutput(MessageOutput):
    message = SentenceField("Refund {0.pk} is cancelled. No money was given back.")


class _RefundDetails(serializers.Serializer[Any]):
    amount = SumField()
    currencyCode = serializers.CharField(source="currency")
    paymentId = serializers.CharField(source="payment_id")
    pollDelayInMs = serializers.CharField(source="poll_delay_ms")
    refundId = serializers.CharField(source="pk")
    refundOrderId = serializers.CharField(source="refund_order_id")
    status = StateField(STATUS_WORDS, source="word")


class DetailsOutput(serializers.Serializer[Any]):
    refundDetails = _RefundDetails()
