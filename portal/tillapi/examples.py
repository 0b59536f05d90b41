"""What a till sends in every example, and what the things in it are called."""

from uuid import UUID

HOST = "portal.example"
TOKEN = "mpp_k3Fq8ZsT1x_" + "x" * 38
BIO_CODE = "CINEMA1"
PAYMENT_ID = UUID("3974eae6-e36f-4148-b5ee-22689e528c75")
REFUND_ID = UUID("7d0f1a2b-3c4d-4e5f-8a6b-7c8d9e0f1a2b")
POS_ID = UUID("c85916b1-8e17-4275-a388-551e16aa6293")
STORE_ID = "6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1a01"
TERMINAL_ID = "K1"
# What MobilePay calls the customer, and the receipt it can show them.
CUSTOMER = "09bee223516e44000811ab0988b802b72a193c22"
RECEIPT = "d0d0f8dc0adc4cec9398d82c93dad0d1"
ORDER_ID = "A-1001"
REFUND_ORDER_ID = "R-1001"
# What a till sends, by parameter; everything else on show is made of it.
PARAMETERS = {
    "amount": "27.06",
    "bioCode": BIO_CODE,
    "currencyCode": "DKK",
    "orderId": ORDER_ID,
    "paymentId": str(PAYMENT_ID),
    "paymentState": "Captured",
    "posId": str(POS_ID),
    "previousAccessToken": TOKEN,
    "refundId": str(REFUND_ID),
    "refundOrderId": REFUND_ORDER_ID,
    "state": "Captured",
    "storeId": STORE_ID,
    "terminalId": TERMINAL_ID,
}
PROOF = {"accessToken": TOKEN, "bioCode": BIO_CODE}
KEY = "A-1001-start"
