"""The driver of PoS V10: one class per ability, one call per method. Numbers: docs/protocol/posv10.md."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from portal.mobilepay.errors import Rejected, Unreadable
from portal.mobilepay.ports import IsAnothers, Network, Rules
from portal.mobilepay.posv10 import answers
from portal.mobilepay.posv10.errors import Code
from portal.mobilepay.posv10.wire import Wire, segment
from portal.mobilepay.types import (
    CheckIn,
    PaymentOrder,
    PaymentRef,
    PaymentStatus,
    PointOfSaleInfo,
    PointOfSaleOrder,
    PointOfSaleRef,
    RefundOrder,
    RefundRef,
    RefundStatus,
    StoreInfo,
)
from portal.money import Money

BEACON_TYPES = ("QR",)
# Only steers when MobilePay's support reaches out; we capture as soon as the till says so.
CAPTURE_DELAY = "None"
# Sections Idempotency, Payment states and Refunds of the protocol.
RULES = Rules(
    key_lifetime=timedelta(hours=24),
    reservation_lifetime=timedelta(days=7),
    refund_window=timedelta(days=90),
    no_payment_code=Code.PAYMENT_NOT_FOUND,
    no_refund_code=Code.REFUND_NOT_FOUND,
    no_pos_code=Code.POS_NOT_FOUND,
)


def network(wire: Wire) -> Network:
    """What the merchant that `wire` speaks for can do at MobilePay: everything that there is a protocol for."""
    return Network(
        rules=RULES,
        payments=Payments(wire),
        refunds=Refunds(wire),
        registry=PosRegistry(wire),
        prepared=PreparedPayments(wire),
        check_ins=CheckIns(wire),
        search=PosSearch(wire),
        stores=Stores(wire),
    )


class _Ability:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire


class Payments(_Ability):
    def create(self, order: PaymentOrder, *, key: UUID) -> str:
        """`POST /payments` (6.1): the customer who has checked in is asked, or the next one who does."""
        body = {**_place(order), **_terms(cast("Money", order.amount))}
        return answers.identifier("paymentId", self._wire.create("/payments", body, key))

    def status(self, ref: PaymentRef) -> PaymentStatus:
        """`GET /payments/{id}` (6.1, states in 7): amounts in major units; no sums of what was refunded."""
        return _payment(self._wire, ref.remote_id)

    def capture(self, ref: PaymentRef, *, amount: Money, key: UUID) -> None:
        """`POST …/capture` (7.3): once; MobilePay releases the rest. 1307 for another amount later."""
        path = f"/payments/{segment(ref.remote_id)}/capture"
        self._wire.tell("POST", path, json={"amount": amount.major}, key=key)

    def cancel(self, ref: PaymentRef, *, key: UUID, only_if_unapproved: bool = False) -> None:  # noqa: ARG002 - not told
        """`POST …/cancel` (7.4): anything that is not captured; 1300 when it has ended."""
        self._wire.tell("POST", f"/payments/{segment(ref.remote_id)}/cancel", key=key)

    def find(self, order: PaymentOrder, *, is_anothers: IsAnothers) -> PaymentStatus | None:
        """Among the open ones there (`GET /payments?posId=`, 6.1): a lost `create` has no other trace."""
        try:
            # Not by order id: MobilePay maps that to its newest payment only, perhaps one at another till.
            for remote_id in _open_on(self._wire, order.pos_id):
                if is_anothers(remote_id):
                    continue
                status = _payment(self._wire, remote_id)
                if status.order_id is None:
                    raise Unreadable("a payment without its order, which may be the one that is looked for")
                if status.order_id == order.order_id:
                    return status
        except Rejected as error:
            # A look-up that is refused says nothing about the payment.
            raise error.as_unknown() from error
        return None


class PreparedPayments(_Ability):
    def prepare(self, order: PaymentOrder, *, key: UUID) -> str:
        """`POST /payments/prepare` (6.1): a payment that waits for its amount, and pairs with who checks in."""
        return answers.identifier("paymentId", self._wire.create("/payments/prepare", _place(order), key))

    def ready(self, ref: PaymentRef, *, amount: Money, key: UUID) -> None:
        """`POST …/ready` (7.2): once; 1303 when it is not prepared any more."""
        self._wire.tell("POST", f"/payments/{segment(ref.remote_id)}/ready", json=_terms(amount), key=key)


class Refunds(_Ability):
    def reserve(self, order: RefundOrder, *, key: UUID) -> str:
        """`POST /refunds` (6.4): left alone it is paid out by itself after a day (8)."""
        body = {
            "paymentId": order.payment.remote_id,
            "refundOrderId": order.refund_order_id,
            "amount": order.amount.major,
            "currencyCode": order.amount.currency,
        }
        return answers.identifier("refundId", self._wire.create("/refunds", body, key))

    def status(self, ref: RefundRef) -> RefundStatus:
        """`GET /refunds/{id}` (6.4, states in 8)."""
        return self._look_up(ref.remote_id)

    def pay_out(self, ref: RefundRef, *, key: UUID) -> None:
        """`POST /refunds/{id}/capture` (6.4): 1351 while it is not reserved yet."""
        self._wire.tell("POST", f"/refunds/{segment(ref.remote_id)}/capture", key=key)

    def cancel(self, ref: RefundRef, *, key: UUID) -> None:
        """`POST /refunds/{id}/cancel` (6.4): 1352 when it has ended."""
        self._wire.tell("POST", f"/refunds/{segment(ref.remote_id)}/cancel", key=key)

    def find(self, order: RefundOrder, *, is_anothers: IsAnothers) -> RefundStatus | None:
        """By its refund order among all of the payment (`GET /refunds?paymentId=`, 6.4)."""
        try:
            for remote_id in self.listed(order.payment):
                if is_anothers(remote_id):
                    continue
                status = self._look_up(remote_id)
                if status.refund_order_id is None:
                    raise Unreadable("a refund without its order, which may be the one that is looked for")
                if status.refund_order_id == order.refund_order_id:
                    return status
        except Rejected as error:
            # A look-up that is refused says nothing about the refund.
            raise error.as_unknown() from error
        return None

    def listed(self, payment: PaymentRef) -> list[str]:
        return answers.identifiers("refundIds", self._wire.list("/refunds", paymentId=payment.remote_id))

    def _look_up(self, remote_id: str) -> RefundStatus:
        return answers.refund(self._wire.get(f"/refunds/{segment(remote_id)}"), remote_id)


class PosRegistry(_Ability):
    def register(self, order: PointOfSaleOrder, *, key: UUID) -> str:
        """`POST /pointofsales` (6.2): 1200 when one with our id is there already."""
        body = {
            "merchantPosId": order.merchant_pos_id,
            "storeId": order.store_id,
            "name": order.name,
            "beaconId": order.beacon_id,
            "supportedBeaconTypes": list(BEACON_TYPES),
            "requirePaymentBeforeCheckin": False,
        }
        return answers.identifier("posId", self._wire.create("/pointofsales", body, key))

    def qr_content(self, ref: PointOfSaleRef) -> str:
        """All lower case (section QR codes); nobody need be asked."""
        return f"mobilepaypos://pos?id={ref.beacon_id.lower()}&source=qr"

    def delete(self, ref: PointOfSaleRef) -> None:
        """`DELETE /pointofsales/{id}` (6.2): has no idempotency key; a second one is not found."""
        self._wire.tell("DELETE", f"/pointofsales/{segment(ref.pos_id)}")

    def record(self, ref: PointOfSaleRef) -> PointOfSaleInfo:
        """`GET /pointofsales/{id}` (6.2)."""
        return answers.point_of_sale(self._wire.get(f"/pointofsales/{segment(ref.pos_id)}"), ref.pos_id)

    def find(self, order: PointOfSaleOrder) -> str | None:
        """`GET /pointofsales?merchantPosId=` (6.2): the list holds at most one."""
        found = self._wire.list("/pointofsales", merchantPosId=order.merchant_pos_id)
        return next(iter(answers.identifiers("posIds", found)), None)


class CheckIns(_Ability):
    def current(self, pos_id: str) -> CheckIn:
        """`GET /pointofsales/{id}/checkin` (6.2, 9): who stands there now, for as long as `poll_delay_ms` (13)."""
        return answers.check_in(self._wire.get(f"/pointofsales/{segment(pos_id)}/checkin"))


class PosSearch(_Ability):
    def open_on(self, pos_id: str) -> list[str]:
        """`GET /payments?posId=` (6.1): what is active or reserved."""
        return _open_on(self._wire, pos_id)


class Stores(_Ability):
    def all(self) -> list[StoreInfo]:
        """`GET /stores/detailed` (6.3)."""
        return answers.stores(self._wire.list("/stores/detailed"))

    def one(self, store_id: str) -> StoreInfo:
        """`GET /stores/{id}` (6.3)."""
        return answers.store(self._wire.get(f"/stores/{segment(store_id)}"))


def _payment(wire: Wire, remote_id: str) -> PaymentStatus:
    return answers.payment(wire.get(f"/payments/{segment(remote_id)}"), remote_id)


def _open_on(wire: Wire, pos_id: str) -> list[str]:
    return answers.identifiers("paymentIds", wire.list("/payments", posId=pos_id))


def _place(order: PaymentOrder) -> dict[str, Any]:
    return {"posId": order.pos_id, "orderId": order.order_id}


def _terms(amount: Money) -> dict[str, Any]:
    return {
        "amount": amount.major,
        "currencyCode": amount.currency,
        "plannedCaptureDelay": CAPTURE_DELAY,
    }
