"""The 20 operations of PoS V10: the call, what goes over the wire, MobilePay's answer and our result."""

from decimal import Decimal
from uuid import UUID

from portal.mobilepay.types import (
    CheckIn,
    Customer,
    PaymentState,
    PaymentStatus,
    PointOfSaleInfo,
    PointOfSaleOrder,
    RefundState,
    RefundStatus,
    StoreInfo,
)
from portal.money import Money

POS = "c85916b1-8e17-4275-a388-551e16aa6293"
PAYMENT = "3974eae6-e36f-4148-b5ee-22689e528c75"
REFUND = "0f2c3a52-7d0e-4b8f-9a41-0c5d2e7b1a0f"
STORE = "6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1a01"
KEY = UUID("9a3bd1c6-5f0a-4a3e-8f66-1f6f7d1f0b11")
AMOUNT = Money(1250, "DKK")
NOBODY = Customer(token=None, receipt_token=None, loyalty_ids=None)
TERMS = {"amount": "12.50", "currencyCode": "DKK", "plannedCaptureDelay": "None"}

POS_ORDER = PointOfSaleOrder(merchant_pos_id="till-1", store_id=STORE, name="Kasse 1", beacon_id="123456789012345")
NEW_POS = {
    "merchantPosId": "till-1",
    "storeId": STORE,
    "name": "Kasse 1",
    "beaconId": "123456789012345",
    "supportedBeaconTypes": ["QR"],
    "requirePaymentBeforeCheckin": False,
}
POS_ANSWER = {
    "posId": POS,
    "merchantPosId": "till-1",
    "storeId": STORE,
    "name": "Kasse 1",
    "beaconId": "123456789012345",
    "supportedBeaconTypes": ["QR"],
    "requirePaymentBeforeCheckin": False,
}
POS_INFO = PointOfSaleInfo(POS, "till-1", STORE, "Kasse 1", "123456789012345", ("QR",), False, None)  # noqa: FBT003
STORE_ANSWER = {
    "storeId": STORE,
    "storeName": "Foyer",
    "storeStreet": "Algade 1",
    "storeZipCode": "9000",
    "storeCity": "Aalborg",
    "brandName": "Nord",
    "merchantBrandId": "POSDK12345",
    "merchantLocationId": "00007",
}
STORE_INFO = StoreInfo(STORE, "Foyer", "Algade 1", "9000", "Aalborg", "Nord", "POSDK12345", "00007")
PAYMENT_ANSWER = {
    "paymentId": PAYMENT,
    "posId": POS,
    "orderId": "order 1",
    "status": "Initiated",
    "pollDelayInMs": 1000,
}
PAYMENT_STATUS = PaymentStatus(
    PAYMENT, POS, "order 1", PaymentState.INITIATED, 1000, None, None, NOBODY, None, None, odd={}
)
REFUND_ANSWER = {
    "refundId": REFUND,
    "paymentId": PAYMENT,
    "refundOrderId": "refund 1",
    "amount": 12.5,
    "currencyCode": "DKK",
    "status": "Reserved",
    "pollDelayInMs": 100,
}
REFUND_STATUS = RefundStatus(REFUND, PAYMENT, "refund 1", Decimal("12.5"), "DKK", RefundState.RESERVED, 100, odd={})

# Name, call, request line below /pos/v10, body, whether it carries the key, MobilePay's answer, our result.
OPERATIONS = [
    (
        "CreatePos",
        lambda m: m.register_pos(POS_ORDER, key=KEY),
        "POST /pointofsales",
        NEW_POS,
        True,
        {"posId": POS},
        POS,
    ),
    ("GetPos", lambda m: m.pos(POS), f"GET /pointofsales/{POS}", None, False, POS_ANSWER, POS_INFO),
    (
        "GetPosWithFilter",
        lambda m: m.find_pos("till 1"),
        "GET /pointofsales?merchantPosId=till+1",
        None,
        False,
        {"posIds": [POS]},
        POS,
    ),
    ("DeletePos", lambda m: m.delete_pos(POS), f"DELETE /pointofsales/{POS}", None, False, b"", None),
    (
        "GetCheckIn",
        lambda m: m.check_in(POS),
        f"GET /pointofsales/{POS}/checkin",
        None,
        False,
        {"isUserCheckedIn": False, "pollDelayInMs": 1000},
        CheckIn(is_user_checked_in=False, poll_delay_ms=1000, customer=NOBODY),
    ),
    ("GetStore", lambda m: m.store(STORE), f"GET /stores/{STORE}", None, False, STORE_ANSWER, STORE_INFO),
    ("GetStores", lambda m: m.store_ids(), "GET /stores", None, False, {"storeIds": [STORE]}, [STORE]),
    ("GetDetailedStores", lambda m: m.stores(), "GET /stores/detailed", None, False, [STORE_ANSWER], [STORE_INFO]),
    (
        "InitiatePayment",
        lambda m: m.initiate(pos_id=POS, order_id="order 1", amount=AMOUNT, key=KEY),
        "POST /payments",
        {"posId": POS, "orderId": "order 1", **TERMS},
        True,
        {"paymentId": PAYMENT},
        PAYMENT,
    ),
    (
        "PreparePayment",
        lambda m: m.prepare(pos_id=POS, order_id="order 1", key=KEY),
        "POST /payments/prepare",
        {"posId": POS, "orderId": "order 1"},
        True,
        {"paymentId": PAYMENT},
        PAYMENT,
    ),
    (
        "PaymentReady",
        lambda m: m.ready(PAYMENT, amount=AMOUNT, key=KEY),
        f"POST /payments/{PAYMENT}/ready",
        TERMS,
        True,
        b"",
        None,
    ),
    (
        "QueryPayment",
        lambda m: m.look_up(PAYMENT),
        f"GET /payments/{PAYMENT}",
        None,
        False,
        PAYMENT_ANSWER,
        PAYMENT_STATUS,
    ),
    (
        "QueryPaymentIds",
        lambda m: m.find(pos_id=POS, order_id="order 1"),
        f"GET /payments?posId={POS}&orderId=order+1",
        None,
        False,
        {"paymentIds": [PAYMENT]},
        [PAYMENT],
    ),
    (
        "QueryPaymentIds of a point of sale",
        lambda m: m.find(pos_id=POS),
        f"GET /payments?posId={POS}",
        None,
        False,
        {"paymentIds": []},
        [],
    ),
    (
        "CapturePayment",
        lambda m: m.capture(PAYMENT, amount=AMOUNT, key=KEY),
        f"POST /payments/{PAYMENT}/capture",
        {"amount": "12.50"},
        True,
        b"",
        None,
    ),
    ("CancelPayment", lambda m: m.cancel(PAYMENT, key=KEY), f"POST /payments/{PAYMENT}/cancel", None, True, b"", None),
    (
        "CreateRefund",
        lambda m: m.create_refund(PAYMENT, refund_order_id="refund 1", amount=AMOUNT, key=KEY),
        "POST /refunds",
        {"paymentId": PAYMENT, "refundOrderId": "refund 1", "amount": "12.50", "currencyCode": "DKK"},
        True,
        {"refundId": REFUND},
        REFUND,
    ),
    (
        "GetRefund",
        lambda m: m.look_up_refund(REFUND),
        f"GET /refunds/{REFUND}",
        None,
        False,
        REFUND_ANSWER,
        REFUND_STATUS,
    ),
    (
        "QueryRefundIds",
        lambda m: m.find_refunds(PAYMENT),
        f"GET /refunds?paymentId={PAYMENT}",
        None,
        False,
        {"refundIds": [REFUND]},
        [REFUND],
    ),
    (
        "CaptureRefund",
        lambda m: m.capture_refund(REFUND, key=KEY),
        f"POST /refunds/{REFUND}/capture",
        None,
        True,
        b"",
        None,
    ),
    (
        "CancelRefund",
        lambda m: m.cancel_refund(REFUND, key=KEY),
        f"POST /refunds/{REFUND}/cancel",
        None,
        True,
        b"",
        None,
    ),
]
