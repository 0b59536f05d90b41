"""The driver of ePayment: one class per ability, one call per method (docs/protocol/epayment.md, Calls)."""

import re
from typing import Any, cast
from uuid import UUID

from portal.mobilepay.epayment import answers
from portal.mobilepay.epayment.wire import Wire, segment
from portal.mobilepay.errors import Reason, Rejected, Unreachable
from portal.mobilepay.ports import IsAnothers
from portal.mobilepay.types import PaymentOrder, PaymentRef, PaymentStatus, RefundOrder
from portal.money import Money

# Of a reference: the order for people to find it by, and enough of the payment's id to be the only one.
LONGEST_ORDER, LENGTH_OF_ID = 40, 16
SHORTEST_DESCRIPTION, LONGEST_DESCRIPTION = 3, 100


class Payments:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def create(self, order: PaymentOrder, *, key: UUID) -> str:
        """`POST /payments`: the request goes to the phone of who has checked in; gives the reference, which is ours."""
        body = {
            "amount": _amount(cast("Money", order.amount)),
            "paymentMethod": {"type": "WALLET"},
            "customer": {"customerToken": order.customer_token},
            "customerInteraction": "CUSTOMER_PRESENT",
            "userFlow": "PUSH_MESSAGE",
            "reference": reference(order),
            "paymentDescription": _description(order),
            "metadata": {"paymentId": str(order.payment_id), "posId": order.pos_id},
        }
        self._wire.post("/epayment/v1/payments", body, key=key)
        return reference(order)

    def status(self, ref: PaymentRef) -> PaymentStatus:
        """`GET /payments/{reference}`."""
        return answers.payment(self._wire.get(_path(ref.remote_id)), ref.remote_id)

    def capture(self, ref: PaymentRef, *, amount: Money, key: UUID) -> None:
        """`POST …/capture`: what is not captured stays reserved."""
        self._wire.post(_path(ref.remote_id, "/capture"), {"modificationAmount": _amount(amount)}, key=key)

    def cancel(self, ref: PaymentRef, *, key: UUID) -> None:
        """`POST …/cancel`: before it is approved, or whatever of it is not captured."""
        self._wire.post(_path(ref.remote_id, "/cancel"), None, key=key)

    def find(self, order: PaymentOrder, *, is_anothers: IsAnothers) -> PaymentStatus | None:  # noqa: ARG002 - ours
        """By the reference, which we chose ourselves."""
        try:
            return self.status(PaymentRef(reference(order)))
        except Rejected as error:
            if error.reason is not Reason.NOT_FOUND:
                # A look-up that is refused says nothing about the payment.
                raise error.as_unknown() from error
        return None


class Payouts:
    """Refunds in one step."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def pay(self, order: RefundOrder, *, key: UUID) -> None:
        """`POST …/refund`."""
        body = {"modificationAmount": _amount(order.amount)}
        self._wire.post(_path(order.payment.remote_id, "/refund"), body, key=key)

    def is_paid(self, order: RefundOrder, *, key: UUID) -> bool:
        """By the sums, if nothing has gone back at all, else by the key among the events.

        Events are not promised to name the key: what they do not tell stays unknown, and is told again with the same.
        """
        remote_id = order.payment.remote_id
        try:
            if answers.refunded(self._wire.get(_path(remote_id))).minor == 0:
                return False
            if str(key) in answers.refund_keys(self._wire.get(_path(remote_id, "/events"))):
                return True
        except Rejected as error:
            raise error.as_unknown() from error
        raise Unreachable("money went back of the payment, and nothing says for which refund")


def reference(order: PaymentOrder) -> str:
    """What the payment is called there, in settlement files and by staff: the order first, in letters that it takes."""
    readable = re.sub("[^a-zA-Z0-9]+", "-", order.order_id)[:LONGEST_ORDER].strip("-")
    return f"{readable or 'order'}-{order.payment_id.hex[:LENGTH_OF_ID]}"


def _description(order: PaymentOrder) -> str:
    return (order.description or order.order_id)[:LONGEST_DESCRIPTION].ljust(SHORTEST_DESCRIPTION, ".")


def _amount(amount: Money) -> dict[str, Any]:
    return {"currency": amount.currency, "value": amount.minor}


def _path(remote_id: str, act: str = "") -> str:
    return f"/epayment/v1/payments/{segment(remote_id)}{act}"
