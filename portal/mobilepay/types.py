"""What travels between the portal and a payment network, in the portal's words."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from portal.money import InvalidAmount, Money


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
    """How MobilePay reports a payment; None is what it does not say, or not in words that can be read.

    `amount` is in major units of `currency`: what was asked for, or at a network that says no sums, perhaps what was
    captured. `captured` and `refunded` are the sums that were taken and given back; None where it says no sums. `odd`
    holds what it says about the point of sale, the order or the amount that can be neither taken nor overlooked, by
    the thing's name.
    """

    remote_id: str
    pos_id: str | None
    order_id: str | None
    state: PaymentState
    poll_delay_ms: int
    amount: Decimal | None
    currency: str | None
    customer: Customer
    expires_at: datetime | None
    partial_capture_possible: bool | None
    captured: Money | None = None
    refunded: Money | None = None
    # The network does not say who ended the reservation: if we asked for that, it was us.
    may_be_released_by_us: bool = False
    odd: dict[str, str] = field(default_factory=dict)

    @property
    def money(self) -> Money | None:
        return _money(self.amount, self.currency)

    def money_in(self, currency: str) -> Money | None:
        """The amount in the currency that it names, or else in this one."""
        return _money(self.amount, self.currency or currency)


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """Everything about a payment to be opened that a network may want; a driver takes what its network knows.

    `amount` is None for a prepared payment, whose amount comes later. `customer_token` names who has checked in, where
    the portal learns that; `store` and `terminal` are our names of the place.
    """

    payment_id: UUID
    pos_id: str
    order_id: str
    amount: Money | None
    customer_token: str | None = None
    store: str = ""
    terminal: str = ""


@dataclass(frozen=True, slots=True)
class PaymentRef:
    """How to name a payment that was opened: the network's id, and ours if we have it in our books."""

    remote_id: str
    payment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Everything about a refund to be opened that a network may want."""

    refund_id: UUID
    payment: PaymentRef
    refund_order_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class RefundRef:
    """How to name a refund that was opened: the network's id, the payment's, and ours if it is the one that counts."""

    remote_id: str
    payment: PaymentRef
    refund_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PointOfSaleOrder:
    """What is to be registered as a point of sale.

    `pos_id` is what it is called where the portal may choose that; `is_printed` says that its code is an old sticker's.
    """

    merchant_pos_id: str
    store_id: str
    name: str
    beacon_id: str
    pos_id: str = ""
    is_printed: bool = False


@dataclass(frozen=True, slots=True)
class PointOfSaleRef:
    """How to name a point of sale: the till's id of it, and that of its code."""

    pos_id: str
    beacon_id: str


@dataclass(frozen=True, slots=True)
class PointOfSaleInfo:
    """MobilePay's record of a point of sale; None is what it does not say, or not in words that can be read."""

    pos_id: str
    merchant_pos_id: str | None
    store_id: str | None
    name: str | None
    beacon_id: str | None
    beacon_types: tuple[str, ...]
    require_payment_before_check_in: bool
    callback_alias: str | None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Who stands at a point of sale at this moment, and after how many milliseconds to ask again."""

    is_user_checked_in: bool
    poll_delay_ms: int
    customer: Customer


@dataclass(frozen=True, slots=True)
class WebhookInfo:
    """A registration for deliveries."""

    webhook_id: str
    url: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WebhookSecret:
    """A registration just made, and what its deliveries are signed with."""

    webhook_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SalesUnit:
    """What an account is set up for; None is what the network does not say."""

    name: str
    # What it sells in, by the country that its company is registered in.
    currency: str | None
    takes_payments: bool | None
    may_push: bool | None
    captures_parts: bool | None


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """A network's record of a store; texts are empty where it says nothing."""

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
    """How MobilePay reports a refund; None and `odd` as in PaymentStatus."""

    remote_id: str
    payment_remote_id: str | None
    refund_order_id: str | None
    amount: Decimal | None
    currency: str | None
    state: RefundState
    poll_delay_ms: int
    odd: dict[str, str] = field(default_factory=dict)

    @property
    def money(self) -> Money | None:
        return _money(self.amount, self.currency)


def _money(amount: Decimal | None, currency: str | None) -> Money | None:
    """The amount, if so much is said that it is one."""
    try:
        money = None if amount is None or currency is None else Money.from_major(amount, currency)
    except InvalidAmount:
        return None
    return money if money and money.minor > 0 else None
