"""What callers send (protocol section 6).

Reading checks the syntax first (1099), then each field's own rules and codes; equal bodies compare equal.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Self

from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.fields import Fields
from portal.mobilepay.simulator.posv10.formats import is_amount, is_beacon_id, is_valid_text

CURRENCIES = ("DKK", "EUR")
CAPTURE_DELAYS = ("None", "LessThan24Hours", "LessThan14Days")
BEACON_TYPES = ("QR", "NFC", "Bluetooth")


@dataclass(frozen=True)
class Restrictions:
    """Cards the customer may not pay with; None where the caller said nothing."""

    debit_card_disallowed: bool | None
    credit_card_disallowed: bool | None

    @classmethod
    def read(cls, fields: Fields | None) -> Self | None:
        if fields is None:
            return None
        return cls(
            debit_card_disallowed=fields.optional_flag("debitCardDisallowed"),
            credit_card_disallowed=fields.optional_flag("creditCardDisallowed"),
        )

    def forbid(self, card: str) -> bool:
        """Whether a `debit` or `credit` card is ruled out."""
        return bool(self.debit_card_disallowed if card == "debit" else self.credit_card_disallowed)


@dataclass(frozen=True)
class Terms:
    """What is to be paid: the body of ready, and part of initiate's. The amount is in major units."""

    amount: Decimal
    currency_code: str
    planned_capture_delay: str
    restrictions: Restrictions | None = None
    merchant_payment_label: str | None = None

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(
            amount=fields.number("amount"),
            currency_code=fields.choice("currencyCode", CURRENCIES),
            planned_capture_delay=fields.choice("plannedCaptureDelay", CAPTURE_DELAYS),
            restrictions=Restrictions.read(fields.optional_object("restrictions")),
            merchant_payment_label=fields.optional_text("merchantPaymentLabel"),
        )

    def check(self) -> None:
        _check_amount(self.amount)
        _check_optional_text(self.merchant_payment_label, Code.INVALID_PAYMENT_LABEL)


@dataclass(frozen=True)
class Order:
    """The body of prepare; with terms, the body of initiate."""

    pos_id: str
    order_id: str
    terms: Terms | None

    @classmethod
    def read(cls, fields: Fields, *, with_terms: bool) -> Self:
        order = cls(
            pos_id=fields.guid("posId"),
            order_id=fields.text("orderId"),
            terms=Terms.read(fields) if with_terms else None,
        )
        _check_text(order.order_id, Code.INVALID_ORDER_ID)
        if order.terms:
            order.terms.check()
        return order


@dataclass(frozen=True)
class PastPayment:
    """A payment that was captured before the simulator began."""

    payment_id: str
    order: Order
    captured_at: datetime

    @classmethod
    def read(cls, fields: Fields) -> Self:
        terms = Terms(fields.number("amount"), fields.choice("currencyCode", CURRENCIES), CAPTURE_DELAYS[0])
        _check_amount(terms.amount)
        captured_at = datetime.fromisoformat(fields.text("capturedAt"))
        if captured_at.tzinfo is None:
            raise ValueError("capturedAt must say its offset from UTC")
        order = Order(fields.guid("posId"), fields.text("orderId"), terms)
        return cls(fields.guid("paymentId"), order, captured_at.astimezone(UTC))


@dataclass(frozen=True)
class NewRefund:
    payment_id: str
    refund_order_id: str
    amount: Decimal
    currency_code: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        refund = cls(
            payment_id=fields.guid("paymentId"),
            refund_order_id=fields.text("refundOrderId"),
            amount=fields.number("amount"),
            currency_code=fields.choice("currencyCode", CURRENCIES),
        )
        _check_text(refund.refund_order_id, Code.INVALID_REFUND_ORDER_ID)
        _check_amount(refund.amount)
        return refund


@dataclass(frozen=True)
class NewPointOfSale:
    merchant_pos_id: str
    store_id: str
    name: str
    supported_beacon_types: tuple[str, ...]
    beacon_id: str | None
    callback_alias: str | None
    require_payment_before_checkin: bool

    @classmethod
    def read(cls, fields: Fields) -> Self:
        pos = cls(
            merchant_pos_id=fields.text("merchantPosId"),
            store_id=fields.guid("storeId"),
            name=fields.text("name"),
            supported_beacon_types=fields.choices("supportedBeaconTypes", BEACON_TYPES),
            beacon_id=fields.optional_text("beaconId"),
            callback_alias=fields.optional_text("callbackAlias"),
            require_payment_before_checkin=bool(fields.optional_flag("requirePaymentBeforeCheckin")),
        )
        _check_text(pos.merchant_pos_id, Code.INVALID_MERCHANT_POS_ID)
        _check_text(pos.name, Code.INVALID_POS_NAME)
        _check_optional_text(pos.callback_alias, Code.INVALID_CALLBACK_ALIAS)
        if pos.beacon_id is not None and not is_beacon_id(pos.beacon_id):
            raise Refusal(Code.INVALID_BEACON_ID)
        return pos


def read_terms(fields: Fields) -> Terms:
    """Read the body of ready."""
    terms = Terms.read(fields)
    terms.check()
    return terms


def read_capture(fields: Fields) -> Decimal:
    """Read the amount to capture, in major units."""
    amount = fields.number("amount")
    _check_amount(amount)
    return amount


def _check_text(text: str, code: Code) -> None:
    if not is_valid_text(text):
        raise Refusal(code)


def _check_optional_text(text: str | None, code: Code) -> None:
    if text is not None and not is_valid_text(text):
        raise Refusal(code)


def _check_amount(amount: Decimal) -> None:
    if not is_amount(amount):
        raise Refusal(Code.INVALID_AMOUNT)
