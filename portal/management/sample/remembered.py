"""Lets the simulated networks know the payments that were captured before they began, so that they can be refunded."""

from typing import Any

from payments.models import Payment
from payments.states import State
from portal.management import wire
from terminals.states import Provider

_BATCH = 1000
_ROUTES = {Provider.POSV10: "/_simulator/payments", Provider.EPAYMENT: "/_simulator/epayment/payments"}


def remember(simulator_url: str) -> None:
    """Tell each network of its own."""
    captured = Payment.objects.filter(state=State.CAPTURED).whole().order_by("created_at")
    describe = {Provider.POSV10: _at_posv10, Provider.EPAYMENT: _at_epayment}
    for provider, route in _ROUTES.items():
        known = [describe[provider](payment) for payment in captured.filter(account__provider=provider)]
        for start in range(0, len(known), _BATCH):
            wire.call(simulator_url, route, body=known[start : start + _BATCH])


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
