"""Routes under `/_simulator` for the world of PoS V10."""

from typing import Any

from portal.mobilepay.simulator.core.control import KnobsApi, add_routes
from portal.mobilepay.simulator.core.messages import Request
from portal.mobilepay.simulator.core.router import Router
from portal.mobilepay.simulator.posv10.bodies import NewPointOfSale, PastPayment
from portal.mobilepay.simulator.posv10.books import point_of_sale, snapshot
from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.fields import Fields
from portal.mobilepay.simulator.posv10.ownership import Caller
from portal.mobilepay.simulator.posv10.world import World


class ControlApi:
    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, router: Router) -> None:
        KnobsApi(self._world).add_to(router)
        add_routes(
            router,
            ("POST", "/points-of-sale", self.remember_points_of_sale),
            ("POST", "/payments", self.remember_payments),
            ("GET", "/world", self.show_world),
            ("GET", "/points-of-sale/{beacon_id}", self.show_point_of_sale),
        )

    def remember_points_of_sale(self, request: Request) -> dict[str, Any]:
        """Take points of sale into the books that were registered before: a list of what registers one, and
        `{posId, clientId, vatNumber}` besides. One that is there stays as it is.
        """
        listed = Fields.listed(request.body)
        with self._world.present():
            for fields in listed:
                pos_id = fields.guid("posId")
                if self._world.points_of_sale.get(pos_id) is None:
                    caller = Caller(fields.text("clientId"), fields.text("vatNumber"))
                    self._world.points_of_sale.create(caller, NewPointOfSale.read(fields), pos_id=pos_id)
        return {"remembered": len(listed)}

    def remember_payments(self, request: Request) -> dict[str, Any]:
        """Take payments into the books that were captured before: a list of `{paymentId, posId, orderId, amount,
        currencyCode, capturedAt}`.
        """
        past = [PastPayment.read(fields) for fields in Fields.listed(request.body)]
        with self._world.present():
            for each in past:
                pos = self._world.points_of_sale.get(each.order.pos_id)
                if pos is None:
                    raise Refusal(Code.POS_NOT_FOUND)
                self._world.payments.remember(pos, each)
        return {"remembered": len(past)}

    def show_world(self, _request: Request) -> dict[str, Any]:
        with self._world.present():
            return snapshot(self._world)

    def show_point_of_sale(self, _request: Request, beacon_id: str) -> dict[str, Any]:
        with self._world.present():
            pos = self._world.points_of_sale.at_beacon(beacon_id)
            if pos is None:
                raise Refusal(Code.NOT_FOUND)
            return point_of_sale(self._world, pos)
