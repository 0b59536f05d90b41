"""From a call that is described to the operation that answers it."""

from collections.abc import Callable, Mapping
from functools import partial

from portal.mobilepay.simulator.core.messages import Request, Response
from portal.mobilepay.simulator.core.router import Router
from portal.mobilepay.simulator.epayment import api_management, api_payments, api_qr, api_webhooks
from portal.mobilepay.simulator.epayment.admission import admit, identify, parse
from portal.mobilepay.simulator.epayment.codes import GatewayRefusal, Problem
from portal.mobilepay.simulator.epayment.descriptions import CALLS, Description
from portal.mobilepay.simulator.epayment.network import refused
from portal.mobilepay.simulator.epayment.units import SalesUnit
from portal.mobilepay.simulator.epayment.world import EPaymentWorld

Operation = Callable[..., Response]

OPERATIONS: Mapping[str, Operation] = {
    "create": api_payments.create,
    "get": api_payments.get,
    "events": api_payments.events,
    "capture": api_payments.capture,
    "refund": api_payments.refund,
    "cancel": api_payments.cancel,
    "force_approve": api_payments.force_approve,
    "list_codes": api_qr.list_codes,
    "put_sticker": api_qr.put_sticker,
    "get_code": api_qr.get_code,
    "put_code": api_qr.put_code,
    "delete_code": api_qr.delete_code,
    "list_webhooks": api_webhooks.list_webhooks,
    "register_webhook": api_webhooks.register,
    "delete_webhook": api_webhooks.delete,
    "list_sales_units": api_management.list_sales_units,
    "get_sales_unit": api_management.get_sales_unit,
}
# How often these may be called is counted per reference: writes by what they do, reads together.
WRITES = {"create", "capture", "refund", "cancel"}
READS = {"get", "events"}


class EPaymentApi:
    def __init__(self, world: EPaymentWorld) -> None:
        self._world = world

    def add_to(self, router: Router) -> None:
        for description in CALLS:
            if operation := OPERATIONS.get(description.name):
                handler = partial(self._perform, description, operation)
                router.add(description.method, description.path, handler)

    def _perform(self, description: Description, operation: Operation, request: Request, **segments: str) -> Response:
        try:
            with self._world.present():
                unit = identify(self._world, description, request)
                self._count(unit, description.name, segments.get("reference") or _reference(request))
                return self._once(unit, description, request, partial(operation, **segments))
        except Problem as problem:
            return refused(request, problem)

    def _count(self, unit: SalesUnit, name: str, reference: str) -> None:
        if name not in WRITES | READS:
            return
        wait = self._world.limits.seconds_to_wait(unit.msn, reference, name if name in WRITES else None)
        if wait:
            raise GatewayRefusal(429, f"Too many calls, come back in {wait} seconds", retry_after=wait)

    def _once(self, unit: SalesUnit, description: Description, request: Request, operation: Operation) -> Response:
        def do() -> Response:
            return operation(self._world, admit(unit, description, request))

        key = request.header("idempotency-key")
        if key is None or "idempotency-key" not in description.headers:
            return do()
        asked = request.path, request.body
        return self._world.replays.once((unit.msn, description.name, key), asked, do)


def _reference(request: Request) -> str:
    """The reference that a create names in its body; without any, such calls count as one."""
    body = parse(request.body)
    return str(body.get("reference", "")) if isinstance(body, dict) else ""
