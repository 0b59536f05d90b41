"""The driver of ePayment: one class per ability, one call per method (docs/protocol/epayment.md, Calls)."""

from datetime import timedelta
import re
from typing import Any, cast
from uuid import UUID

from portal.mobilepay.epayment import answers
from portal.mobilepay.epayment.callback_codes import CallbackCodes
from portal.mobilepay.epayment.registrations import SalesUnits, Webhooks
from portal.mobilepay.epayment.wire import Wire, segment
from portal.mobilepay.errors import Reason, Rejected, Unreachable
from portal.mobilepay.ports import IsAnothers, Network, Rules
from portal.mobilepay.types import PaymentOrder, PaymentRef, PaymentStatus, RefundOrder
from portal.money import Money

RULES = Rules(
    # How long a key lives is published nowhere: after a day the sums tell.
    key_lifetime=timedelta(hours=24),
    reservation_lifetime=timedelta(days=14),
    refund_window=timedelta(days=365),
    refund_window_from_approval=True,
    counts_calls=True,
    check_in_lifetime=timedelta(minutes=15),
)
# Of a reference: the order for people to find it by, and enough of the payment's id to be the only one.
LONGEST_ORDER, LENGTH_OF_ID = 40, 16
SHORTEST_DESCRIPTION, LONGEST_DESCRIPTION = 3, 100


def network(wire: Wire, *, msn: str, captures_parts: bool) -> Network:
    """What a sales unit can do at ePayment; the portal has the rest by itself."""
    return Network(
        rules=RULES,
        payments=Payments(wire, captures_parts=captures_parts),
        registry=CallbackCodes(wire),
        payouts=Payouts(wire),
        releases=Releases(wire),
        webhooks=Webhooks(wire),
        sales_units=SalesUnits(wire, msn=msn),
    )


class Payments:
    def __init__(self, wire: Wire, *, captures_parts: bool) -> None:
        """`captures_parts` is the sales unit's: a payment itself does not tell whether a part of it can be captured."""
        self._wire = wire
        self._captures_parts = captures_parts

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
            "metadata": {"paymentId": str(order.payment_id), "terminal": order.terminal},
        }
        answers.require_about(reference(order), self._wire.post("/epayment/v1/payments", body, key=key))
        return reference(order)

    def status(self, ref: PaymentRef) -> PaymentStatus:
        """`GET /payments/{reference}`."""
        answer = self._wire.get(_path(ref.remote_id))
        return answers.payment(answer, ref.remote_id, captures_parts=self._captures_parts)

    def capture(self, ref: PaymentRef, *, amount: Money, key: UUID) -> None:
        """`POST …/capture`: what is not captured stays reserved."""
        body = {"modificationAmount": _amount(amount)}
        _tell(self._wire, ref, "/capture", body, key=key)

    def cancel(self, ref: PaymentRef, *, key: UUID, only_if_unapproved: bool = False) -> None:
        """`POST …/cancel`: before it is approved, or whatever of it is not captured."""
        body = {"cancelTransactionOnly": True} if only_if_unapproved else None
        _tell(self._wire, ref, "/cancel", body, key=key)

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
        _tell(self._wire, order.payment, "/refund", {"modificationAmount": _amount(order.amount)}, key=key)

    def is_paid(
        self, order: RefundOrder, *, key: UUID, paid_before: Money, others_in_doubt: Money, is_key_forgotten: bool
    ) -> bool:
        """By the key among the events, which are not promised to name it; once it is forgotten, by the sums alone.

        What neither tells stays unknown, and is told again with the same key.
        """
        try:
            now = answers.refunded(self._wire.get(_path(order.payment.remote_id)))
            more = now.minor - paid_before.minor
            if more < order.amount.minor:
                return False
            if str(key) in answers.refund_keys(self._wire.get(_path(order.payment.remote_id, "/events"))):
                return True
            if is_key_forgotten and more >= order.amount.minor + others_in_doubt.minor:
                return True
        except Rejected as error:
            raise error.as_unknown() from error
        raise Unreachable("money went back of the payment, and nothing says for which refund")


class Releases:
    """The rest of a part capture stays reserved until it is let go of."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def release(self, ref: PaymentRef, *, key: UUID) -> None:
        """`POST …/cancel`: it has no amount, everything that is not captured goes at once."""
        _tell(self._wire, ref, "/cancel", None, key=key)

    def is_released(self, ref: PaymentRef) -> bool:
        """By the sums of `GET /payments/{reference}`."""
        return answers.uncaptured(self._wire.get(_path(ref.remote_id))).minor == 0


def reference(order: PaymentOrder) -> str:
    """What the payment is called there, in settlement files and by staff: the order first, in letters that it takes."""
    readable = re.sub("[^a-zA-Z0-9]+", "-", order.order_id)[:LONGEST_ORDER].strip("-")
    return f"{readable or 'order'}-{order.payment_id.hex[:LENGTH_OF_ID]}"


def _tell(wire: Wire, ref: PaymentRef, act: str, body: dict[str, Any] | None, *, key: UUID) -> None:
    """A yes counts only if it names the payment: anything on the way may answer 200."""
    answers.require_about(ref.remote_id, wire.post(_path(ref.remote_id, act), body, key=key))


def _description(order: PaymentOrder) -> str:
    named = ", ".join(filter(None, (order.store, order.order_id)))
    return named[-LONGEST_DESCRIPTION:].ljust(SHORTEST_DESCRIPTION, ".")


def _amount(amount: Money) -> dict[str, Any]:
    return {"currency": amount.currency, "value": amount.minor}


def _path(remote_id: str, act: str = "") -> str:
    return f"/epayment/v1/payments/{segment(remote_id)}{act}"
