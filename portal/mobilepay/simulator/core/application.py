"""Answers requests: notes the call, lets a planned fault befall it, hands it to the right route."""

from functools import partial
from threading import Event

from portal.mobilepay.simulator.core.calls import Calls
from portal.mobilepay.simulator.core.control import CONTROL_ROOT, ControlApi
from portal.mobilepay.simulator.core.faults import Faults, suffer
from portal.mobilepay.simulator.core.messages import Request, Response
from portal.mobilepay.simulator.core.router import Router
from portal.mobilepay.simulator.pages.routes import DemoTill, PagesApi
from portal.mobilepay.simulator.posv10.api_people import PeopleApi
from portal.mobilepay.simulator.posv10.api_tokens import TokenApi
from portal.mobilepay.simulator.posv10.routes import PosApi
from portal.mobilepay.simulator.posv10.tokens import Tokens
from portal.mobilepay.simulator.posv10.world import World


class Application:
    def __init__(self, world: World, tokens: Tokens, faults: Faults, calls: Calls, till: DemoTill) -> None:
        self._clock = world.clock
        self._faults = faults
        self._calls = calls
        self._router = Router()
        for api in (
            TokenApi(tokens, world.knobs),
            PosApi(world, tokens),
            PeopleApi(world),
            ControlApi(world, tokens, faults, calls),
            PagesApi(till),
        ):
            api.add_to(self._router)

    def answer(self, request: Request, stopping: Event) -> Response | None:
        """The response, or None to close the connection without one.

        Control calls and those of the phone page are not noted and meet no faults.
        """
        if request.path.startswith(f"{CONTROL_ROOT}/") or PagesApi.serves(request.path):
            return self._router.answer(request)
        call = self._calls.note(request, self._clock.now())
        fault = self._faults.take(request)
        do = partial(self._router.answer, request)
        response = suffer(fault, request, do, stopping) if fault else do()
        call.status = response.status if response else None
        return response
