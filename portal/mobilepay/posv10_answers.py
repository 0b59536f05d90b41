"""Reads the answers of PoS V10 into the portal's types; unknown members are ignored.

Every function raises Unreadable when the answer lacks what the protocol promises.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from portal.mobilepay.errors import Unreadable
from portal.mobilepay.types import (
    CheckIn,
    Customer,
    PaymentState,
    PaymentStatus,
    PointOfSaleInfo,
    RefundState,
    RefundStatus,
    StoreInfo,
)
from portal.money import Money

LONGEST_POLL_DELAY_MS = 60_000

_Params = ParamSpec("_Params")
_Answer = TypeVar("_Answer")


def _promised(read: Callable[_Params, _Answer]) -> Callable[_Params, _Answer]:
    @wraps(read)
    def guarded(*args: _Params.args, **kwargs: _Params.kwargs) -> _Answer:
        try:
            return read(*args, **kwargs)
        except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
            raise Unreadable(f"an answer without the promised {read.__name__}: {type(error).__name__}") from error

    return guarded


@_promised
def identifier(member: str, answer: Any) -> str:
    """The GUID in this member, in lower case."""
    return _guid(answer[member])


@_promised
def identifiers(member: str, answer: Any) -> list[str]:
    return [_guid(each) for each in answer[member]]


@_promised
def payment(answer: Any) -> PaymentStatus:
    return PaymentStatus(
        remote_id=_guid(answer["paymentId"]),
        pos_id=_guid(answer["posId"]),
        order_id=_text(answer["orderId"], longest=36),
        state=PaymentState(answer["status"]),
        poll_delay_ms=_poll_delay(answer["pollDelayInMs"]),
        amount=_optional_money(answer),
        customer=_customer(answer),
        expires_at=_moment(answer.get("paymentExpiresAt")),
        partial_capture_possible=_optional(_truth, answer.get("partialCapturePossible")),
    )


@_promised
def point_of_sale(answer: Any) -> PointOfSaleInfo:
    return PointOfSaleInfo(
        pos_id=_guid(answer["posId"]),
        merchant_pos_id=_text(answer["merchantPosId"], longest=36),
        store_id=_guid(answer["storeId"]),
        name=_text(answer["name"], longest=36),
        beacon_id=_text(answer["beaconId"], longest=36),
        beacon_types=_texts(answer["supportedBeaconTypes"]),
        require_payment_before_check_in=_truth(answer["requirePaymentBeforeCheckin"]),
        callback_alias=_optional(_text, answer.get("callbackAlias")),
    )


@_promised
def check_in(answer: Any) -> CheckIn:
    return CheckIn(
        is_user_checked_in=_truth(answer["isUserCheckedIn"]),
        poll_delay_ms=_poll_delay(answer["pollDelayInMs"]),
        customer=_customer(answer),
    )


@_promised
def stores(answer: Any) -> list[StoreInfo]:
    return [store(each) for each in answer]


@_promised
def store(answer: Any) -> StoreInfo:
    return StoreInfo(
        store_id=_guid(answer["storeId"]),
        name=_text(answer["storeName"]),
        street=_text(answer["storeStreet"]),
        zip_code=_text(answer["storeZipCode"], longest=20),
        city=_text(answer["storeCity"]),
        brand_name=_text(answer["brandName"]),
        brand_id=_text(answer["merchantBrandId"], longest=20),
        location_id=_text(answer["merchantLocationId"], longest=20),
    )


@_promised
def refund(answer: Any) -> RefundStatus:
    return RefundStatus(
        remote_id=_guid(answer["refundId"]),
        payment_remote_id=_guid(answer["paymentId"]),
        refund_order_id=_text(answer["refundOrderId"], longest=36),
        amount=_money(answer),
        state=RefundState(answer["status"]),
        poll_delay_ms=_poll_delay(answer["pollDelayInMs"]),
    )


def _text(value: Any, *, longest: int = 100) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise TypeError("not a text of a sensible length")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple(_text(each) for each in value)


def _optional(read: Callable[[Any], _Answer], value: Any) -> _Answer | None:
    return None if value is None else read(value)


def _poll_delay(value: Any) -> int:
    """Milliseconds, kept sensible: a till must neither be starved nor left with an answer for years."""
    return min(max(int(value), 0), LONGEST_POLL_DELAY_MS)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("not true or false")
    return value


def _guid(text: Any) -> str:
    return str(UUID(text))


def _money(answer: Any) -> Money:
    money = Money.from_major(Decimal(answer["amount"]), _text(answer["currencyCode"], longest=3))
    if money.minor <= 0:
        raise ValueError("not an amount")
    return money


def _optional_money(answer: Any) -> Money | None:
    return None if answer.get("amount") is None or answer.get("currencyCode") is None else _money(answer)


def _customer(answer: Any) -> Customer:
    return Customer(
        token=_optional(_text, answer.get("customerToken")),
        receipt_token=_optional(_text, answer.get("customerReceiptToken")),
        loyalty_ids=_optional(_texts, answer.get("loyaltyIds")),
    )


def _moment(text: Any) -> datetime | None:
    # Their documentation shows dates that cannot be read; that is no reason to lose a payment.
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
