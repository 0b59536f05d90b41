"""A bare client of the simulator: what it sends is exactly what a test says."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from http.client import HTTPConnection
from time import monotonic, sleep
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import simplejson

from portal.mobilepay.simulator.core.server import SimulatorServer

VERSION = "x-mobilepay-client-system-version"
VAT = "x-mobilepay-merchant-vat-number"
KEY = "x-mobilepay-idempotency-key"

CREDIT, DEBIT, RECEIPTS, LOYALTY, PARTIAL = (f"+452003180{number}" for number in range(1, 6))

OK = (200, None)


@dataclass(frozen=True)
class Answer:
    status: int
    body: object
    text: bytes
    headers: Mapping[str, str]

    @property
    def outcome(self):
        """Status and error code: (409, "1301"); (200, None) for success without or with a body."""
        is_error = isinstance(self.body, dict) and "code" in self.body
        return self.status, self.body["code"] if is_error else None

    def __getitem__(self, name):
        return self.body[name]


class Client:
    """Speaks for a merchant; the headers it always sends can be replaced, or left out with None."""

    def __init__(self, server: SimulatorServer, vat="DK12345678", client="demo-client", secret="demo-secret"):
        self.server = server
        self.basic = "Basic " + b64encode(f"{client}:{secret}".encode()).decode()
        self.connection = HTTPConnection(urlsplit(server.url).netloc, timeout=5)
        self.headers = {VERSION: "2.1.1", VAT: vat, "content-type": "application/json"}
        self.log_in()

    def log_in(self, **form):
        answer = self.token(grant_type="client_credentials", **form)
        self.headers["authorization"] = f"Bearer {answer['access_token']}"

    def token(self, basic=None, **form):
        headers = {
            "authorization": basic or self.basic,
            "content-type": "application/x-www-form-urlencoded",
        }
        path = "/integrator-authentication/connect/token"
        return self.raw("POST", path, urlencode(form).encode(), headers.items())

    def get(self, path, **query):
        return self.send("GET", f"/pos/v10{path}" + ("?" + urlencode(query) if query else ""))

    def post(self, path, body=None, **headers):
        """POST with a fresh idempotency key, unless the headers name another."""
        return self.send("POST", f"/pos/v10{path}", body, **{KEY: str(uuid4()), **headers})

    def delete(self, path):
        return self.send("DELETE", f"/pos/v10{path}")

    def act(self, name, **body):
        """One of the customer's three calls."""
        return self.send("POST", f"/pos/app/usersimulation/{name}", body)

    def send(self, method, path, body=None, **headers):
        """Send JSON; a header given as a list is sent once per item."""
        encoded = None if body is None else simplejson.dumps(body, use_decimal=True).encode()
        all_headers = {**self.headers, **headers}
        lines = [
            (name, value)
            for name, values in all_headers.items()
            for value in (values if isinstance(values, list) else [values])
            if value is not None
        ]
        return self.raw(method, path, encoded, lines)

    def raw(self, method, path, body, headers):
        self.connection.putrequest(method, path)
        for name, value in headers:
            self.connection.putheader(name, value)
        self.connection.putheader("content-length", str(len(body or b"")))
        self.connection.endheaders(body)
        response = self.connection.getresponse()
        text = response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, _json(text), text, headers)

    def close(self):
        self.connection.close()


def wait_until(condition):
    """Wait for another thread; AssertionError after five seconds."""
    deadline = monotonic() + 5
    while not condition():
        assert monotonic() < deadline
        sleep(0.001)


def order(pos, **changes):
    """The body of initiate."""
    return {
        "posId": pos["posId"],
        "orderId": "ORDER-1",
        "amount": Decimal("12.50"),
        "currencyCode": "DKK",
        "plannedCaptureDelay": "None",
        **changes,
    }


def terms(**changes):
    """The body of ready."""
    return {"amount": Decimal("12.50"), "currencyCode": "DKK", "plannedCaptureDelay": "None", **changes}


def new_pos(**changes):
    return {
        "merchantPosId": "till-1",
        "storeId": "11111111-1111-4111-8111-111111111111",
        "name": "Till 1",
        "supportedBeaconTypes": ["QR"],
        **changes,
    }


def new_refund(payment_id, **changes):
    return {
        "paymentId": payment_id,
        "refundOrderId": "REFUND-1",
        "amount": Decimal("12.50"),
        "currencyCode": "DKK",
        **changes,
    }


def _json(text):
    try:
        return simplejson.loads(text, use_decimal=True)
    except ValueError:
        return None
