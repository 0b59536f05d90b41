"""The shop that every test plays in, and who plays: tills and a customer with a phone."""

from dataclasses import dataclass
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

KINO = {
    "bioCode": "KINO1",
    "name": "Kino Nord",
    "vatNumber": "DK12345678",
    "currencies": ["DKK"],
    "stores": [
        {
            "storeId": "6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1a01",
            "name": "Kino Nord Aarhus",
            "brandName": "Kino Nord",
            "street": "Havnegade 4",
            "zipCode": "8000",
            "city": "Aarhus C",
            "terminals": [
                {"terminalId": "b2a4c6d8-0e1f-4a3b-8c5d-7e9f0a1b2c01", "name": "Kasse 1"},
                {"terminalId": "b2a4c6d8-0e1f-4a3b-8c5d-7e9f0a1b2c02", "name": "Kasse 2"},
            ],
        }
    ],
}
BAGER = {
    "bioCode": "BAGER7",
    "name": "Bageriet Syd",
    "vatNumber": "DK87654321",
    "currencies": ["DKK", "EUR"],
    "stores": [
        {
            "storeId": "6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1b01",
            "name": "Bageriet Syd Kolding",
            "terminals": [{"terminalId": "b2a4c6d8-0e1f-4a3b-8c5d-7e9f0a1b2d01", "name": "Disken"}],
        }
    ],
}
SHOPS = {"merchants": [KINO, BAGER]}
# The same shop with a sales unit at ePayment, and another unit whose keys are its own.
KINO_UNIT = {
    "merchantSerialNumber": "123456",
    "clientId": "kino-client",
    "clientSecret": "kino-secret",
    "subscriptionKey": "kino-key",
}
BAGER_UNIT = {
    "merchantSerialNumber": "654321",
    "clientId": "bager-client",
    "clientSecret": "bager-secret",
    "subscriptionKey": "bager-key",
}
EPAYMENT_SHOPS = {
    "merchants": [
        {**KINO, "stores": [{**KINO["stores"][0], **KINO_UNIT}]},
        {**BAGER, "stores": [{**BAGER["stores"][0], **BAGER_UNIT}]},
    ]
}


# One for all tills: each new one would read all static files anew.
_client = Client(raise_request_exception=False)


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: Any

    @property
    def codes(self) -> list[str]:
        return self.body["errorCodes"]

    def __getitem__(self, member: str) -> Any:
        return self.body[member]


class Till:
    """A cash register: calls the till API with its merchant's token, and parses JSON answers."""

    def __init__(self, token: str, terminal_id: str) -> None:
        self.token = token
        self.terminal_id = terminal_id

    def get(self, path: str, *, headers: dict[str, str] | None = None, **parameters: Any) -> Answer:
        return self._call("get", path, parameters, headers)

    def post(self, path: str, *, headers: dict[str, str] | None = None, **parameters: Any) -> Answer:
        return self._call("post", path, json.dumps(parameters), headers, content_type="application/json")

    def start(self, order_id: str = "order-1", amount: str = "27.06", **parameters: Any) -> Answer:
        parameters.setdefault("terminalId", self.terminal_id)
        return self.post("payment/start", orderId=order_id, amount=amount, **parameters)

    def status(self, payment_id: str) -> str:
        return self.get("payment/status", paymentId=payment_id)["status"]

    def _call(self, method: str, path: str, data: Any, headers: dict[str, str] | None, **options: Any) -> Answer:
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        response = getattr(_client, method)(f"/api/pos/{path}", data, headers=sent, **options)
        is_json = response.headers["Content-Type"].startswith("application/json")
        return Answer(response.status_code, response.json() if is_json else response.content, response.headers)


class Customer:
    """Somebody with a phone, in front of one point of sale."""

    def __init__(self, simulator_url: str, beacon_id: str, phone_number: str = "+4520031801") -> None:
        self._address = urlsplit(simulator_url)
        self.beacon_id = beacon_id
        self.phone_number = phone_number

    def checks_in(self) -> None:
        self._tap("checkin", phoneNumber=self.phone_number)

    def accepts(self) -> None:
        self._tap("acceptpayment", phoneNumber=self.phone_number)

    def cancels(self) -> None:
        self._tap("cancelpaymentbyuser")

    def _tap(self, act: str, **more: str) -> None:
        connection = http.client.HTTPConnection(str(self._address.hostname), self._address.port, timeout=5)
        body = json.dumps({"beaconId": self.beacon_id, **more})
        connection.request("POST", f"/pos/app/usersimulation/{act}", body, {"Content-Type": "application/json"})
        status = connection.getresponse().status
        connection.close()
        assert status == 200
