"""What an account has at ePayment besides payments: registrations for deliveries, and the sales unit's own record."""

from collections.abc import Sequence

from portal.mobilepay.epayment import answers
from portal.mobilepay.epayment.wire import Wire, segment
from portal.mobilepay.errors import Reason, Rejected, Unreadable
from portal.mobilepay.types import SalesUnit, WebhookInfo, WebhookSecret

_ROOT = "/webhooks/v1/webhooks"


class Webhooks:
    """The Webhooks API (docs/protocol/epayment.md, Webhooks)."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def all(self) -> list[WebhookInfo]:
        """`GET`: every registration of the sales unit."""
        return answers.webhooks(self._wire.get(_ROOT))

    def register(self, url: str, events: Sequence[str]) -> WebhookSecret:
        """`POST {url, events}`: gives the secret, this once."""
        return answers.webhook(self._wire.post(_ROOT, {"url": url, "events": list(events)}))

    def delete(self, webhook_id: str) -> None:
        """`DELETE /{id}`: what waits to be delivered is dropped with it."""
        self._wire.delete(f"{_ROOT}/{segment(webhook_id)}")


class SalesUnits:
    """The Management API (docs/protocol/epayment.md, Sales units)."""

    def __init__(self, wire: Wire, *, msn: str) -> None:
        self._wire = wire
        self._msn = msn

    def one(self) -> SalesUnit | None:
        """`GET /management/v1/sales-units/{msn}`: only in production; not found where it does not tell."""
        try:
            return answers.sales_unit(self._wire.get(f"/management/v1/sales-units/{segment(self._msn)}"))
        except Unreadable:
            return None
        except Rejected as error:
            if error.reason not in {Reason.NOT_FOUND, Reason.NOT_ALLOWED}:
                raise
            return None
