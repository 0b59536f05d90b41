"""Sockets and HTTP: from bytes to a request, and from a response to bytes."""

from collections.abc import Callable
from contextlib import suppress
from http.client import responses
from http.server import BaseHTTPRequestHandler
from socket import SHUT_RDWR
from socketserver import ThreadingTCPServer
from threading import Condition
from typing import Any
from urllib.parse import parse_qsl, unquote

from portal.mobilepay.simulator.core.messages import Request, Response

LONGEST_BODY = 1_000_000
GOODBYE_SECONDS = 5.0


class Listener(ThreadingTCPServer):
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
    server: Listener

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
