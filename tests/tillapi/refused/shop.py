"""Where every refusal is brought about: a till, its customer, MobilePay; and the table of what brings it about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from portal.gateway import networks
from portal.mobilepay.http.circuit_breaker import FAILURES, Breaker
from portal.mobilepay.simulator.core.server import SimulatorServer
from terminals.models import Merchant, PointOfSale
from tests.payments.posv10_calls import ALWAYS, own_code
from tests.shop import KINO, Answer, Customer, Till
from tests.tillapi.endpoints import UNKNOWN

BARE_TERMINAL = KINO["stores"][0]["terminals"][1]["terminalId"]


@dataclass(frozen=True)
class Shop:
    till: Till
    customer: Customer
    pos: PointOfSale
    simulator: SimulatorServer
    merchant: Merchant
    later: Callable[..., None]
    monkeypatch: pytest.MonkeyPatch

    def call(self, path: str, *, headers: dict[str, str] | None = None, **given: Any) -> Answer:
        """Call it with everything that a call may name, but for what the scenario names; the rest is ignored."""
        named = {
            "orderId": "order-1",
            "amount": "27.06",
            "terminalId": self.till.terminal_id,
            "posId": str(self.pos.pos_id),
            "paymentId": UNKNOWN,
            "refundId": UNKNOWN,
            "refundOrderId": "refund-1",
            "storeId": UNKNOWN,
            "state": "Captured",
        }
        ask = self.till.get if path in READS else self.till.post
        return ask(path, headers=headers, **{**named, **{name: str(value) for name, value in given.items()}})

    def refuse(self, call: tuple[str, str], status: int = 403, **more: Any) -> None:
        self.simulator.faults.add("refuse", *call, status=status, **{"code": own_code(status), "times": ALWAYS, **more})

    def alter(self, call: tuple[str, str], **members: Any) -> None:
        self.simulator.faults.add("alter", *call, times=ALWAYS, members=members)


Scenario = Callable[[Shop, str], Answer]
SCENARIOS: dict[tuple[str, str], Scenario] = {}
READS = {
    *("payment/status", "payment/details", "payments", "refund/details", "refunds", "terminal/qrcode"),
    *(f"payment/id/retrieve/{by}" for by in ("bystate", "byterminal", "byposId")),
    *(f"manage/{what}" for what in ("terminal/information", "store", "stores")),
    *("manage/checkInStatus/byposId", "manage/checkInStatus/byterminalId"),
}


def refused(code: str, *paths: str) -> Callable[[Scenario], Scenario]:
    """Put a scenario into the table: the last call that it makes is the one that is refused."""

    def register(scenario: Scenario) -> Scenario:
        SCENARIOS.update({(path, code): scenario for path in paths})
        return scenario

    return register


def cut_line() -> None:
    """MobilePay does not answer at all any more, and this process has noticed."""
    breaker = networks._http(networks.POSV10).breaker = Breaker(
        probe=lambda: False, on_change=lambda *_heard, **_more: None
    )
    for _ in range(FAILURES):
        breaker.record_failure("1/1")
