"""What travels between the portal and a payment network, in the portal's words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.money import Money


class PaymentState(StrEnum):
    """The states a payment can have at MobilePay (docs/protocol/posv10.md, Payment states)."""

    PREPARED = "Prepared"
    PAIRED = "Paired"
    INITIATED = "Initiated"
    ISSUED_TO_USER = "IssuedToUser"
    RESERVED = "Reserved"
    CAPTURED = "Captured"
    CANCELLED_BY_USER = "CancelledByUser"
    CANCELLED_BY_CLIENT = "CancelledByClient"
    CANCELLED_BY_MOBILEPAY = "CancelledByMobilePay"
    EXPIRED_AND_CANCELLED = "ExpiredAndCancelled"
    REJECTED_AGE = "RejectedByMobilePayDueToAgeRestrictions"


class RefundState(StrEnum):
    """The states a refund can have at MobilePay (docs/protocol/posv10.md, Refund states)."""

    INITIATED = "Initiated"
    RESERVED = "Reserved"
    CAPTURED = "Captured"
    CANCELLED_BY_CLIENT = "CancelledByClient"
    CANCELLED_BY_MOBILEPAY = "CancelledByMobilePay"
    EXPIRED_AND_CAPTURED = "ExpiredAndCaptured"


@dataclass(frozen=True, slots=True)
class Customer:
    """What MobilePay tells about the person at the till; None means not looked up yet, ask again."""

    token: str | None
    receipt_token: str | None
    loyalty_ids: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class PaymentStatus:
    remote_id: str
    pos_id: str
    order_id: str
    state: PaymentState
    poll_delay_ms: int
    amount: Money | None
    customer: Customer
    expires_at: datetime | None
    partial_capture_possible: bool | None


@dataclass(frozen=True, slots=True)
class PointOfSaleOrder:
    """What is to be registered as a point of sale."""

    merchant_pos_id: str
    store_id: str
    name: str
    beacon_id: str


@dataclass(frozen=True, slots=True)
class PointOfSaleInfo:
    pos_id: str
    merchant_pos_id: str
    store_id: str
    name: str
    beacon_id: str
    beacon_types: tuple[str, ...]
    require_payment_before_check_in: bool
    callback_alias: str | None


@dataclass(frozen=True, slots=True)
class CheckIn:
    is_user_checked_in: bool
    poll_delay_ms: int
    customer: Customer


@dataclass(frozen=True, slots=True)
class StoreInfo:
    store_id: str
    name: str
    street: str
    zip_code: str
    city: str
    brand_name: str
    brand_id: str
    location_id: str


@dataclass(frozen=True, slots=True)
class RefundStatus:
    remote_id: str
    payment_remote_id: str
    refund_order_id: str
    amount: Money
    state: RefundState
    poll_delay_ms: int
