"""A bare client of the simulated ePayment: what it sends is exactly what a test says."""

from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import simplejson

from portal.mobilepay.simulator.core.server import SimulatorServer
from tests.mobilepay.simulator.client import Answer

MSN, OTHER_MSN = "123456", "654321"
ANNA = "+4520031801"
CODE = "till-1"
KEY = "idempotency-key"
SECRETS = {"client_id": "demo-client", "client_secret": "demo-secret", "ocp-apim-subscription-key": "demo-key"}
OK = (200, None)
WEBHOOK = "https://shop.example/hooks/1?a=b"


class Client:
    """Speaks for a sales unit; the headers it always sends can be replaced, or left out with None."""

    def __init__(self, server: SimulatorServer, msn=MSN, **secrets):
        self.server = server
        self.secrets = {**SECRETS, **secrets, "merchant-serial-number": msn}
        self.connection = HTTPConnection(urlsplit(server.url).netloc, timeout=5)
        self.headers = {
            "ocp-apim-subscription-key": self.secrets["ocp-apim-subscription-key"],
            "merchant-serial-number": msn,
            "vipps-system-name": "tests",
        }
        self.log_in()

    def token(self, **headers):
        return self.raw("POST", "/accesstoken/get", None, {**self.secrets, **headers})

    def log_in(self):
        self.headers["authorization"] = f"Bearer {self.token()['access_token']}"

    def get(self, path, **query):
        return self.send("GET", path + ("?" + urlencode(query) if query else ""))

    def put(self, path, body):
        return self.send("PUT", path, body)

    def delete(self, path):
        return self.send("DELETE", path)

    def pay(self, path="", body=None, **headers):
        """POST to a payment, or to all of them, with a fresh idempotency key unless the headers name another."""
        return self.send("POST", f"/epayment/v1/payments{path}", body, **{KEY: str(uuid4()), **headers})

    def look(self, reference, act=""):
        return self.get(f"/epayment/v1/payments/{reference}{act}")

    def control(self, method, path, body=None):
        return self.send(method, f"/_simulator{path}", body)

    def send(self, method, path, body=None, **headers):
        encoded = None if body is None else simplejson.dumps(body, use_decimal=True).encode()
        content = {} if body is None else {"content-type": "application/json"}
        return self.raw(method, path, encoded, {**self.headers, **content, **headers})

    def raw(self, method, path, body, headers):
        given = {name: value for name, value in headers.items() if value is not None}
        self.connection.request(method, path, body, given)
        response = self.connection.getresponse()
        text = response.read()
        received = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, _json(text), text, received)

    def close(self):
        self.connection.close()


def outcome(answer):
    """Status and error code: (409, "4150"); (200, None) for a success, and for a refusal without a code."""
    details = answer.body.get("extraDetails", []) if isinstance(answer.body, dict) else []
    codes = [each["reason"] for each in details if each["name"] == "ErrorCode"]
    return answer.status, codes[0] if codes else None


def fields(answer):
    """The members that a refusal names, each with its reason."""
    return {each["name"]: each["reason"] for each in answer["extraDetails"]}


def kroner(minor):
    return {"currency": "DKK", "value": minor}


def part(minor, currency="DKK"):
    """The body of capture and refund."""
    return {"modificationAmount": {"currency": currency, "value": minor}}


def order(token=None, **changes):
    """The body of create: a push to whoever checked in with the token, or a code on a screen without one."""
    asked = {"customer": {"customerToken": token}, "userFlow": "PUSH_MESSAGE"} if token else {"userFlow": "QR"}
    return {
        "amount": kroner(1250),
        "paymentMethod": {"type": "WALLET"},
        "customerInteraction": "CUSTOMER_PRESENT",
        "reference": "order-0001",
        "paymentDescription": "Foyer, order 1",
        **asked,
        **changes,
    }


def sums(answer):
    """What is authorised, captured, cancelled and refunded, in minor units."""
    names = ("authorized", "captured", "cancelled", "refunded")
    return tuple(answer["aggregate"][f"{name}Amount"]["value"] for name in names)


def _json(text):
    try:
        return simplejson.loads(text, use_decimal=True)
    except ValueError:
        return None
