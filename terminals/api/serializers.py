"""Parameters and answers of the management endpoints, in the contract's names."""

from typing import Any

from rest_framework import serializers

from portal.tillapi.fields import (
    AnyTextField,
    IdentifierField,
    SentenceField,
    TextField,
    TextListField,
    WordedBooleanField,
)
from portal.tillapi.views import MessageOutput


class MerchantInput(serializers.Serializer[Any]):
    bioCode = TextField(source="bio_code")


class TokenResetInput(MerchantInput):
    previousAccessToken = AnyTextField(source="previous")


class TerminalInput(serializers.Serializer[Any]):
    terminalId = TextField(source="terminal_id")


class PointOfSaleInput(serializers.Serializer[Any]):
    posId = IdentifierField(source="pos_id")


class StoreInput(serializers.Serializer[Any]):
    storeId = TextField(source="store_id")


class PosCreatedOutput(MessageOutput):
    message = SentenceField("The point of sale {0.pos_id} is registered for terminal {0.name}.")


class PosDeletedOutput(MessageOutput):
    message = SentenceField("The point of sale {0.pos_id} of terminal {0.name} is deleted.")


class QrCodeOutput(serializers.Serializer[Any]):
    qrcodeImagelink = serializers.CharField()


class StoresOutput(serializers.Serializer[Any]):
    storesIds = TextListField()


class _StoreInformation(serializers.Serializer[Any]):
    brandName = serializers.CharField(source="brand_name")
    merchantBrandId = serializers.CharField(source="brand_id")
    merchantLocationId = serializers.CharField(source="location_id")
    storeCity = serializers.CharField(source="city")
    storeId = serializers.CharField(source="store_id")
    storeName = serializers.CharField(source="name")
    storeStreet = serializers.CharField(source="street")
    storeZipCode = serializers.CharField(source="zip_code")


class StoreOutput(serializers.Serializer[Any]):
    storeInformation = _StoreInformation()


class _PosInformation(serializers.Serializer[Any]):
    beaconId = serializers.CharField(source="beacon_id")
    merchantPosId = serializers.CharField(source="merchant_pos_id")
    name = serializers.CharField()
    posId = serializers.CharField(source="pos_id")
    requirePaymentBeforeCheckin = WordedBooleanField(source="require_payment_before_check_in")
    storeId = serializers.CharField(source="store_id")
    supportedBeaconTypes = TextListField(source="beacon_types")
    callbackAlias = serializers.CharField(source="callback_alias", allow_null=True)


class PosOutput(serializers.Serializer[Any]):
    posInformation = _PosInformation()


class _CheckInStatus(serializers.Serializer[Any]):
    isUserCheckedIn = WordedBooleanField(source="is_user_checked_in")
    pollDelayInMs = serializers.CharField(source="poll_delay_ms")
    loyaltyIds = TextListField(source="customer.loyalty_ids", allow_null=True)
    customerToken = serializers.CharField(source="customer.token", allow_null=True)
    customerReceiptToken = serializers.CharField(source="customer.receipt_token", allow_null=True)


class CheckInOutput(serializers.Serializer[Any]):
    checkInStatus = _CheckInStatus()
