"""What the portal adds to a sale: the same calls made to it, and made straight to the simulated MobilePay."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from io import StringIO
from statistics import median
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from portal.management import processes, wire
from portal.management.bench.client import Client
from portal.management.phones import Phone, phone_at
from portal.management.report import Table, percentile95
from portal.management.stage import BIO_CODE, Register, addresses, fresh_shops, registers, simulator, simulator_url
from portal.mobilepay.epayment import tokens as epayment
from portal.mobilepay.http.client import HttpClient
from portal.mobilepay.posv10.tokens import token_source

AIM_MS = 30
_DELAYS_MS = (20, 200)
_SALES = 100
_STEPS = ("start", "status", "capture", "sale")
_PHONE = "+4520031801"
_OK = 200


@dataclass
class _Seller:
    """Sells at one register, and notes how long each step took."""

    client: Client
    register: Register
    phone: Phone
    customer: str = ""
    took: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def sell(self) -> None:
        self.customer = self.phone.scan()
        self.see_customer()
        payment_id = self.start()
        self.note("start")
        self.phone.accept()
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

    def see_customer(self) -> None:
        """Wait until whoever has scanned is known; a network that keeps check-ins knows at once."""

    def start(self) -> str:
        raise NotImplementedError

    def status(self, payment_id: str) -> str:
        raise NotImplementedError

    def capture(self, payment_id: str) -> None:
        raise NotImplementedError


class _Till(_Seller):
    def see_customer(self) -> None:
        path = f"/api/pos/manage/checkInStatus/byposId?posId={self.register.pos_id}"
        while self.call("GET", path)["checkInStatus"]["isUserCheckedIn"] != "true":
            pass

    def start(self) -> str:
        order = {"orderId": str(uuid4()), "terminalId": self.register.terminal_id, "amount": "27.00"}
        return str(self.call("POST", "/api/pos/payment/start", order)["paymentId"])

    def status(self, payment_id: str) -> str:
        return str(self.call("GET", f"/api/pos/payment/status?paymentId={payment_id}")["status"])

    def capture(self, payment_id: str) -> None:
        self.call("POST", "/api/pos/payment/capture", {"paymentId": payment_id})


class _DirectPosV10(_Seller):
    def start(self) -> str:
        body = {"posId": self.register.pos_id, "orderId": str(uuid4()), "amount": 27, "currencyCode": "DKK"}
        return str(self._post("", {**body, "plannedCaptureDelay": "None"})["paymentId"])

    def status(self, payment_id: str) -> str:
        return str(self.call("GET", f"/pos/v10/payments/{payment_id}")["status"])

    def capture(self, payment_id: str) -> None:
        self._post(f"/{payment_id}/capture", {"amount": 27})

    def _post(self, path: str, body: Any) -> Any:
        return self.call("POST", f"/pos/v10/payments{path}", body, **{"x-mobilepay-idempotency-key": str(uuid4())})


class _DirectEPayment(_Seller):
    def start(self) -> str:
        body = {
            "amount": {"currency": "DKK", "value": 2700},
            "paymentMethod": {"type": "WALLET"},
            "customer": {"customerToken": self.customer},
            "customerInteraction": "CUSTOMER_PRESENT",
            "userFlow": "PUSH_MESSAGE",
            "reference": str(uuid4()),
            "paymentDescription": "bench",
        }
        return str(self._post("", body)["reference"])

    def status(self, payment_id: str) -> str:
        found = self.call("GET", f"/epayment/v1/payments/{payment_id}")["state"]
        return "Reserved" if found == "AUTHORIZED" else str(found)

    def capture(self, payment_id: str) -> None:
        self._post(f"/{payment_id}/capture", {"modificationAmount": {"currency": "DKK", "value": 2700}})

    def _post(self, path: str, body: Any) -> Any:
        return self.call("POST", f"/epayment/v1/payments{path}", body, **{"Idempotency-Key": str(uuid4())})


@dataclass(frozen=True)
class _Network:
    """What differs between the networks: where its calls go, and how somebody sells there without a portal."""

    name: str
    upstream: str
    direct: type[_Seller]
    headers: Callable[[Register], dict[str, str]]


def measure(*, folder: str, port: int, simulator_port: int, say: Callable[[str], object]) -> Table:
    """Sell in turn through the portal and without it, at each network, with MobilePay taking its time."""
    rows, added = [], []
    for network in (_EPAYMENT, _POSV10):
        token = fresh_shops(folder=folder, is_all_at_posv10=network is _POSV10)[BIO_CODE]
        found, figures = _measured(network, token, port=port, simulator_port=simulator_port)
        rows += found
        added += figures
        for row in found:
            say("   ".join(row))
    return Table(
        title=f"A sale through the portal and straight at MobilePay's simulator, {_SALES} of each, one after the other",
        head=("network", "it takes", "step", "direct, median", "portal, median", "portal, 95 %", "ratio of medians"),
        rows=rows,
        verdict=f"The portal adds to a start, at the 95th percentile: {', '.join(added)}; aim: under {AIM_MS} ms.",
    )


def _measured(
    network: _Network, token: str, *, port: int, simulator_port: int
) -> tuple[list[tuple[str, ...]], list[str]]:
    mobilepay, portal = simulator_url(simulator_port), f"http://127.0.0.1:{port}"
    settings.PORTAL_URL = portal
    rows: list[tuple[str, ...]] = []
    added: list[str] = []
    with simulator(simulator_port):
        wire.call(mobilepay, "/_simulator/knobs", body={"paymentPollDelayInMs": 0}, method="PATCH")
        ours, bare = registers(2)
        call_command("register_webhooks", stdout=StringIO())
        programs = (processes.web(port=port), processes.worker())
        with processes.running(*programs, environment={**addresses(mobilepay), "PORTAL_URL": portal}):
            processes.wait_for(port)
            till = Client(portal, {"Authorization": f"Bearer {token}"})
            direct = Client(mobilepay, network.headers(bare))
            for delay in _DELAYS_MS:
                wire.call(mobilepay, "/_simulator/faults", method="DELETE")
                late = {"kind": "late", "path": network.upstream, "seconds": delay / 1000, "times": 1_000_000}
                wire.call(mobilepay, "/_simulator/faults", body=late)
                phones = [phone_at(each.pos, mobilepay=mobilepay, number=_PHONE) for each in (ours, bare)]
                sellers = _Till(till, ours, phones[0]), network.direct(direct, bare, phones[1])
                for _ in range(_SALES):
                    for seller in sellers:
                        seller.sell()
                rows += [(network.name, *row) for row in _compared(delay, *sellers)]
                added.append(f"{_added(*sellers):.1f} ms with {network.name} at {delay} ms")
    return rows, added


def _posv10_headers(_register: Register) -> dict[str, str]:
    """What a till would have to send if it spoke to PoS V10 itself."""
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


def _epayment_headers(register: Register) -> dict[str, str]:
    """What a till would have to send if it spoke to ePayment itself."""
    keys = epayment.Keys(
        settings.EPAYMENT_CLIENT_ID,
        settings.EPAYMENT_CLIENT_SECRET,
        settings.EPAYMENT_SUBSCRIPTION_KEY,
        register.pos.account.merchant_number,
    )
    url = settings.EPAYMENT_API_URL
    tokens = epayment.token_source(HttpClient(), url=url, keys=keys, account="bench", shared=_NotShared())
    return {"Authorization": f"Bearer {tokens.get()}", **keys.headers}


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
            f"{percentile95(till.took[step]):.1f} ms",
            f"{median(till.took[step]) / median(direct.took[step]):.2f}",
        )
        for step in _STEPS
    ]


def _added(till: _Seller, direct: _Seller) -> float:
    pairs = zip(till.took["start"], direct.took["start"], strict=True)
    return percentile95([ours - bare for ours, bare in pairs])


_POSV10 = _Network("PoS V10", "/pos/v10/.*", _DirectPosV10, _posv10_headers)
_EPAYMENT = _Network("ePayment", "/epayment/v1/.*", _DirectEPayment, _epayment_headers)
