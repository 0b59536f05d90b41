"""What the portal adds to a sale: the same calls made to it, and made straight to the simulated MobilePay."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management.base import CommandError

from portal.management import processes, wire
from portal.management.bench.client import Client
from portal.management.report import Table
from portal.management.stage import BIO_CODE, Register, addresses, fresh_shops, registers, simulator, simulator_url
from portal.mobilepay.http.client import HttpClient
from portal.mobilepay.posv10.tokens import token_source

AIM_MS = 30
_DELAYS_MS = (20, 200)
_SALES = 100
_UPSTREAM = "/pos/v10/.*"
_STEPS = ("start", "status", "capture", "sale")
_PHONE = "+4520031801"
_OK = 200


@dataclass
class _Seller:
    """Sells at one register, and notes how long each step took."""

    client: Client
    register: Register
    mobilepay: str
    took: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def sell(self) -> None:
        payment_id = self.start()
        self.note("start")
        for act in ("checkin", "acceptpayment"):
            body = {"beaconId": self.register.beacon_id, "phoneNumber": _PHONE}
            wire.call(self.mobilepay, f"/pos/app/usersimulation/{act}", body=body)
        while self.status(payment_id) != "Reserved":
            pass
        self.note("status")
        self.capture(payment_id)
        self.note("capture")
        self.took["sale"].append(sum(self.took[step][-1] for step in _STEPS[:-1]))

    def note(self, step: str) -> None:
        self.took[step].append(self.client.took)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        status, answer = self.client.call(method, path, body, **headers)
        if status >= 300:  # noqa: PLR2004 - a sale that fails is no sale to time
            raise CommandError(f"{method} {path} was answered {status}: {answer}")
        return answer

    def start(self) -> str:
        raise NotImplementedError

    def status(self, payment_id: str) -> str:
        raise NotImplementedError

    def capture(self, payment_id: str) -> None:
        raise NotImplementedError


class _Till(_Seller):
    def start(self) -> str:
        order = {"orderId": str(uuid4()), "terminalId": self.register.terminal_id, "amount": "27.00"}
        return str(self.call("POST", "/api/pos/payment/start", order)["paymentId"])

    def status(self, payment_id: str) -> str:
        return str(self.call("GET", f"/api/pos/payment/status?paymentId={payment_id}")["status"])

    def capture(self, payment_id: str) -> None:
        self.call("POST", "/api/pos/payment/capture", {"paymentId": payment_id})


class _Direct(_Seller):
    def start(self) -> str:
        body = {"posId": self.register.pos_id, "orderId": str(uuid4()), "amount": 27, "currencyCode": "DKK"}
        return str(self._post("", {**body, "plannedCaptureDelay": "None"})["paymentId"])

    def status(self, payment_id: str) -> str:
        return str(self.call("GET", f"/pos/v10/payments/{payment_id}")["status"])

    def capture(self, payment_id: str) -> None:
        self._post(f"/{payment_id}/capture", {"amount": 27})

    def _post(self, path: str, body: Any) -> Any:
        return self.call("POST", f"/pos/v10/payments{path}", body, **{"x-mobilepay-idempotency-key": str(uuid4())})


def measure(*, folder: str, port: int, simulator_port: int, say: Callable[[str], object]) -> Table:
    """Sell in turn through the portal and without it, with MobilePay taking its time."""
    token = fresh_shops(folder=folder, is_all_at_posv10=True)[BIO_CODE]
    rows, added = [], {}
    mobilepay = simulator_url(simulator_port)
    with simulator(simulator_port):
        wire.call(mobilepay, "/_simulator/knobs", body={"paymentPollDelayInMs": 0}, method="PATCH")
        ours, bare = registers(2)
        with processes.running(processes.web(port=port), environment=addresses(mobilepay)):
            processes.wait_for(port)
            till = Client(f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {token}"})
            direct = Client(mobilepay, _headers())
            for delay in _DELAYS_MS:
                wire.call(mobilepay, "/_simulator/faults", method="DELETE")
                late = {"kind": "late", "path": _UPSTREAM, "seconds": delay / 1000, "times": 1_000_000}
                wire.call(mobilepay, "/_simulator/faults", body=late)
                sellers = _Till(till, ours, mobilepay), _Direct(direct, bare, mobilepay)
                for _ in range(_SALES):
                    for seller in sellers:
                        seller.sell()
                found = list(_compared(delay, *sellers))
                rows += found
                added[delay] = _added(*sellers)
                for row in found:
                    say("   ".join(row))
    figures = ", ".join(f"{ms:.1f} ms with MobilePay at {delay} ms" for delay, ms in added.items())
    return Table(
        title=f"A sale through the portal and straight at MobilePay's simulator, {_SALES} of each, one after the other",
        head=("MobilePay takes", "step", "direct, median", "portal, median", "portal, 95 %", "ratio of medians"),
        rows=rows,
        verdict=f"The portal adds to a start, at the 95th percentile: {figures}; aim: under {AIM_MS} ms.",
    )


def _headers() -> dict[str, str]:
    """What a till would have to send if it spoke to MobilePay itself."""
    tokens = token_source(
        HttpClient(),
        url=settings.POSV10_TOKEN_URL,
        client_id=settings.POSV10_CLIENT_ID,
        client_secret=settings.POSV10_CLIENT_SECRET,
        shared=_NotShared(),
    )
    return {
        "Authorization": f"Bearer {tokens.get()}",
        "x-ibm-client-id": settings.POSV10_CLIENT_ID,
        "x-mobilepay-client-system-version": settings.POSV10_CLIENT_VERSION,
        "x-mobilepay-merchant-vat-number": "DK12345678",
    }


class _NotShared:
    def get(self) -> str | None:
        return None

    def set(self, value: str, *, seconds: int) -> None:
        """Keep nothing."""


def _compared(delay: int, till: _Seller, direct: _Seller) -> list[tuple[str, ...]]:
    return [
        (
            f"{delay} ms",
            step,
            f"{median(direct.took[step]):.1f} ms",
            f"{median(till.took[step]):.1f} ms",
            f"{_percentile(till.took[step]):.1f} ms",
            f"{median(till.took[step]) / median(direct.took[step]):.2f}",
        )
        for step in _STEPS
    ]


def _added(till: _Seller, direct: _Seller) -> float:
    pairs = zip(till.took["start"], direct.took["start"], strict=True)
    return _percentile([ours - bare for ours, bare in pairs])


def _percentile(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]
