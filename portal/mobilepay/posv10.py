"""Provider: MobilePay Point of Sale V10, one method per endpoint (docs/protocol/posv10.md)."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID

from portal.mobilepay import own_answers
from portal.mobilepay import posv10_answers as answers
from portal.mobilepay.errors import Rejected, Unauthorized
from portal.mobilepay.tokens import TokenSource
from portal.mobilepay.transport import HttpClient
from portal.mobilepay.types import (
    CheckIn,
    PaymentStatus,
    PointOfSaleInfo,
    PointOfSaleOrder,
    RefundStatus,
    StoreInfo,
)
from portal.money import Money

BEACON_TYPES = ("QR",)
# Only steers when MobilePay's support reaches out; we capture as soon as the till says so.
CAPTURE_DELAY = "None"


class PosV10:
    """The gateway of one merchant; cheap to make, all that is shared comes in from outside."""

    def __init__(
        self,
        *,
        http: HttpClient,
        tokens: TokenSource,
        url: str,
        client_id: str,
        client_version: str,
        vat_number: str,
        correlation_id: Callable[[], str],
    ) -> None:
        self._http = http
        self._tokens = tokens
        self._root = f"{url}/pos/v10"
        self._correlation_id = correlation_id
        self._vat_number = vat_number
        self._headers = {
            "Accept": "application/json",
            "x-ibm-client-id": client_id,
            "x-mobilepay-client-system-version": client_version,
            "x-mobilepay-merchant-vat-number": vat_number,
        }

    # Points of sale

    def register_pos(self, order: PointOfSaleOrder, *, key: UUID) -> str:
        body = {
            "merchantPosId": order.merchant_pos_id,
            "storeId": order.store_id,
            "name": order.name,
            "beaconId": order.beacon_id,
            "supportedBeaconTypes": list(BEACON_TYPES),
            "requirePaymentBeforeCheckin": False,
        }
        return answers.identifier("posId", self._create("/pointofsales", body, key))

    def delete_pos(self, pos_id: str) -> None:
        self._tell("DELETE", f"/pointofsales/{_segment(pos_id)}")

    def pos(self, pos_id: str) -> PointOfSaleInfo:
        return answers.point_of_sale(self._get(f"/pointofsales/{_segment(pos_id)}"), pos_id)

    def find_pos(self, merchant_pos_id: str) -> str | None:
        found = self._list("/pointofsales", merchantPosId=merchant_pos_id)
        return next(iter(answers.identifiers("posIds", found)), None)

    def check_in(self, pos_id: str) -> CheckIn:
        return answers.check_in(self._get(f"/pointofsales/{_segment(pos_id)}/checkin"))

    # Stores

    def stores(self) -> list[StoreInfo]:
        return answers.stores(self._list("/stores/detailed"))

    def store_ids(self) -> list[str]:
        return answers.identifiers("storeIds", self._list("/stores"))

    def store(self, store_id: str) -> StoreInfo:
        return answers.store(self._get(f"/stores/{_segment(store_id)}"))

    # Payments

    def initiate(self, *, pos_id: str, order_id: str, amount: Money, key: UUID) -> str:
        body = {"posId": pos_id, "orderId": order_id, **_terms(amount)}
        return answers.identifier("paymentId", self._create("/payments", body, key))

    def prepare(self, *, pos_id: str, order_id: str, key: UUID) -> str:
        body = {"posId": pos_id, "orderId": order_id}
        return answers.identifier("paymentId", self._create("/payments/prepare", body, key))

    def ready(self, remote_id: str, *, amount: Money, key: UUID) -> None:
        self._tell("POST", f"/payments/{_segment(remote_id)}/ready", json=_terms(amount), key=key)

    def look_up(self, remote_id: str) -> PaymentStatus:
        return answers.payment(self._get(f"/payments/{_segment(remote_id)}"), remote_id)

    def find(self, *, pos_id: str, order_id: str | None = None) -> list[str]:
        params = {"posId": pos_id} | ({"orderId": order_id} if order_id else {})
        return answers.identifiers("paymentIds", self._list("/payments", **params))

    def capture(self, remote_id: str, *, amount: Money, key: UUID) -> None:
        body = {"amount": amount.major}
        self._tell("POST", f"/payments/{_segment(remote_id)}/capture", json=body, key=key)

    def cancel(self, remote_id: str, *, key: UUID) -> None:
        self._tell("POST", f"/payments/{_segment(remote_id)}/cancel", key=key)

    # Refunds

    def create_refund(self, remote_id: str, *, refund_order_id: str, amount: Money, key: UUID) -> str:
        body = {
            "paymentId": remote_id,
            "refundOrderId": refund_order_id,
            "amount": amount.major,
            "currencyCode": amount.currency,
        }
        return answers.identifier("refundId", self._create("/refunds", body, key))

    def look_up_refund(self, refund_id: str) -> RefundStatus:
        return answers.refund(self._get(f"/refunds/{_segment(refund_id)}"), refund_id)

    def find_refunds(self, remote_id: str) -> list[str]:
        return answers.identifiers("refundIds", self._list("/refunds", paymentId=remote_id))

    def capture_refund(self, refund_id: str, *, key: UUID) -> None:
        self._tell("POST", f"/refunds/{_segment(refund_id)}/capture", key=key)

    def cancel_refund(self, refund_id: str, *, key: UUID) -> None:
        self._tell("POST", f"/refunds/{_segment(refund_id)}/cancel", key=key)

    def _get(self, path: str) -> Any:
        """One thing, by the id in the path."""
        return self._send("GET", path, names_a_thing=True)

    def _list(self, path: str, **params: str) -> Any:
        return self._send("GET", path, params=params)

    def _create(self, path: str, body: Mapping[str, Any], key: UUID) -> Any:
        return self._send("POST", path, json=body, key=key)

    def _tell(self, method: str, path: str, *, json: Any = None, key: UUID | None = None) -> None:
        """Something about the thing in the path; a success has no body."""
        self._send(method, path, json=json, key=key, has_body=False, names_a_thing=True)

    def _send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        key: UUID | None = None,
        has_body: bool = True,
        names_a_thing: bool = False,
    ) -> Any:
        headers = {**self._headers, "CorrelationId": self._correlation_id()}
        if key is not None:
            headers["x-mobilepay-idempotency-key"] = str(key)

        def send(token: str) -> Any:
            return self._http.send(
                method,
                self._root + path,
                read=partial(own_answers.read, has_body=has_body, names_a_thing=names_a_thing),
                headers={**headers, "Authorization": f"Bearer {token}"},
                params=params,
                json=json,
                merchant=self._vat_number,
            )

        token, is_last, is_certain = self._tokens.get(), False, True
        while True:
            try:
                return send(token)
            except Rejected as refusal:
                refusal.is_certain = is_certain = is_certain and refusal.is_certain
                if not isinstance(refusal, Unauthorized):
                    raise
                if is_last and refusal.is_own:
                    raise
                if is_last:
                    raise refusal.as_silence() from refusal
            # Another process may have left a token that is refused as well: only a new one is the last.
            token, is_last = self._renewed(token, is_certain=is_certain)

    def _renewed(self, token: str, *, is_certain: bool) -> tuple[str, bool]:
        try:
            return self._tokens.renew(token)
        except Rejected as refusal:
            refusal.is_certain = is_certain
            raise


def _terms(amount: Money) -> dict[str, Any]:
    return {
        "amount": amount.major,
        "currencyCode": amount.currency,
        "plannedCaptureDelay": CAPTURE_DELAY,
    }


def _segment(identifier: str) -> str:
    return quote(identifier, safe="")
