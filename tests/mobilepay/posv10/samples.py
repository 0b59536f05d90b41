"""Answers of PoS V10 as its description shows them, and how they are read."""

from decimal import Decimal

from portal.mobilepay.posv10 import answers
from tests.mobilepay.operations import PAYMENT, POS, REFUND_ANSWER
from tests.mobilepay.operations import REFUND as REFUND_ID

# The example of the protocol: docs/protocol/posv10.md, QueryPayment.
EXAMPLE = {
    "paymentId": "3974eae6-e36f-4148-b5ee-22689e528c75",
    "posId": "c85916b1-8e17-4275-a388-551e16aa6293",
    "orderId": "ORDER-12345",
    "amount": Decimal("12.5"),
    "currencyCode": "DKK",
    "restrictions": {"debitCardDisallowed": False, "creditCardDisallowed": False},
    "merchantPaymentLabel": "PaymentLabel",
    "plannedCaptureDelay": "None",
    "status": "Reserved",
    "customerToken": "09bee223516e44000811ab0988b802b72a193c22",
    "customerReceiptToken": "d0d0f8dc0adc4cec9398d82c93dad0d1",
    "loyaltyIds": ["123456"],
    "paymentExpiresAt": "2022-10-17T06:07:45.4847176+00:00",
    "partialCapturePossible": False,
    "pollDelayInMs": 1000,
}


REFUND = {**REFUND_ANSWER, "amount": Decimal("12.5")}


def payment(answer):
    return answers.payment(answer, PAYMENT)


def point_of_sale(answer):
    return answers.point_of_sale(answer, POS)


def refund(answer):
    return answers.refund(answer, REFUND_ID)
