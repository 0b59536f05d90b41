"""The protocol's error codes (section 12), and the one exception that carries them."""

from enum import Enum

from portal.mobilepay.simulator.core.messages import Refused


class Code(Enum):
    """HTTP status, code in the body (None: the answer has no body), and a message nobody may match on."""

    BAD_REQUEST = 400, "1099", "The request is malformed"
    INVALID_BEACON_ID = 400, "1100", "BeaconId must be a GUID or 15 digits"
    INVALID_AMOUNT = 400, "1102", "Amount must be positive, with at most two decimals"
    PAYMENT_FILTER_TOO_WIDE = 400, "1109", "Name a posId or an orderId"
    REFUND_FILTER_TOO_WIDE = 400, "1110", "Name a paymentId"
    INVALID_MERCHANT_POS_ID = 400, "1111", "MerchantPosId must be 1 to 36 valid characters"
    INVALID_POS_NAME = 400, "1112", "The name must be 1 to 36 valid characters"
    INVALID_ORDER_ID = 400, "1113", "OrderId must be 1 to 36 valid characters"
    INVALID_REFUND_ORDER_ID = 400, "1114", "RefundOrderId must be 1 to 36 valid characters"
    INVALID_CALLBACK_ALIAS = 400, "1116", "CallbackAlias must be at most 36 valid characters"
    INVALID_PAYMENT_LABEL = 400, "1117", "MerchantPaymentLabel must be at most 36 valid characters"
    INVALID_BRAND_ID = 400, "1119", "MerchantBrandId must be MPPOS, POSDK or POSFI and five characters"
    INVALID_LOCATION_ID = 400, "1120", "MerchantLocationId must be five valid characters"
    POS_FILTER_TOO_WIDE = 400, "1121", "Name a storeId, a beaconId or a merchantPosId"
    STORE_FILTER_TOO_WIDE = 400, "1122", "A merchantLocationId needs its merchantBrandId"
    MISSING_VAT_NUMBER = 400, "1151", "X-MobilePay-Merchant-VAT-Number is missing"
    MISSING_VERSION = 400, "1153", "X-MobilePay-Client-System-Version is missing"
    DUPLICATED_VAT_NUMBER = 400, "1155", "X-MobilePay-Merchant-VAT-Number is duplicated"
    DUPLICATED_VERSION = 400, "1157", "X-MobilePay-Client-System-Version is duplicated"
    INVALID_VAT_NUMBER = 400, "1159", "X-MobilePay-Merchant-VAT-Number is invalid"
    INVALID_VERSION = 400, "1161", "X-MobilePay-Client-System-Version is invalid"
    INVALID_KEY = 400, "1162", "X-MobilePay-Idempotency-Key is invalid"
    DUPLICATED_KEY = 400, "1163", "X-MobilePay-Idempotency-Key is duplicated"
    MISSING_KEY = 400, "1164", "X-MobilePay-Idempotency-Key is missing"
    INVALID_VAT_CLAIM = (
        400,
        "1182",
        "The merchant_vat claim of the access token is invalid or not the header's",
    )
    UNAUTHORIZED = 401, None, "The access token is missing, unknown or expired"
    POS_OF_OTHER_INTEGRATOR = 403, "1400", "The point of sale was created by a different integrator"
    PAYMENT_OF_OTHER_INTEGRATOR = 403, "1401", "The payment was created by a different integrator"
    REFUND_OF_OTHER_INTEGRATOR = 403, "1402", "The refund was created by a different integrator"
    STORE_OF_OTHER_MERCHANT = 403, "1403", "The store does not belong to the merchant"
    READY_FOR_OTHER_MERCHANT = 403, "1406", "The payment was prepared on behalf of a different merchant"
    CAPTURE_FOR_OTHER_MERCHANT = 403, "1407", "The payment was created on behalf of a different merchant"
    CANCEL_FOR_OTHER_MERCHANT = 403, "1408", "The payment was created on behalf of a different merchant"
    DELETE_FOR_OTHER_MERCHANT = 403, "1409", "The point of sale was created on behalf of a different merchant"
    POS_OF_OTHER_MERCHANT = 403, "1410", "The point of sale was created on behalf of a different merchant"
    PAYMENT_OF_OTHER_MERCHANT = 403, "1411", "The payment was created on behalf of a different merchant"
    NOT_FOUND = 404, None, "There is nothing with that id"
    REFUND_NOT_FOUND = 404, "1004", "Refund not found"
    POS_NOT_FOUND = 409, "1000", "Point of sale not found"
    PAYMENT_NOT_FOUND = 409, "1001", "Payment not found"
    STORE_NOT_FOUND = 409, "1002", "Store not found"
    MERCHANT_POS_ID_TAKEN = 409, "1200", "A point of sale with that MerchantPosId exists"
    BEACON_ID_TAKEN = 409, "1202", "A point of sale with that BeaconId exists"
    STORE_NOT_ACTIVATED = 409, "1204", "The store of the point of sale is not activated"
    CANNOT_CANCEL = 409, "1300", "The payment cannot be cancelled in its current state"
    PAYMENT_ALREADY_ACTIVE = 409, "1301", "A payment is already active, cancel it first"
    NOT_PREPARED = 409, "1303", "The payment must be prepared before it can be marked ready"
    NOT_RESERVED = 409, "1304", "The payment is not reserved"
    MORE_THAN_RESERVED = 409, "1305", "The amount exceeds what is reserved"
    KEY_REUSED = 409, "1306", "The idempotency key was used for a different request"
    CAPTURED_OTHERWISE = 409, "1307", "The payment was captured with a different amount"
    NO_PARTIAL_CAPTURE = 409, "1308", "Partial capture is not possible on this payment"
    REFUND_NOT_RESERVED = 409, "1351", "The refund is not reserved"
    CANNOT_CANCEL_REFUND = 409, "1352", "The refund cannot be cancelled in its current state"
    PAYMENT_NOT_CAPTURED = 409, "1354", "The payment is not captured"
    OTHER_CURRENCY = 409, "1365", "The currency is not the payment's"
    PAYMENT_TOO_OLD = 409, "1366", "The payment is too old"
    REFUND_TOO_HIGH = 409, "1367", "The amount is more than is left to refund"
    BALANCE_TOO_LOW = 409, "1368", "The amount exceeds the store's available balance"
    INTERNAL_ERROR = 500, "2000", "Internal server error"


class Refusal(Refused):
    """The API says no."""

    def __init__(self, code: Code, message: str | None = None) -> None:
        self.status, self.code, usual_message = code.value
        self.message = message or usual_message
        super().__init__(self.status, self.code, self.message)
