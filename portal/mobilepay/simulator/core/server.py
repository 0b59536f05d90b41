"""The simulator as an HTTP server on the loopback interface."""

from collections.abc import Callable
from contextlib import suppress
from http.client import responses
from http.server import BaseHTTPRequestHandler
from socket import SHUT_RDWR
from socketserver import ThreadingTCPServer
from threading import Condition, Event, Thread
from typing import Any, Self
from urllib.parse import parse_qsl, unquote

from portal.mobilepay.simulator.core.application import Application
from portal.mobilepay.simulator.core.calls import Calls
from portal.mobilepay.simulator.core.faults import Faults
from portal.mobilepay.simulator.core.messages import Request, Response
from portal.mobilepay.simulator.pages.routes import DemoTill
from portal.mobilepay.simulator.posv10.tokens import Tokens
from portal.mobilepay.simulator.posv10.world import World

LONGEST_BODY = 1_000_000
POLL_SECONDS = 0.05
GOODBYE_SECONDS = 5.0


class SimulatorServer:
    """Serves a world in the background from `start` to `stop`; then it can start again on the same port.

    `faults` and `calls` plan trouble and tell what was asked; `tokens.clients` maps client ids to secrets.
    `till` is the cash register on the phone page; without one the page says how to start it.
    """

    def __init__(
        self,
        world: World,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        client_id: str = "demo-client",
        client_secret: str = "demo-secret",  # noqa: S107 - opens nothing but this simulator
        till: DemoTill | None = None,
    ) -> None:
        self.world = world
        self.faults = Faults()
        self.calls = Calls()
        self.tokens = Tokens({client_id: client_secret}, world.clock)
        self._application = Application(world, self.tokens, self.faults, self.calls, till or DemoTill())
        self._host = host
        self._port = port
        self._stopping = Event()
        self._listener: _Listener | None = None
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
        self._listener = _Listener((self._host, self._port), self._answer)
        self._port = self._listener.server_address[1]
        self._thread = Thread(target=self._listener.serve_forever, args=(POLL_SECONDS,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close every connection and the port at once; does nothing when it is not serving."""
        listener, self._listener = self._listener, None
        if listener:
            self._stopping.set()
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


class _Listener(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, address: tuple[str, int], answer: Callable[[Request], Response | None]) -> None:
        self.answer = answer
        self._connections: set[Any] = set()
        self._changed = Condition()
        super().__init__(address, _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._changed:
            self._connections.discard(request)
            self._changed.notify_all()

    def close(self) -> None:
        """Stop listening, then close the connections clients keep alive and wait for the threads behind them."""
        with suppress(OSError):
            self.socket.shutdown(SHUT_RDWR)  # on Linux this wakes the listening thread before its next poll
        self.shutdown()
        self.server_close()
        with self._changed:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(SHUT_RDWR)
            self._changed.wait_for(lambda: not self._connections, timeout=GOODBYE_SECONDS)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def serve(self) -> None:
        length = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers or not length.isdecimal():
            self._refuse(411)
        elif int(length) > LONGEST_BODY:
            self._refuse(413)
        else:
            body = self.rfile.read(int(length))
            # A caller that died in the middle has asked for nothing.
            all_stores = len(body) == int(length)
            self._send(self.server.answer(self._request(body)) if all_stores else None)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve  # noqa: N815 - the names http.server looks for

    def log_message(self, *_message: object) -> None:
        """Say nothing: the call log knows."""

    def _request(self, body: bytes) -> Request:
        path, _, query = self.path.partition("?")
        return Request(
            method=self.command,
            path=unquote(path),
            query=dict(reversed(parse_qsl(query))),
            headers={name.lower(): self.headers.get_all(name, []) for name in self.headers},
            body=body,
        )

    def _refuse(self, status: int) -> None:
        self.close_connection = True
        self._send(Response(status))

    def _send(self, response: Response | None) -> None:
        if response is None:
            self.close_connection = True
            return
        headers = {
            "Content-Type": response.content_type,
            "Content-Length": len(response.body),
            "Connection": "close" if self.close_connection else "keep-alive",
            **response.headers,
        }
        lines = [
            f"HTTP/1.1 {response.status} {responses.get(response.status, '')}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        head = "\r\n".join([*lines, "", ""])
        # Head and body leave in one packet: a second small write would wait 40 ms for a delayed ACK.
        self.wfile.write(head.encode("ascii") + response.body)
