"""A refund in the states that examples need; none of them is ever stored."""

from typing import Any

from payments.api.samples import CAPTURED
from portal.operations.models import Operation
from portal.tillapi.examples import REFUND_ID, REFUND_ORDER_ID
from refunds.models import Refund
from refunds.states import State


def _refund(state: State, **details: Any) -> Refund:
    return Refund(
        pk=REFUND_ID,
        payment=CAPTURED,
        refund_order_id=REFUND_ORDER_ID,
        amount_minor=2706,
        currency="DKK",
        state=state,
        **details,
    )


REQUESTED = _refund(State.REQUESTED)
DECLINED = _refund(State.DECLINED)
INITIATED = _refund(State.INITIATED)
RESERVED = _refund(State.RESERVED)
CAPTURING = _refund(State.RESERVED, operation=Operation.CAPTURE)
CANCELLING = _refund(State.RESERVED, operation=Operation.CANCEL)
CAPTURED_REFUND = _refund(State.CAPTURED)
CANCELLED = _refund(State.CANCELLED_BY_CLIENT)
CREATED = {"refundId": REFUND_ID}
DETAILS = {"refundDetails": RESERVED}
LISTED = {"refundsIds": [REFUND_ID]}
