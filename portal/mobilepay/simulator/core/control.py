"""Routes under `/_simulator` to steer and inspect a simulator in another process; MobilePay has none."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
import re
from typing import Any

from portal.mobilepay.simulator.core.calls import Call, Calls
from portal.mobilepay.simulator.core.faults import A_GATEWAYS_PAGE, Faults, Kind
from portal.mobilepay.simulator.core.messages import Request, Response
from portal.mobilepay.simulator.core.router import Router
from portal.mobilepay.simulator.core.wire import decode, timestamp
from portal.mobilepay.simulator.posv10.bodies import PastPayment
from portal.mobilepay.simulator.posv10.books import point_of_sale, snapshot
from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.fields import Fields
from portal.mobilepay.simulator.posv10.tokens import Tokens
from portal.mobilepay.simulator.posv10.world import World

CONTROL_ROOT = "/_simulator"


class ControlApi:
    """Every answer is JSON; nonsense is 400 with `{"error": "..."}`."""

    def __init__(self, world: World, tokens: Tokens, faults: Faults, calls: Calls) -> None:
        self._world = world
        self._tokens = tokens
        self._faults = faults
        self._calls = calls

    def add_to(self, router: Router) -> None:
        for method, path, act in (
            ("GET", "/calls", self.find_calls),
            ("DELETE", "/calls", self.clear_calls),
            ("POST", "/faults", self.add_fault),
            ("DELETE", "/faults", self.clear_faults),
            ("POST", "/clock", self.advance_clock),
            ("POST", "/tokens/expire", self.expire_tokens),
            ("GET", "/knobs", self.show_knobs),
            ("PATCH", "/knobs", self.change_knobs),
            ("POST", "/payments", self.remember_payments),
            ("GET", "/world", self.show_world),
            ("GET", "/points-of-sale/{beacon_id}", self.show_point_of_sale),
        ):
            router.add(method, CONTROL_ROOT + path, partial(_perform, act))

    def find_calls(self, request: Request) -> list[dict[str, Any]]:
        """The calls with the query's `method` and `path`, an exact path or a pattern for the whole of it."""
        found = self._calls.find(request.query.get("method"), request.query.get("path"))
        return [_call(call) for call in found]

    def clear_calls(self, _request: Request) -> dict[str, Any]:
        self._calls.clear()
        return {}

    def add_fault(self, request: Request) -> dict[str, Any]:
        """Plan a fault: `{kind, path}` and what else a `Fault` has, such as `{times, vatNumber}`."""
        fields = Fields(decode(request.body))
        body, members = fields.optional_text("body"), fields.optional_object("members")
        self._faults.add(
            fields.choice("kind", list(Kind)),
            fields.optional_text("method"),
            fields.text("path"),
            times=int(fields.number("times", 1)),
            seconds=float(fields.number("seconds", 0)),
            status=int(fields.number("status", 409)),
            code=fields.optional_text("code"),
            vat_number=fields.optional_text("vatNumber"),
            body=A_GATEWAYS_PAGE if body is None else body,
            members=members.values if members else {},
        )
        return {}

    def clear_faults(self, _request: Request) -> dict[str, Any]:
        self._faults.clear()
        return {}

    def advance_clock(self, request: Request) -> dict[str, Any]:
        """Let `advanceSeconds` pass at once."""
        self._world.clock.advance(float(Fields(decode(request.body)).number("advanceSeconds")))
        return {"now": timestamp(self._world.clock.now())}

    def expire_tokens(self, _request: Request) -> dict[str, Any]:
        self._tokens.expire_all()
        return {}

    def show_knobs(self, _request: Request) -> dict[str, Any]:
        return {_camel(name): value for name, value in asdict(self._world.knobs).items()}

    def change_knobs(self, request: Request) -> dict[str, Any]:
        """Set the knobs named in the body, such as `{"tokenLifetime": 60}`, and show them all."""
        values = Fields(decode(request.body)).values
        with self._world.present():
            self._world.knobs.change({_snake(name): value for name, value in values.items()})
        return self.show_knobs(request)

    def remember_payments(self, request: Request) -> dict[str, Any]:
        """Take payments into the books that were captured before: a list of `{paymentId, posId, orderId, amount,
        currencyCode, capturedAt}`.
        """
        listed = decode(request.body)
        past = [PastPayment.read(Fields(each)) for each in (listed if isinstance(listed, list) else [listed])]
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


def _perform(act: Callable[..., Any], request: Request, **segments: str) -> Response:
    try:
        return Response.json(act(request, **segments))
    except Refusal as refusal:
        return Response.json({"error": refusal.message}, status=refusal.status)
    except ValueError as error:
        return Response.json({"error": str(error)}, status=400)


def _call(call: Call) -> dict[str, Any]:
    return {_camel(name): value for name, value in asdict(call).items()} | {"at": timestamp(call.at)}


def _camel(name: str) -> str:
    return re.sub(r"_(.)", lambda match: match[1].upper(), name)


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", name).lower()
