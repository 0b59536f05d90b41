"""A till that knows addresses and nothing else: every parameter it ever heard of, empty where it has no value."""

from typing import Any
from urllib.parse import quote

from tests.journeys.tills.raw_till import Heard, Till, flat, whole_day

NAMES = (
    *(
        "bioCode",
        "accessToken",
        "orderId",
        "amount",
        "currencyCode",
        "terminalId",
        "posId",
        "paymentId",
        "paymentState",
    ),
    *("state", "refundOrderId", "refundId", "storeId"),
)


class AddressTill(Till):
    terminal_id = "101"

    def writes(self, path: str, parameters: dict[str, Any]) -> bytes:
        given = parameters | {"accessToken": self.token, "bioCode": "KINO1"}
        query = "&".join(f"{name.upper()}={quote(given.get(name, ''))}" for name in NAMES)
        # Its base address ends in a slash, and its Accept names nothing that a program could read.
        head = f"Host: 127.0.0.1:{self.port}\r\nAccept: text/html, image/gif\r\nConnection: close\r\n"
        return f"GET //api/pos/{path}?{query} HTTP/1.0\r\n{head}\r\n".encode()

    def reads(self, heard: Heard) -> dict[str, Any]:
        assert heard.kind == "application/json; charset=utf-8"
        return flat(heard.json)


def test_a_till_that_knows_addresses_only_gets_through_its_day(counter):
    till = AddressTill(counter)

    whole_day(till, counter, order_id="A-1", amount="27.06", refund_order_id="R-1", back="10.00")
