"""Parameters and answers of the refund endpoints, in the contract's names."""

from typing import Any

from rest_framework import serializers

from portal.tillapi.fields import IdentifierField, PricedInput, SumField, TextField, TextListField
from refunds.states import CONTRACT_WORDS


class CreateInput(PricedInput):
    paymentId = IdentifierField(source="payment_id")
    refundOrderId = TextField(source="refund_order_id")


class RefundInput(serializers.Serializer[Any]):
    refundId = IdentifierField(source="refund_id")


class RefundIdOutput(serializers.Serializer[Any]):
    refundId = serializers.CharField()


class RefundIdsOutput(serializers.Serializer[Any]):
    refundsIds = TextListField()


class _RefundDetails(serializers.Serializer[Any]):
    amount = SumField()
    currencyCode = serializers.CharField(source="currency")
    paymentId = serializers.CharField(source="payment_id")
    pollDelayInMs = serializers.CharField(source="poll_delay_ms")
    refundId = serializers.CharField(source="pk")
    refundOrderId = serializers.CharField(source="refund_order_id")
    status = serializers.ChoiceField(choices=sorted(set(CONTRACT_WORDS.values())), source="word")


class DetailsOutput(serializers.Serializer[Any]):
    refundDetails = _RefundDetails()
