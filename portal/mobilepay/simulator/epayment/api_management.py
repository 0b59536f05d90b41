"""The Management API, which only production has: what a sales unit may do."""

from typing import Any

from portal.mobilepay.simulator.core.messages import Response
from portal.mobilepay.simulator.epayment.admission import AdmittedCall
from portal.mobilepay.simulator.epayment.codes import Problem
from portal.mobilepay.simulator.epayment.units import SalesUnit
from portal.mobilepay.simulator.epayment.world import EPaymentWorld

SCHEMES = {"DK": "business:DK:CVR", "FI": "business:FI:Y-tunnus", "NO": "business:NO:ORG"}


def list_sales_units(world: EPaymentWorld, call: AdmittedCall) -> Response:
    """What the caller's keys open."""
    return Response.json([{"msn": unit.msn, "name": unit.name} for unit in _opened(world, call)])


def get_sales_unit(world: EPaymentWorld, call: AdmittedCall, msn: str) -> Response:
    """One of these; 404 for any other."""
    unit = next((unit for unit in _opened(world, call) if unit.msn == msn), None)
    if unit is None:
        raise Problem(404, "There is no such sales unit, or it is not active")
    return Response.json(_describe(unit))


def _opened(world: EPaymentWorld, call: AdmittedCall) -> list[SalesUnit]:
    if not world.knobs.is_production:
        raise Problem(404, "The test environment has no such call")
    return world.units.of(call.unit.keys.client_id, call.unit.keys.subscription_key)


def _describe(unit: SalesUnit) -> dict[str, Any]:
    country, number = unit.vat_number[:2], unit.vat_number[2:]
    return {
        "msn": unit.msn,
        "name": unit.name,
        "businessIdentifier": {"scheme": SCHEMES[country], "id": number},
        "configuration": {
            "paymentAllowed": True,
            "captureType": "ReserveCapture",
            "skipLandingPageAllowed": unit.push_allowed,
            "recurringAllowed": False,
            "partialCaptureAllowed": unit.partial_capture,
            "lateCaptureAllowed": False,
            "longLivingPaymentAllowed": False,
        },
    }
