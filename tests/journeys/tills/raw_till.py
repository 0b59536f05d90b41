"""A till as bytes on a socket, and the day that every till has to get through, whatever it is made of."""

from dataclasses import dataclass
from http.client import HTTPResponse
import json
import socket
from threading import Event
from typing import Any

from portal.mobilepay.simulator.core.server import SimulatorServer
from tests.payments.posv10_calls import books
from tests.shop import Customer

NOT_KNOWN_YET = 503
# What every till asks by GET.
READS = (
    "payment/status",
    "payments",
    "payment/id/retrieve/byterminal",
    "refund/details",
    "manage/terminal/information",
)


@dataclass(frozen=True)
class Counter:
    port: int
    token: str
    simulator: SimulatorServer


@dataclass(frozen=True)
class Heard:
    status: int
    kind: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Till:
    """It writes and reads in its own way, and asks again when it hears nothing; `terminal_id` is what it is called."""

    terminal_id: Any

    def __init__(self, counter: Counter) -> None:
        self.port, self.token = counter.port, counter.token

    def writes(self, path: str, parameters: dict[str, Any]) -> bytes:
        """The bytes of a call."""
        raise NotImplementedError

    def reads(self, heard: Heard) -> dict[str, Any]:
        """The members of an answer, each a text or a list of texts."""
        raise NotImplementedError

    def sends(self, line: socket.socket, request: bytes) -> None:
        line.sendall(request)

    def hears(self, path: str, **parameters: Any) -> Heard:
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            self.sends(line, self.writes(path, parameters))
            return heard_on(line)

    def asks(self, path: str, **parameters: Any) -> dict[str, Any]:
        """Ask until the answer is known, and expect that it is done."""
        pause = Event()
        for _ in range(50):
            heard = self.hears(path, **parameters)
            if heard.status != NOT_KNOWN_YET:
                break
            pause.wait(0.1)
        assert heard.status == 200, heard
        return self.reads(heard)

    def asks_twice(self, path: str, **parameters: Any) -> dict[str, Any]:
        """Ask and hang up before the answer comes: it is lost, and the till asks again."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            self.sends(line, self.writes(path, parameters))
        return self.asks(path, **parameters)

    def waits_for(self, word: str, path: str, **parameters: Any) -> dict[str, Any]:
        """Ask how something stands until it stands so."""
        pause = Event()
        for _ in range(50):
            answer = self.asks(path, **parameters)
            if answer["status"] == word:
                return answer
            pause.wait(0.1)
        raise AssertionError(answer)


def flat(answer: dict[str, Any]) -> dict[str, Any]:
    """The members of an answer with those of its objects beside them."""
    inner = [value for value in answer.values() if isinstance(value, dict)]
    return {name: value for each in (answer, *inner) for name, value in each.items()}


def heard_on(line: socket.socket) -> Heard:
    response = HTTPResponse(line)
    response.begin()
    return Heard(response.status, response.getheader("Content-Type", ""), response.read())


def whole_day(till: Till, counter: Counter, *, order_id: Any, amount: Any, refund_order_id: Any, back: Any) -> None:
    """Register, sell, capture, crash, find the sale again, give some back; what moves money loses its answer once."""
    till.asks("manage/create", terminalId=till.terminal_id)
    order = {"orderId": order_id, "amount": amount, "terminalId": till.terminal_id}
    payment_id = till.asks_twice("payment/start", **order)["paymentId"]
    beacon = till.asks("manage/terminal/information", terminalId=till.terminal_id)["beaconId"]
    customer = Customer(counter.simulator.url, beacon)
    customer.checks_in()
    customer.accepts()
    till.waits_for("Reserved", "payment/status", paymentId=payment_id)
    listed = till.asks("payments", terminalId=till.terminal_id, orderId=order_id)["paymentsIds"]
    till.asks_twice("payment/capture", paymentId=payment_id)
    found = till.asks("payment/id/retrieve/byterminal", terminalId=till.terminal_id, orderId=order_id)["paymentId"]
    refund = {"paymentId": payment_id, "refundOrderId": refund_order_id, "amount": back}
    refund_id = till.asks_twice("refund/create", **refund)["refundId"]
    till.waits_for("Reserved", "refund/details", refundId=refund_id)
    till.asks_twice("refund/capture", refundId=refund_id)
    till.waits_for("Captured", "refund/details", refundId=refund_id)

    assert listed == [found] == [payment_id]
    assert books(counter.simulator) == [(str(order_id).strip(), "Captured", "27.06")]
    with counter.simulator.world.present():
        given_back = [(each.refund_order_id, str(each.amount)) for each in counter.simulator.world.refunds]
    assert given_back == [(str(refund_order_id).strip(), "10.00")]
