"""The simulator as an HTTP server on the loopback interface."""

from collections.abc import Sequence
from threading import Event, Thread
from typing import Self

from portal.mobilepay.simulator.core.application import Application
from portal.mobilepay.simulator.core.calls import Calls
from portal.mobilepay.simulator.core.control import ControlApi
from portal.mobilepay.simulator.core.faults import Faults
from portal.mobilepay.simulator.core.listener import Listener
from portal.mobilepay.simulator.core.messages import Request, Response
from portal.mobilepay.simulator.core.plug import Plug
from portal.mobilepay.simulator.epayment import api_tokens as epayment_tokens
from portal.mobilepay.simulator.epayment import control as epayment_control
from portal.mobilepay.simulator.epayment.network import EPayment
from portal.mobilepay.simulator.epayment.routes import EPaymentApi
from portal.mobilepay.simulator.epayment.sender import Sender
from portal.mobilepay.simulator.epayment.world import EPaymentWorld
from portal.mobilepay.simulator.pages.routes import DemoTill, PagesApi
from portal.mobilepay.simulator.posv10 import control as posv10_control
from portal.mobilepay.simulator.posv10.api_people import PeopleApi
from portal.mobilepay.simulator.posv10.api_tokens import TokenApi
from portal.mobilepay.simulator.posv10.network import PosV10
from portal.mobilepay.simulator.posv10.routes import PosApi
from portal.mobilepay.simulator.posv10.tokens import Tokens
from portal.mobilepay.simulator.posv10.world import World

POLL_SECONDS = 0.05


class SimulatorServer:
    """Serves a world of each network in the background from `start` to `stop`; then it can start again on its port.

    `faults` and `calls` plan trouble and tell what was asked; `plug` cuts all networks off at once;
    `tokens.clients` maps client ids to secrets.
    `till` is the cash register on the phone page, or several; without one the page says how to start it. With
    `sends_webhooks` ePayment's deliveries go out by themselves, else they wait to be taken.
    """

    def __init__(
        self,
        world: World,
        *,
        epayment: EPaymentWorld | None = None,
        sends_webhooks: bool = False,
        host: str = "127.0.0.1",
        port: int = 0,
        client_id: str = "demo-client",
        client_secret: str = "demo-secret",  # noqa: S107 - opens nothing but this simulator
        till: DemoTill | Sequence[DemoTill] | None = None,
    ) -> None:
        self.world = world
        self.epayment = epayment or EPaymentWorld([], clock=world.clock)
        self.faults = Faults()
        self.calls = Calls()
        self.plug = Plug(world.clock)
        self.tokens = Tokens({client_id: client_secret}, world.clock)
        expiring = [self.tokens.expire_all, self.epayment.tokens.expire_all]
        pages = PagesApi(_tills(till))
        self._application = Application(
            [
                TokenApi(self.tokens, world.knobs),
                PosApi(world, self.tokens),
                PeopleApi(world),
                posv10_control.ControlApi(world),
                epayment_tokens.TokenApi(self.epayment),
                EPaymentApi(self.epayment),
                epayment_control.ControlApi(self.epayment),
                ControlApi([world.clock, self.epayment.clock], self.faults, self.calls, self.plug, expiring),
                pages,
            ],
            [EPayment(), PosV10()],
            clock=world.clock,
            faults=self.faults,
            calls=self.calls,
            plug=self.plug,
            is_ours=pages.serves,
            is_customers=epayment_control.is_customers,
        )
        self._host = host
        self._port = port
        self._sender = Sender(self.epayment.deliveries, self.plug) if sends_webhooks else None
        self._stopping = Event()
        self._listener: Listener | None = None
        self._thread = Thread()

    @property
    def url(self) -> str:
        """Where it serves, such as `http://127.0.0.1:8123`; known once it has started."""
        return f"http://{self._host}:{self._port}"

    @property
    def is_serving(self) -> bool:
        return self._listener is not None

    def start(self) -> None:
        """Begin to serve; port 0 picks a free port. OSError when the port is taken."""
        self._stopping.clear()
        self._listener = Listener((self._host, self._port), self._answer)
        self._port = self._listener.server_address[1]
        self._thread = Thread(target=self._listener.serve_forever, args=(POLL_SECONDS,), daemon=True)
        self._thread.start()
        if self._sender:
            self._sender.start()

    def stop(self) -> None:
        """Close every connection and the port at once; does nothing when it is not serving."""
        listener, self._listener = self._listener, None
        if listener:
            self._stopping.set()
            if self._sender:
                self._sender.stop()
            listener.close()
            self._thread.join()

    def serve_forever(self) -> None:
        """Serve until `stop` is called from another thread or a signal handler, or an interrupt arrives."""
        with self:
            self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def _answer(self, request: Request) -> Response | None:
        return self._application.answer(request, self._stopping)


def _tills(till: DemoTill | Sequence[DemoTill] | None) -> Sequence[DemoTill]:
    if isinstance(till, DemoTill):
        return [till]
    return till or [DemoTill()]
