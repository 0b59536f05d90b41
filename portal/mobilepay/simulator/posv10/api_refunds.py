"""The refund operations (protocol section 6.4)."""

from functools import partial
from typing import Any

from portal.mobilepay.simulator.posv10.admission import AdmittedCall
from portal.mobilepay.simulator.posv10.bodies import NewRefund
from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.ownership import Caller, must_own
from portal.mobilepay.simulator.posv10.refunds import Refund
from portal.mobilepay.simulator.posv10.world import World


def create(world: World, call: AdmittedCall) -> dict[str, Any]:
    new = NewRefund.read(call.body())
    start = partial(_create, world, call.caller, new)
    return {"refundId": world.replays.once(call.caller, call.key, request=new, create=start)}


def get(world: World, call: AdmittedCall, refund_id: str) -> dict[str, Any]:
    return describe(world, _owned(world, call.caller, refund_id, Code.NOT_FOUND))


def find(world: World, call: AdmittedCall) -> dict[str, Any]:
    payment_id = call.query().optional_guid("paymentId")
    if payment_id is None:
        raise Refusal(Code.REFUND_FILTER_TOO_WIDE)
    return {"refundIds": [refund.refund_id for refund in world.refunds.of(call.caller, payment_id)]}


def capture(world: World, call: AdmittedCall, refund_id: str) -> None:
    world.refunds.capture(_owned(world, call.caller, refund_id, Code.REFUND_NOT_FOUND))


def cancel(world: World, call: AdmittedCall, refund_id: str) -> None:
    world.refunds.cancel(_owned(world, call.caller, refund_id, Code.NOT_FOUND))


def describe(world: World, refund: Refund) -> dict[str, Any]:
    """The refund as GetRefund answers it."""
    return {
        "refundId": refund.refund_id,
        "paymentId": refund.payment.payment_id,
        "refundOrderId": refund.refund_order_id,
        "amount": refund.amount,
        "currencyCode": refund.currency_code,
        "status": refund.status,
        "pollDelayInMs": world.knobs.refund_poll_delay_in_ms,
    }


def _create(world: World, caller: Caller, new: NewRefund) -> str:
    payment = world.payments.get(new.payment_id)
    if payment is None:
        raise Refusal(Code.PAYMENT_NOT_FOUND)
    must_own(
        caller,
        payment.owner,
        other_integrator=Code.PAYMENT_OF_OTHER_INTEGRATOR,
        other_merchant=Code.PAYMENT_OF_OTHER_INTEGRATOR,
    )
    return world.refunds.create(caller, payment, new).refund_id


def _owned(world: World, caller: Caller, refund_id: str, unknown: Code) -> Refund:
    refund = world.refunds.get(refund_id)
    if refund is None:
        raise Refusal(unknown)
    must_own(
        caller,
        refund.owner,
        other_integrator=Code.REFUND_OF_OTHER_INTEGRATOR,
        other_merchant=Code.REFUND_OF_OTHER_INTEGRATOR,
    )
    return refund
