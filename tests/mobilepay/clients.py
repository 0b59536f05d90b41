"""Both ends of the wire: clients as the portal builds them, and a server that says exactly what a test wants."""

from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import json
from threading import Thread
import time
from uuid import uuid4

from portal.mobilepay.posv10 import driver, own_answers
from portal.mobilepay.posv10.tokens import token_source
from portal.mobilepay.posv10.wire import Wire
from portal.mobilepay.types import PaymentOrder, PaymentRef, RefundOrder, RefundRef

TOKEN_PATH = "/integrator-authentication/connect/token"
VAT_NUMBER = "DK12345678"
CORRELATION_ID = "request-1"
BEACON_ID = "123456789012345"
FAR_FUTURE = 4_000_000_000

# How the driver reads the answer to a look-up: a success has a body, and the path names something.
looked_up = partial(own_answers.read, has_body=True, names_a_thing=True)


def as_it_came(status, body):
    """Takes every answer for one, and gives it as it was sent."""
    return status, body


class MemoryStore:
    """What processes share, without a process: the text, and for how long it was left."""

    def __init__(self, text=None):
        self.text = text
        self.seconds = None

    def get(self):
        return self.text

    def set(self, value, *, seconds):
        self.text, self.seconds = value, seconds


def tokens_from(url, http, *, store=None, clock=time.time, client_secret="demo-secret"):
    return token_source(
        http,
        url=url + TOKEN_PATH,
        client_id="demo-client",
        client_secret=client_secret,
        shared=store or MemoryStore(),
        clock=clock,
    )


def an_order(pos_id, order_id, amount):
    """A payment as the portal would have it opened."""
    return PaymentOrder(payment_id=uuid4(), pos_id=pos_id, order_id=order_id, amount=amount)


def a_refund(payment_id, refund_order_id, amount):
    """A refund as the portal would have it opened."""
    return RefundOrder(
        refund_id=uuid4(), payment=PaymentRef(payment_id), refund_order_id=refund_order_id, amount=amount
    )


def refund_ref(refund_id):
    """Names a refund that was opened; V10 needs nothing of its payment."""
    return RefundRef(refund_id, PaymentRef("unknown"))


def gateway_to(url, http, *, tokens=None, vat_number=VAT_NUMBER, correlation_id=lambda: CORRELATION_ID):
    wire = Wire(
        http=http,
        tokens=tokens or tokens_from(url, http),
        url=url,
        client_id="demo-client",
        client_version="2.1.1",
        account=vat_number,
        vat_number=vat_number,
        correlation_id=correlation_id,
    )
    return driver.network(wire)


@dataclass(frozen=True)
class Asked:
    """One request: its line, its headers under lower-case names, its body."""

    line: str
    headers: dict[str, str]
    body: bytes


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # closing waits for every thread, so that no socket is left
    request_queue_size = 64


class ScriptedServer:
    """Answers each request with the next of the queued answers, byte for byte, and remembers what was asked."""

    def __init__(self):
        self.asked = []
        self._answers = []
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def lines(self):
        return [request.line for request in self.asked]

    def will_answer(self, *answers):
        self._answers.extend(answers)

    def next_answer(self):
        return self._answers.pop(0) if self._answers else answer(status="501 Nothing scripted")

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_exception):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def answer(body=b"", *, status="200 OK", length=None, headers=()):
    """The bytes of an answer; anything but bytes is sent as JSON, and `length` lies about the body's."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(content) if length is None else length}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


def _handler(script):
    class Handler(BaseHTTPRequestHandler):
        def serve(self):
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.asked.append(Asked(f"{self.command} {self.path}", headers, body))
            self.wfile.write(script.next_answer())

        do_GET = do_POST = do_PUT = do_DELETE = serve  # noqa: N815 - the names http.server looks for

        def log_message(self, *_message):
            """Say nothing."""

    return Handler
