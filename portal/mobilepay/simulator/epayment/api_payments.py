"""The ePayment operations. Each answers a response, or raises the problem that it meets."""

from typing import Any

from portal.mobilepay.simulator.core.messages import Response
from portal.mobilepay.simulator.epayment.admission import AdmittedCall
from portal.mobilepay.simulator.epayment.check_ins import IMAGE_ROOT, USUAL_SIZE
from portal.mobilepay.simulator.epayment.codes import Code, Problem, problem
from portal.mobilepay.simulator.epayment.formats import amount, logged, moment
from portal.mobilepay.simulator.epayment.payments import Payment
from portal.mobilepay.simulator.epayment.people import by_own_code
from portal.mobilepay.simulator.epayment.world import EPaymentWorld

LANDING_ROOT = "https://pay.mobilepay.dk/?token="


def create(world: EPaymentWorld, call: AdmittedCall) -> Response:
    payment = world.rules.create(call.unit, call.body, call.key or "")
    return Response.json({"reference": payment.reference, **_redirect(payment)}, status=201)


def get(world: EPaymentWorld, call: AdmittedCall, reference: str) -> Response:
    return Response.json(describe(world.payment(call.unit.msn, reference)))


def events(world: EPaymentWorld, call: AdmittedCall, reference: str) -> Response:
    payment = world.payment(call.unit.msn, reference)
    return Response.json([logged(payment, event) for event in payment.events])


def capture(world: EPaymentWorld, call: AdmittedCall, reference: str) -> Response:
    payment = world.payment(call.unit.msn, reference)
    world.rules.capture(payment, *_modification(call), key=call.key)
    return _adjusted(payment)


def refund(world: EPaymentWorld, call: AdmittedCall, reference: str) -> Response:
    payment = world.payment(call.unit.msn, reference)
    world.rules.refund(payment, *_modification(call), key=call.key)
    return _adjusted(payment)


def cancel(world: EPaymentWorld, call: AdmittedCall, reference: str) -> Response:
    payment = world.payment(call.unit.msn, reference)
    world.rules.cancel(payment, only_unapproved=call.body.get("cancelTransactionOnly", False))
    return _adjusted(payment)


def force_approve(world: EPaymentWorld, call: AdmittedCall, reference: str) -> Response:
    """Approve it in the customer's place; production has no such call, and another customer cannot."""
    if world.knobs.is_production:
        raise Problem(404, "There is no such call in production")
    payment = world.payment(call.unit.msn, reference)
    if _named(call.body.get("customer", {})) not in (None, payment.phone_number):
        raise problem(Code.NO_SUCH_CUSTOMER)
    world.rules.approve(payment)
    return Response(200)


def describe(payment: Payment) -> dict[str, Any]:
    """The payment as a look at it answers; what is not known yet is left out."""
    shown = {
        "aggregate": _sums(payment),
        "amount": amount(payment, payment.amount),
        "state": payment.state,
        "paymentMethod": {"type": payment.order["paymentMethod"]["type"]},
        "profile": {},
        "pspReference": payment.psp_reference,
        "reference": payment.reference,
        **_redirect(payment),
    }
    if payment.order.get("metadata"):
        shown["metadata"] = payment.order["metadata"]
    if payment.guaranteed_until:
        shown["captureGuaranteedUntil"] = moment(payment.guaranteed_until)
    return shown


def _sums(payment: Payment) -> dict[str, Any]:
    return {
        "authorizedAmount": amount(payment, payment.authorized),
        "cancelledAmount": amount(payment, payment.cancelled),
        "capturedAmount": amount(payment, payment.captured),
        "refundedAmount": amount(payment, payment.refunded),
    }


def _adjusted(payment: Payment) -> Response:
    """What every change answers; the description calls it a problem, which it is not."""
    return Response.json(
        {
            "amount": amount(payment, payment.amount),
            "state": payment.state,
            "aggregate": _sums(payment),
            "pspReference": payment.events[-1].psp_reference,
            "reference": payment.reference,
        }
    )


def _modification(call: AdmittedCall) -> tuple[int, str]:
    asked = call.body["modificationAmount"]
    return asked["value"], asked["currency"]


def _redirect(payment: Payment) -> dict[str, str]:
    """Where the customer goes, or the code to show; a push needs neither."""
    flow = payment.order["userFlow"]
    if flow == "PUSH_MESSAGE":
        return {}
    wanted = payment.order.get("qrFormat") or {"format": "IMAGE/SVG+XML"}
    if flow != "QR" or wanted["format"] == "TEXT/TARGETURL":
        return {"redirectUrl": LANDING_ROOT + payment.psp_reference}
    if wanted["format"] == "IMAGE/SVG+XML":
        return {"redirectUrl": f"{IMAGE_ROOT}.svg?payment={payment.psp_reference}"}
    size = wanted.get("size") or USUAL_SIZE
    return {"redirectUrl": f"{IMAGE_ROOT}.png?payment={payment.psp_reference}&size={size}"}


def _named(customer: dict[str, str]) -> str | None:
    """Whose phone number the body names; somebody who pays a code on a screen was not known before."""
    return by_own_code(customer["personalQr"]) if "personalQr" in customer else customer.get("phoneNumber")
