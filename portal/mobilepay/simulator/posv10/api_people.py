"""The sandbox's user simulation (protocol sections 6.5 and 15)."""

from collections.abc import Callable
from functools import partial

from portal.mobilepay.simulator.core.messages import Request, Response
from portal.mobilepay.simulator.core.router import Router
from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.fields import Fields
from portal.mobilepay.simulator.posv10.formats import is_phone_number
from portal.mobilepay.simulator.posv10.network import refused
from portal.mobilepay.simulator.posv10.world import World

ROOT = "/pos/app/usersimulation"


class PeopleApi:
    """Three calls that stand for a thumb on a phone. They need no token: OpenAPI declares none."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, router: Router) -> None:
        for name, act in (
            ("checkin", self._check_in),
            ("acceptpayment", self._accept),
            ("cancelpaymentbyuser", self._cancel),
        ):
            router.add("POST", f"{ROOT}/{name}", partial(self._perform, act))

    def _perform(self, act: Callable[[Fields], None], request: Request) -> Response:
        try:
            act(Fields.of(request.body))
        except Refusal as refusal:
            return refused(request, refusal)
        return Response(200)

    def _check_in(self, fields: Fields) -> None:
        self._world.check_in(fields.text("beaconId"), _phone_number(fields))

    def _accept(self, fields: Fields) -> None:
        self._world.accept_payment(fields.text("beaconId"), _phone_number(fields))

    def _cancel(self, fields: Fields) -> None:
        self._world.cancel_payment_by_user(fields.text("beaconId"))


def _phone_number(fields: Fields) -> str:
    phone_number = fields.text("phoneNumber")
    if not is_phone_number(phone_number):
        raise Refusal(Code.BAD_REQUEST, "phoneNumber must look like +4520031801")
    return phone_number
