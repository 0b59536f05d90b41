"""The operations of PoS V10 that the portal uses: the call, what goes over the wire, the answer and our result."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from portal.mobilepay.types import (
    CheckIn,
    Customer,
    PaymentRef,
    PaymentState,
    PaymentStatus,
    PointOfSaleInfo,
    PointOfSaleOrder,
    PointOfSaleRef,
    RefundState,
    RefundStatus,
    StoreInfo,
)
from portal.money import Money
from tests.mobilepay.clients import a_refund, an_order, refund_ref

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
POS_REF = PointOfSaleRef(POS, POS_ORDER.beacon_id)
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
        lambda m: m.registry.register(POS_ORDER, key=KEY),
        "POST /pointofsales",
        NEW_POS,
        True,
        {"posId": POS},
        POS,
    ),
    ("GetPos", lambda m: m.registry.record(POS_REF), f"GET /pointofsales/{POS}", None, False, POS_ANSWER, POS_INFO),
    (
        "GetPosWithFilter",
        lambda m: m.registry.find(replace(POS_ORDER, merchant_pos_id="till 1")),
        "GET /pointofsales?merchantPosId=till+1",
        None,
        False,
        {"posIds": [POS]},
        POS,
    ),
    ("DeletePos", lambda m: m.registry.delete(POS_REF), f"DELETE /pointofsales/{POS}", None, False, b"", None),
    (
        "GetCheckIn",
        lambda m: m.check_ins.current(POS),
        f"GET /pointofsales/{POS}/checkin",
        None,
        False,
        {"isUserCheckedIn": False, "pollDelayInMs": 1000},
        CheckIn(is_user_checked_in=False, poll_delay_ms=1000, customer=NOBODY),
    ),
    ("GetStore", lambda m: m.stores.one(STORE), f"GET /stores/{STORE}", None, False, STORE_ANSWER, STORE_INFO),
    ("GetDetailedStores", lambda m: m.stores.all(), "GET /stores/detailed", None, False, [STORE_ANSWER], [STORE_INFO]),
    (
        "InitiatePayment",
        lambda m: m.payments.create(an_order(POS, "order 1", AMOUNT), key=KEY),
        "POST /payments",
        {"posId": POS, "orderId": "order 1", **TERMS},
        True,
        {"paymentId": PAYMENT},
        PAYMENT,
    ),
    (
        "PreparePayment",
        lambda m: m.prepared.prepare(an_order(POS, "order 1", None), key=KEY),
        "POST /payments/prepare",
        {"posId": POS, "orderId": "order 1"},
        True,
        {"paymentId": PAYMENT},
        PAYMENT,
    ),
    (
        "PaymentReady",
        lambda m: m.prepared.ready(PaymentRef(PAYMENT), amount=AMOUNT, key=KEY),
        f"POST /payments/{PAYMENT}/ready",
        TERMS,
        True,
        b"",
        None,
    ),
    (
        "QueryPayment",
        lambda m: m.payments.status(PaymentRef(PAYMENT)),
        f"GET /payments/{PAYMENT}",
        None,
        False,
        PAYMENT_ANSWER,
        PAYMENT_STATUS,
    ),
    (
        "QueryPaymentIds",
        lambda m: m.search.open_on(POS),
        f"GET /payments?posId={POS}",
        None,
        False,
        {"paymentIds": [PAYMENT]},
        [PAYMENT],
    ),
    (
        "CapturePayment",
        lambda m: m.payments.capture(PaymentRef(PAYMENT), amount=AMOUNT, key=KEY),
        f"POST /payments/{PAYMENT}/capture",
        {"amount": "12.50"},
        True,
        b"",
        None,
    ),
    (
        "CancelPayment",
        lambda m: m.payments.cancel(PaymentRef(PAYMENT), key=KEY),
        f"POST /payments/{PAYMENT}/cancel",
        None,
        True,
        b"",
        None,
    ),
    (
        "CreateRefund",
        lambda m: m.refunds.reserve(a_refund(PAYMENT, "refund 1", AMOUNT), key=KEY),
        "POST /refunds",
        {"paymentId": PAYMENT, "refundOrderId": "refund 1", "amount": "12.50", "currencyCode": "DKK"},
        True,
        {"refundId": REFUND},
        REFUND,
    ),
    (
        "GetRefund",
        lambda m: m.refunds.status(refund_ref(REFUND)),
        f"GET /refunds/{REFUND}",
        None,
        False,
        REFUND_ANSWER,
        REFUND_STATUS,
    ),
    (
        "QueryRefundIds",
        lambda m: m.refunds.listed(PaymentRef(PAYMENT)),
        f"GET /refunds?paymentId={PAYMENT}",
        None,
        False,
        {"refundIds": [REFUND]},
        [REFUND],
    ),
    (
        "CaptureRefund",
        lambda m: m.refunds.pay_out(refund_ref(REFUND), key=KEY),
        f"POST /refunds/{REFUND}/capture",
        None,
        True,
        b"",
        None,
    ),
    (
        "CancelRefund",
        lambda m: m.refunds.cancel(refund_ref(REFUND), key=KEY),
        f"POST /refunds/{REFUND}/cancel",
        None,
        True,
        b"",
        None,
    ),
]
