"""Lets the simulated networks know what was before they began: points of sale, and captured payments to refund."""

from typing import Any

from django.conf import settings

from payments.models import Payment
from payments.states import State
from portal.management import wire
from terminals.models import PointOfSale
from terminals.states import Provider

_BATCH = 1000


def remember(simulator_url: str) -> None:
    """Tell each network of its own; what it knows already stays as it is."""
    registered = PointOfSale.objects.registered().whole()
    captured = Payment.objects.filter(state=State.CAPTURED).whole().order_by("created_at")
    posv10, epayment = {"account__provider": Provider.POSV10}, {"account__provider": Provider.EPAYMENT}
    told = {
        "/_simulator/points-of-sale": [_point_of_sale(pos) for pos in registered.filter(**posv10)],
        "/_simulator/epayment/codes": [_code(pos) for pos in registered.filter(**epayment)],
        "/_simulator/payments": [_at_posv10(payment) for payment in captured.filter(**posv10)],
        "/_simulator/epayment/payments": [_at_epayment(payment) for payment in captured.filter(**epayment)],
    }
    for route, known in told.items():
        for start in range(0, len(known), _BATCH):
            wire.call(simulator_url, route, body=known[start : start + _BATCH])


def _point_of_sale(pos: PointOfSale) -> dict[str, Any]:
    return {
        "posId": str(pos.pos_id),
        "clientId": settings.POSV10_CLIENT_ID,
        "vatNumber": pos.merchant.vat_number,
        "merchantPosId": pos.terminal.terminal_id,
        "storeId": pos.terminal.store.store_id,
        "name": pos.name,
        "beaconId": pos.beacon_id,
        "supportedBeaconTypes": ["QR"],
    }


def _code(pos: PointOfSale) -> dict[str, Any]:
    return {
        "msn": pos.account.merchant_number,
        "merchantQrId": pos.beacon_id,
        "locationDescription": pos.name,
        "isSticker": pos.is_printed,
    }


def _at_posv10(payment: Payment) -> dict[str, Any]:
    return {
        "paymentId": payment.remote_id,
        "posId": str(payment.point_of_sale.pos_id),
        "orderId": payment.order_id,
        "amount": payment.captured.major,
        "currencyCode": payment.currency,
        "capturedAt": payment.changed_at.isoformat(),
    }


def _at_epayment(payment: Payment) -> dict[str, Any]:
    return {
        "msn": payment.account.merchant_number,
        "reference": payment.remote_id,
        "amount": payment.amount_minor,
        "captured": payment.captured_minor,
        "currency": payment.currency,
        "capturedAt": payment.changed_at.isoformat(),
    }
