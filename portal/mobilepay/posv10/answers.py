"""Reads the answers of PoS V10 into the portal's types; unknown members are ignored.

What a decision needs must be there and right: else the functions raise Unreadable, or Contradiction when the answer
is about something else. Everything besides is read if it can be.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from portal.mobilepay.errors import Contradiction, Unreadable
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
from portal.plain_text import clean

# What MobilePay's own examples have, for an answer that lacks it or makes no sense of it.
USUAL_POLL_DELAY_MS = 1000
# A till must not be left with an old answer for longer, whatever MobilePay asks for.
LONGEST_POLL_DELAY_MS = 10_000
LONGEST_WORDS = 100
LONGEST_ID = 36
# Frameworks write their greatest date for never.
_SENSIBLE_YEARS = range(2000, 2200)

_Params = ParamSpec("_Params")
_Answer = TypeVar("_Answer")
_UNREADABLE = (KeyError, TypeError, ValueError, ArithmeticError, AttributeError)


def _promised(read: Callable[_Params, _Answer]) -> Callable[_Params, _Answer]:
    @wraps(read)
    def guarded(*args: _Params.args, **kwargs: _Params.kwargs) -> _Answer:
        try:
            return read(*args, **kwargs)
        except _UNREADABLE as error:
            raise Unreadable(f"an answer without the promised {read.__name__}: {type(error).__name__}") from error

    return guarded


@_promised
def identifier(member: str, answer: Any) -> str:
    """The GUID in this member, in lower case."""
    return _guid(answer[member])


@_promised
def identifiers(member: str, answer: Any) -> list[str]:
    return [_guid(each) for each in _list(answer[member])]


@_promised
def payment(answer: Any, asked_for: str) -> PaymentStatus:
    odd: dict[str, str] = {}
    return PaymentStatus(
        remote_id=_same("paymentId", answer, asked_for),
        pos_id=_decisive(_guid, answer, "posId", odd),
        order_id=_decisive(_text, answer, "orderId", odd),
        state=PaymentState(answer["status"]),
        poll_delay_ms=_poll_delay(answer),
        amount=_decisive(_number, answer, "amount", odd),
        currency=_decisive(_currency, answer, "currencyCode", odd),
        customer=_customer(answer),
        expires_at=_if_readable(_moment, answer.get("paymentExpiresAt")),
        partial_capture_possible=_if_readable(_truth, answer.get("partialCapturePossible")),
        odd=odd,
    )


@_promised
def point_of_sale(answer: Any, asked_for: str) -> PointOfSaleInfo:
    return PointOfSaleInfo(
        pos_id=_same("posId", answer, asked_for),
        merchant_pos_id=_if_readable(_text, answer.get("merchantPosId")),
        store_id=_if_readable(_guid, answer.get("storeId")),
        name=_words(answer.get("name"), longest=LONGEST_ID) or None,
        beacon_id=_if_readable(_text, answer.get("beaconId")),
        beacon_types=_texts(answer.get("supportedBeaconTypes")) or (),
        require_payment_before_check_in=_if_readable(_truth, answer.get("requirePaymentBeforeCheckin")) or False,
        callback_alias=_words(answer.get("callbackAlias")),
    )


@_promised
def check_in(answer: Any) -> CheckIn:
    return CheckIn(
        is_user_checked_in=_truth(answer["isUserCheckedIn"]),
        poll_delay_ms=_poll_delay(answer),
        customer=_customer(answer),
    )


@_promised
def stores(answer: Any) -> list[StoreInfo]:
    return [store(each) for each in _list(answer)]


@_promised
def store(answer: Any) -> StoreInfo:
    def words(member: str, longest: int = LONGEST_WORDS) -> str:
        return _words(answer.get(member), longest=longest) or ""

    return StoreInfo(
        store_id=_guid(answer["storeId"]),
        name=words("storeName"),
        street=words("storeStreet"),
        zip_code=words("storeZipCode", 20),
        city=words("storeCity"),
        brand_name=words("brandName"),
        brand_id=words("merchantBrandId", 20),
        location_id=words("merchantLocationId", 20),
    )


@_promised
def refund(answer: Any, asked_for: str) -> RefundStatus:
    odd: dict[str, str] = {}
    return RefundStatus(
        remote_id=_same("refundId", answer, asked_for),
        payment_remote_id=_decisive(_guid, answer, "paymentId", odd),
        refund_order_id=_decisive(_text, answer, "refundOrderId", odd),
        amount=_decisive(_number, answer, "amount", odd),
        currency=_decisive(_currency, answer, "currencyCode", odd),
        state=RefundState(answer["status"]),
        poll_delay_ms=_poll_delay(answer),
        odd=odd,
    )


def _same(member: str, answer: Any, asked_for: str) -> str:
    """The id of what was asked for; an answer about another thing is none about this one."""
    found = _guid(answer[member])
    if found != asked_for.lower():
        raise Contradiction({_NAMES[member]: found})
    return found


# What people call the members that decisions hang on.
_NAMES = {
    "paymentId": "payment",
    "refundId": "refund",
    "posId": "point of sale",
    "orderId": "order",
    "refundOrderId": "order",
    "amount": "amount",
    "currencyCode": "currency",
}


def _decisive(read: Callable[[Any], _Answer], answer: Any, member: str, odd: dict[str, str]) -> _Answer | None:
    """What a decision hangs on, if it is said; what is said in other words than ours is noted as odd."""
    value = answer.get(member)
    if value is None:
        return None
    try:
        return read(value)
    except _UNREADABLE:
        odd[_NAMES[member]] = clean(str(value), longest=LONGEST_WORDS)
        return None


def _number(value: Any) -> Decimal:
    if isinstance(value, bool | list):
        # Python takes a list for the digits of a number.
        raise TypeError("not a number")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("not a number")
    return number


def _currency(value: Any) -> str:
    return _text(value, longest=3).upper()


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def _text(value: Any, *, longest: int = LONGEST_ID) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise TypeError("not a text of a sensible length")
    return value


def _words(value: Any, *, longest: int = LONGEST_WORDS) -> str | None:
    """A text that is only shown, as it can be shown."""
    return clean(value, longest=longest) if isinstance(value, str) else None


def _mark(value: Any) -> str | None:
    """Somebody's id, which may come as a number; one that is too long is none: cut, it would be another."""
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    text = clean(str(value), longest=LONGEST_WORDS + 1) if isinstance(value, str) or is_number else None
    return None if text is None or len(text) > LONGEST_WORDS else text


def _texts(value: Any) -> tuple[str, ...] | None:
    """Ids that are only shown; None when there is no list, and without what is no id."""
    if not isinstance(value, list):
        return None
    return tuple(text for text in map(_mark, value) if text)


def _if_readable(read: Callable[[Any], _Answer], value: Any) -> _Answer | None:
    try:
        return read(value)
    except _UNREADABLE:
        return None


def _poll_delay(answer: Any) -> int:
    """Milliseconds, kept sensible: a till must neither be starved nor made to spin."""
    delay = _if_readable(_number, answer.get("pollDelayInMs"))
    # Bounded before it becomes an int, which writes 1E+999999999 out.
    return USUAL_POLL_DELAY_MS if delay is None or delay < 0 else int(min(delay, Decimal(LONGEST_POLL_DELAY_MS)))


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("not true or false")
    return value


def _guid(text: Any) -> str:
    return str(UUID(text))


def _customer(answer: Any) -> Customer:
    return Customer(
        token=_mark(answer.get("customerToken")),
        receipt_token=_mark(answer.get("customerReceiptToken")),
        loyalty_ids=_texts(answer.get("loyaltyIds")),
    )


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.year not in _SENSIBLE_YEARS:
        raise ValueError("not a moment of ours")
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
