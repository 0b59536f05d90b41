"""One example for every member of the contract, so that the description shows whole calls and answers."""

from typing import Any

from rest_framework import serializers

_PAYMENT = "3974eae6-e36f-4148-b5ee-22689e528c75"
_REFUND = "7d0f1a2b-3c4d-4e5f-8a6b-7c8d9e0f1a2b"
_POS = "c85916b1-8e17-4275-a388-551e16aa6293"
_STORE = "6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1a01"
_TERMINAL = "b2a4c6d8-0e1f-4a3b-8c5d-7e9f0a1b2c01"
_TOKEN = "mpp_k3Fq8ZsT1x_" + "x" * 38  # not a token: its shape

_MEMBERS: dict[str, Any] = {
    "amount": "27.06",
    "beaconId": "1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b",
    "bioCode": "KINO1",
    "brandName": "Kino Nord",
    "callbackAlias": None,
    "capturedAmount": "27.06",
    "currencyCode": "DKK",
    "customerReceiptToken": "d0d0f8dc0adc4cec9398d82c93dad0d1",
    "customerToken": "09bee223516e44000811ab0988b802b72a193c22",
    "isUserCheckedIn": "true",
    "loyaltyIds": ["123456"],
    "merchantBrandId": "POSDK99999",
    "merchantLocationId": "00001",
    "merchantPaymentLabel": None,
    "merchantPosId": _TERMINAL,
    "name": "Kasse 1",
    "orderId": "A-1001",
    "partialCapturePossible": "false",
    "paymentExpiresAt": "2026-11-30T18:07:45Z",
    "paymentId": _PAYMENT,
    "paymentState": "Captured",
    "paymentsIds": [_PAYMENT],
    "plannedCaptureDelay": "None",
    "pollDelayInMs": "1000",
    "posId": _POS,
    "previousAccessToken": _TOKEN,
    "qrcodeImagelink": "https://portal.example/qr/c2lnbmVk.png",
    "refundId": _REFUND,
    "refundOrderId": "R-1001",
    "refundedAmount": "0.00",
    "refundsIds": [_REFUND],
    "requirePaymentBeforeCheckin": "false",
    "state": "Captured",
    "status": "Reserved",
    "storeCity": "Aarhus C",
    "storeId": _STORE,
    "storeName": "Kino Nord Aarhus",
    "storeStreet": "Havnegade 4",
    "storeZipCode": "8000",
    "storesIds": [_STORE],
    "supportedBeaconTypes": ["QR"],
    "terminalId": _TERMINAL,
}
_MESSAGES = {
    "payment/ready": f"Payment {_PAYMENT} is ready: the customer is asked for 27.06 DKK.",
    "payment/capture": f"Payment {_PAYMENT} is captured: 27.06 DKK.",
    "payment/cancel": f"Payment {_PAYMENT} is cancelled. No money was taken.",
    "refund/capture": f"Refund {_REFUND} is paid out: 27.06 DKK goes back to the customer.",
    "refund/cancel": f"Refund {_REFUND} is cancelled. No money was given back.",
    "manage/token": _TOKEN,
    "manage/token/reset": _TOKEN,
    "manage/create": f"The point of sale {_POS} is registered for terminal Kasse 1.",
    "manage/delete": f"The point of sale {_POS} of terminal Kasse 1 is deleted.",
}


def call(form: serializers.Serializer[Any]) -> dict[str, Any]:
    """The parameters of a call."""
    return {name: _member(name, field) for name, field in form.fields.items()}


def answer(form: serializers.Serializer[Any], path: str) -> dict[str, Any]:
    """The answer of a call that was done; `path` is the endpoint's, without the API's own."""
    own = {name: _MESSAGES[path] if name == "message" else _member(name, field) for name, field in form.fields.items()}
    return {**own, "success": True, "errors": [], "errorCodes": []}


def refusal(form: serializers.Serializer[Any]) -> dict[str, Any]:
    """The answer of a call that was refused."""
    sentence = "The merchant has no such thing. No money moved."
    return {**dict.fromkeys(form.fields), "success": False, "errors": [sentence], "errorCodes": ["not_found"]}


def _member(name: str, field: Any) -> Any:
    if isinstance(field, serializers.Serializer):
        return {inner: _member(inner, each) for inner, each in field.fields.items()}
    return _MEMBERS[name]
