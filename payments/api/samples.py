"""A payment in the states that examples need; none of them is ever stored."""

from datetime import UTC, datetime
from typing import Any

from payments.models import Payment
from payments.states import State
from portal.operations.models import Operation
from portal.tillapi.examples import CUSTOMER, ORDER_ID, PAYMENT_ID, RECEIPT
from terminals.api.samples import POS


def _payment(state: State, **details: Any) -> Payment:
    return Payment(
        pk=PAYMENT_ID,
        point_of_sale=POS,
        order_id=ORDER_ID,
        amount_minor=2706,
        currency="DKK",
        state=state,
        expires_at=datetime(2026, 11, 30, 18, 7, 45, tzinfo=UTC),
        partial_capture_possible=False,
        customer_token=CUSTOMER,
        customer_receipt_token=RECEIPT,
        loyalty_ids_json='["123456"]',
        **details,
    )


INITIATED = _payment(State.INITIATED)
RESERVED = _payment(State.RESERVED)
CAPTURING = _payment(State.RESERVED, operation=Operation.CAPTURE)
CAPTURED = _payment(State.CAPTURED, captured_minor=2706)
CANCELLED = _payment(State.CANCELLED_BY_CLIENT)
DECLINED = _payment(State.CANCELLED_BY_USER)
STARTED = {"paymentId": PAYMENT_ID}
READY = {"payment": INITIATED, "amount": INITIATED.amount}
DETAILS = {"paymentDetails": RESERVED}
LISTED = {"paymentsIds": [PAYMENT_ID]}
