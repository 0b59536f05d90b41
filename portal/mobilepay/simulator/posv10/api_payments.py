"""The payment operations (protocol section 6.1)."""

from functools import partial
from typing import Any

from portal.mobilepay.simulator.core.wire import timestamp
from portal.mobilepay.simulator.posv10.admission import AdmittedCall
from portal.mobilepay.simulator.posv10.bodies import Order, Restrictions, Terms, read_capture, read_terms
from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.customer_view import customer_fields
from portal.mobilepay.simulator.posv10.ownership import Caller, must_own
from portal.mobilepay.simulator.posv10.payments import Payment, Status
from portal.mobilepay.simulator.posv10.world import World


def initiate(world: World, call: AdmittedCall) -> dict[str, Any]:
    return _start(world, call, Order.read(call.body(), with_terms=True))


def prepare(world: World, call: AdmittedCall) -> dict[str, Any]:
    return _start(world, call, Order.read(call.body(), with_terms=False))


def ready(world: World, call: AdmittedCall, payment_id: str) -> None:
    terms = read_terms(call.body())
    payment = _owned(world, call.caller, payment_id, Code.READY_FOR_OTHER_MERCHANT)
    world.payments.ready(payment, terms)


def query(world: World, call: AdmittedCall, payment_id: str) -> dict[str, Any]:
    payment = _owned(world, call.caller, payment_id, Code.PAYMENT_OF_OTHER_MERCHANT)
    return describe(world, payment)


def find(world: World, call: AdmittedCall) -> dict[str, Any]:
    filters = call.query()
    payments = world.payments.find(
        call.caller,
        pos_id=filters.optional_guid("posId"),
        order_id=filters.optional_text("orderId"),
        captured=filters.optional_choice("state", ["Captured"]) is not None,
    )
    return {"paymentIds": [payment.payment_id for payment in payments]}


def capture(world: World, call: AdmittedCall, payment_id: str) -> None:
    amount = read_capture(call.body())
    payment = _owned(world, call.caller, payment_id, Code.CAPTURE_FOR_OTHER_MERCHANT)
    world.payments.capture(payment, amount)


def cancel(world: World, call: AdmittedCall, payment_id: str) -> None:
    world.payments.cancel(_owned(world, call.caller, payment_id, Code.CANCEL_FOR_OTHER_MERCHANT))


def describe(world: World, payment: Payment) -> dict[str, Any]:
    """The payment as QueryPayment answers it: what is not known yet is left out."""
    fields: dict[str, Any] = {
        "paymentId": payment.payment_id,
        "posId": payment.pos.pos_id,
        "orderId": payment.order_id,
        "status": payment.status,
        "pollDelayInMs": world.knobs.payment_poll_delay_in_ms,
    }
    if payment.terms:
        fields |= _terms(payment.terms)
    if payment.customer:
        fields |= customer_fields(world, payment.customer)
    if payment.expires_at:
        fields["paymentExpiresAt"] = timestamp(payment.expires_at)
    if payment.status == Status.RESERVED and payment.customer:
        fields["partialCapturePossible"] = payment.customer.person.partial_capture
    return fields


def _start(world: World, call: AdmittedCall, order: Order) -> dict[str, Any]:
    start = partial(_create, world, call.caller, order)
    return {"paymentId": world.replays.once(call.caller, call.key, request=order, create=start)}


def _create(world: World, caller: Caller, order: Order) -> str:
    pos = world.points_of_sale.get(order.pos_id)
    if pos is None:
        raise Refusal(Code.POS_NOT_FOUND)
    must_own(
        caller,
        pos.owner,
        other_integrator=Code.POS_OF_OTHER_INTEGRATOR,
        other_merchant=Code.POS_OF_OTHER_INTEGRATOR,
    )
    return world.payments.start(caller, pos, order.order_id, order.terms).payment_id


def _owned(world: World, caller: Caller, payment_id: str, other_merchant: Code) -> Payment:
    payment = world.payments.get(payment_id)
    if payment is None:
        raise Refusal(Code.NOT_FOUND)
    must_own(
        caller,
        payment.owner,
        other_integrator=Code.PAYMENT_OF_OTHER_INTEGRATOR,
        other_merchant=other_merchant,
    )
    return payment


def _terms(terms: Terms) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "amount": terms.amount,
        "currencyCode": terms.currency_code,
        "plannedCaptureDelay": terms.planned_capture_delay,
    }
    if terms.restrictions:
        fields["restrictions"] = _restrictions(terms.restrictions)
    if terms.merchant_payment_label is not None:
        fields["merchantPaymentLabel"] = terms.merchant_payment_label
    return fields


def _restrictions(restrictions: Restrictions) -> dict[str, bool]:
    fields = {
        "debitCardDisallowed": restrictions.debit_card_disallowed,
        "creditCardDisallowed": restrictions.credit_card_disallowed,
    }
    return {name: value for name, value in fields.items() if value is not None}
