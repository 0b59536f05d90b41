"""The Webhooks API: who is told of what."""

from portal.mobilepay.simulator.core.messages import Response
from portal.mobilepay.simulator.epayment.admission import AdmittedCall
from portal.mobilepay.simulator.epayment.codes import Problem
from portal.mobilepay.simulator.epayment.world import EPaymentWorld


def list_webhooks(world: EPaymentWorld, call: AdmittedCall) -> Response:
    """The unit's registrations, without their secrets."""
    registrations = world.registrations.of(call.unit.msn)
    shown = [{"id": each.registration_id, "url": each.url, "events": list(each.events)} for each in registrations]
    return Response.json({"webhooks": shown})


def register(world: EPaymentWorld, call: AdmittedCall) -> Response:
    """Register an address; only this answer shows the secret."""
    registration = world.registrations.add(call.unit.msn, call.body["url"], call.body["events"])
    return Response.json({"id": registration.registration_id, "secret": registration.secret}, status=201)


def delete(world: EPaymentWorld, call: AdmittedCall, webhook_id: str) -> Response:
    """Delete a registration, and what still waits for it."""
    registration = world.registrations.get(webhook_id)
    if registration is None or registration.msn != call.unit.msn:
        raise Problem(404, "The sales unit has no such registration")
    world.registrations.delete(registration)
    world.deliveries.forget(registration)
    return Response(204)
