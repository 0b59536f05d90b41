"""Routes under `/_simulator` to steer and inspect a simulator in another process; no network has them."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
import re
from typing import Any

from portal.mobilepay.simulator.core.calls import Call, Calls
from portal.mobilepay.simulator.core.clock import Clock
from portal.mobilepay.simulator.core.faults import A_GATEWAYS_PAGE, Faults, Kind
from portal.mobilepay.simulator.core.fields import Fields
from portal.mobilepay.simulator.core.messages import Refused, Request, Response
from portal.mobilepay.simulator.core.plug import USUAL_SECONDS, Plug
from portal.mobilepay.simulator.core.router import Router
from portal.mobilepay.simulator.core.wire import timestamp
from portal.mobilepay.simulator.core.world import NetworkWorld

CONTROL_ROOT = "/_simulator"

# What such a route returns is the JSON answered with 200.
Route = tuple[str, str, Callable[..., Any]]


class ControlApi:
    """What concerns every network; each has routes of its own beside these."""

    def __init__(
        self,
        clocks: Iterable[Clock],
        faults: Faults,
        calls: Calls,
        plug: Plug,
        expire_tokens: Iterable[Callable[[], None]],
    ) -> None:
        self._clocks = set(clocks)
        self._faults = faults
        self._calls = calls
        self._plug = plug
        self._expire_tokens = expire_tokens

    def add_to(self, router: Router) -> None:
        add_routes(
            router,
            ("GET", "/calls", self.find_calls),
            ("DELETE", "/calls", self.clear_calls),
            ("POST", "/faults", self.add_fault),
            ("DELETE", "/faults", self.clear_faults),
            ("GET", "/plug", self.show_plug),
            ("POST", "/plug", self.pull_plug),
            ("DELETE", "/plug", self.put_plug_back),
            ("POST", "/clock", self.advance_clock),
            ("POST", "/tokens/expire", self.expire_tokens),
        )

    def find_calls(self, request: Request) -> list[dict[str, Any]]:
        """The calls with the query's `method` and `path`, an exact path or a pattern for the whole of it."""
        found = self._calls.find(request.query.get("method"), request.query.get("path"))
        return [_call(call) for call in found]

    def clear_calls(self, _request: Request) -> dict[str, Any]:
        self._calls.clear()
        return {}

    def add_fault(self, request: Request) -> dict[str, Any]:
        """Plan a fault: `{kind, path}` and what else a `Fault` has, such as `{times, vatNumber}`."""
        fields = Fields.of(request.body)
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
            msn=fields.optional_text("msn"),
            body=A_GATEWAYS_PAGE if body is None else body,
            members=members.values if members else {},
        )
        return {}

    def clear_faults(self, _request: Request) -> dict[str, Any]:
        self._faults.clear()
        return {}

    def show_plug(self, _request: Request) -> dict[str, Any]:
        return {"secondsLeft": round(self._plug.seconds_left, 1)}

    def pull_plug(self, request: Request) -> dict[str, Any]:
        """Have no network answer or send anything for `seconds`, 30 unless said."""
        self._plug.pull(float(Fields.of(request.body).number("seconds", USUAL_SECONDS)))
        return self.show_plug(request)

    def put_plug_back(self, request: Request) -> dict[str, Any]:
        self._plug.put_back()
        return self.show_plug(request)

    def advance_clock(self, request: Request) -> dict[str, Any]:
        """Let `advanceSeconds` pass at once."""
        seconds = float(Fields.of(request.body).number("advanceSeconds"))
        for clock in self._clocks:
            clock.advance(seconds)
        return {"now": timestamp(max(clock.now() for clock in self._clocks))}

    def expire_tokens(self, _request: Request) -> dict[str, Any]:
        for expire in self._expire_tokens:
            expire()
        return {}


class KnobsApi:
    """The knobs of one network's world, to read and to turn."""

    def __init__(self, world: NetworkWorld[Any], *, root: str = "") -> None:
        self._world = world
        self._path = f"{root}/knobs"

    def add_to(self, router: Router) -> None:
        add_routes(router, ("GET", self._path, self.show), ("PATCH", self._path, self.change))

    def show(self, _request: Request) -> dict[str, Any]:
        return {_camel(name): value for name, value in asdict(self._world.knobs).items()}

    def change(self, request: Request) -> dict[str, Any]:
        """Set the knobs named in the body, such as `{"tokenLifetime": 60}`, and show them all."""
        values = Fields.of(request.body).values
        with self._world.present():
            self._world.knobs.change({_snake(name): value for name, value in values.items()})
        return self.show(request)


def add_routes(router: Router, *routes: Route) -> None:
    """Add routes below `/_simulator`: every answer is JSON, and nonsense is 400 with `{"error": "..."}`."""
    for method, path, act in routes:
        router.add(method, CONTROL_ROOT + path, partial(_perform, act))


def _perform(act: Callable[..., Any], request: Request, **segments: str) -> Response:
    try:
        return Response.json(act(request, **segments))
    except Refused as refusal:
        return Response.json({"error": refusal.message}, status=refusal.status)
    except ValueError as error:
        return Response.json({"error": str(error)}, status=400)


def _call(call: Call) -> dict[str, Any]:
    return {_camel(name): value for name, value in asdict(call).items()} | {"at": timestamp(call.at)}


def _camel(name: str) -> str:
    return re.sub(r"_(.)", lambda match: match[1].upper(), name)


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", name).lower()
