"""Points of sale as callback codes of the QR API: who scans one checks in (docs/protocol/epayment.md, Codes).

A code is known by the id that we chose for it, or by the number on an old MobilePay sticker.
"""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from portal.mobilepay.epayment import answers, own_answers
from portal.mobilepay.epayment.wire import Wire, segment
from portal.mobilepay.errors import Reason, Refusal, Rejected, Unreadable
from portal.mobilepay.types import PointOfSaleInfo, PointOfSaleOrder, PointOfSaleRef

_ROOT = "/qr/v1/merchant-callback"
_TAKEN = Refusal(
    Reason.STICKER_TAKEN, "the sticker with this beacon id belongs to somebody else", is_about_the_thing=True
)
_MISSING = Refusal(Reason.NOT_FOUND, "the sales unit has no such code", is_about_the_thing=True)


class CallbackCodes:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def register(self, order: PointOfSaleOrder, *, key: UUID) -> str:  # noqa: ARG002 - a PUT needs none
        """`PUT …/{id}`, or `PUT …/mobilepay/{beaconId}` for an old sticker; the same again changes nothing."""
        body = {"locationDescription": order.name[: answers.LONGEST_NAME]}
        if order.is_printed:
            self._wire.put(f"{_ROOT}/mobilepay/{segment(order.beacon_id)}", body, read=_read_sticker)
        else:
            self._wire.put(_path(order.beacon_id), body)
        return order.pos_id

    def qr_content(self, ref: PointOfSaleRef) -> str:
        """`qrContent` of `GET …/{id}`."""
        return answers.text("qrContent", self._code(ref.beacon_id))

    def delete(self, ref: PointOfSaleRef) -> None:
        """`DELETE …/{id}`."""
        self._wire.delete(_path(ref.beacon_id))

    def record(self, ref: PointOfSaleRef) -> PointOfSaleInfo:
        """`GET …/{id}`: it knows the code and what it is called, and nothing of the till."""
        return answers.callback_code(self._code(ref.beacon_id), ref.pos_id)

    def find(self, order: PointOfSaleOrder) -> str | None:
        """In the list of all codes of the sales unit (`GET …`): a 404 may be anybody's."""
        return None if self._listed(order.beacon_id) is None else order.pos_id

    def _code(self, code_id: str) -> Any:
        try:
            return self._wire.get(_path(code_id))
        except Rejected as error:
            if error.reason is not Reason.NOT_FOUND:
                raise
        except Unreadable:
            pass  # Its 404 has no body, like anybody's.
        listed = self._listed(code_id)
        if listed is None:
            raise Rejected("no such code", refusal=_MISSING)
        return listed

    def _listed(self, code_id: str) -> Any:
        codes = answers.rows(self._wire.get(_ROOT))
        return next((each for each in codes if str(each.get("merchantQrId")).lower() == code_id.lower()), None)


def _read_sticker(status: int, body: bytes) -> Any:
    # Its 409 is none of the usual problems: the body holds an id, and when it comes is not described.
    if status == HTTPStatus.CONFLICT and own_answers.is_object(body):
        raise Rejected(f"HTTP {status}", refusal=_TAKEN)
    return own_answers.read(status, body)


def _path(code_id: str) -> str:
    return f"{_ROOT}/{segment(code_id)}"
