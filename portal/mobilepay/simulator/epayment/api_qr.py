"""The callback codes of the QR API."""

from typing import Any

from portal.mobilepay.simulator.core.messages import Response
from portal.mobilepay.simulator.epayment.admission import AdmittedCall
from portal.mobilepay.simulator.epayment.check_ins import USUAL_SIZE, CallbackCode
from portal.mobilepay.simulator.epayment.codes import Problem
from portal.mobilepay.simulator.epayment.world import EPaymentWorld


def list_codes(world: EPaymentWorld, call: AdmittedCall) -> Response:
    return Response.json([_describe(code, call) for code in world.codes if code.unit is call.unit])


def get_code(world: EPaymentWorld, call: AdmittedCall, merchant_qr_id: str) -> Response:
    """One of the unit's codes; for an unknown one the description knows a 404 without a body."""
    code = world.codes.get(call.unit.msn, merchant_qr_id)
    return Response.json(_describe(code, call)) if code else Response(404)


def put_code(world: EPaymentWorld, call: AdmittedCall, merchant_qr_id: str) -> Response:
    """Put a code up, or call its place otherwise; its picture stays."""
    world.codes.put(call.unit, merchant_qr_id, call.body["locationDescription"], is_sticker=False)
    return Response(200)


def put_sticker(world: EPaymentWorld, call: AdmittedCall, beacon_id: str) -> Response:
    """Take an old printed code over; 409 when another unit has."""
    taken = world.codes.sticker(beacon_id)
    if taken and taken.unit is not call.unit:
        return Response.json({"id": beacon_id}, status=409)
    world.codes.put(call.unit, beacon_id, call.body["locationDescription"], is_sticker=True)
    return Response(200)


def delete_code(world: EPaymentWorld, call: AdmittedCall, merchant_qr_id: str) -> Response:
    code = world.codes.get(call.unit.msn, merchant_qr_id)
    if code is None:
        raise Problem(404, "No such code is up")
    world.codes.delete(code)
    return Response(200)


def _describe(code: CallbackCode, call: AdmittedCall) -> dict[str, Any]:
    image_format = call.query.get("qrimageformat", "SVG")
    return {
        "merchantSerialNumber": code.unit.msn,
        "merchantQrId": code.merchant_qr_id,
        "locationDescription": code.location_description,
        "qrImageUrl": code.image_url(image_format, call.query.get("qrimagesize", USUAL_SIZE)),
        "qrContent": code.content,
    }
