"""Answers requests: notes the call, lets a planned fault befall it, hands it to the right route."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from threading import Event
from typing import Protocol

from portal.mobilepay.simulator.core.calls import Calls
from portal.mobilepay.simulator.core.clock import Clock
from portal.mobilepay.simulator.core.control import CONTROL_ROOT
from portal.mobilepay.simulator.core.faults import Faults, suffer
from portal.mobilepay.simulator.core.messages import Network, Request, Response
from portal.mobilepay.simulator.core.plug import Plug
from portal.mobilepay.simulator.core.router import Router


class Api(Protocol):
    def add_to(self, router: Router) -> None:
        """Add its routes."""


class Application:
    """`networks` are asked in turn whose a path is; `is_ours` tells calls that are no network's at all.

    `is_customers` tells control calls by which a customer reaches a network: they need its plug like all others.
    """

    def __init__(
        self,
        apis: Iterable[Api],
        networks: Sequence[Network],
        *,
        clock: Clock,
        faults: Faults,
        calls: Calls,
        plug: Plug,
        is_ours: Callable[[str], bool],
        is_customers: Callable[[str], bool],
    ) -> None:
        self._clock = clock
        self._faults = faults
        self._calls = calls
        self._plug = plug
        self._networks = networks
        self._is_ours = is_ours
        self._is_customers = is_customers
        self._router = Router()
        for api in apis:
            api.add_to(self._router)

    def answer(self, request: Request, stopping: Event) -> Response | None:
        """The response, or None to close the connection without one.

        Control calls and those of the phone page are not noted and meet no faults.
        """
        is_pulled = self._plug.is_pulled
        if request.path.startswith(f"{CONTROL_ROOT}/") or self._is_ours(request.path):
            return None if is_pulled and self._is_customers(request.path) else self._router.answer(request)
        call = self._calls.note(request, self._clock.now())
        if is_pulled:
            return None
        fault = self._faults.take(request)
        do = partial(self._router.answer, request)
        response = suffer(fault, request, do, network=self._network(request), stopping=stopping) if fault else do()
        call.status = response.status if response else None
        return response

    def _network(self, request: Request) -> Network:
        return next(network for network in self._networks if network.serves(request.path))
