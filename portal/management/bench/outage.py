"""How long a till waits for its answer while MobilePay is gone."""

from collections.abc import Callable
from statistics import median
from threading import Event
import time
from uuid import uuid4

from portal.management import processes, wire
from portal.management.bench.client import Client
from portal.management.report import Table, percentile95
from portal.management.stage import BIO_CODE, Register, addresses, fresh_shops, registers, simulator, simulator_url

AIM_MS = 100
_CALLS = 400
# A start that is in doubt blocks its till, so it takes several tills to find out that nobody answers.
_TILLS = 12
_PAUSE = 0.02
_GONE = {"kind": "slow", "path": "/(pos/v10|integrator).*", "seconds": 30, "times": 1_000_000}
_UNAVAILABLE = 503


def measure(*, folder: str, port: int, simulator_port: int, say: Callable[[str], object]) -> Table:
    """Let MobilePay hang, start until the portal has noticed, and time the starts from then on."""
    token = fresh_shops(folder=folder, is_all_at_posv10=True)[BIO_CODE]
    mobilepay = simulator_url(simulator_port)
    with simulator(simulator_port):
        *noticers, other = registers(_TILLS)
        with processes.running(processes.web(port=port), environment=addresses(mobilepay), is_silent=True):
            processes.wait_for(port)
            client = Client(f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {token}"})

            def start(register: Register) -> tuple[float, str]:
                order = {"orderId": str(uuid4()), "terminalId": register.terminal_id, "amount": "27.06"}
                status, answer = client.call("POST", "/api/pos/payment/start", order)
                return client.took, answer["errorCodes"][0] if status == _UNAVAILABLE else str(status)

            wire.call(mobilepay, "/_simulator/faults", body=_GONE)
            noticing = []
            for register in noticers:
                noticing.append(start(register))
                if noticing[-1][1] == "mobilepay_unavailable":
                    break
            say(f"noticed after {len(noticing) - 1} calls and {sum(ms for ms, _ in noticing) / 1000:.1f} s")
            took, pause = [], Event()
            for _ in range(_CALLS):
                took.append(start(other)[0])
                pause.wait(_PAUSE)
            wire.call(mobilepay, "/_simulator/faults", method="DELETE")
            began = time.perf_counter()
            while start(other)[1] == "mobilepay_unavailable":
                pause.wait(_PAUSE)
            back = time.perf_counter() - began
    return Table(
        title="Answers to a till while MobilePay hangs",
        head=("", "median", "95 %", "longest"),
        rows=[
            (
                f"{_CALLS} starts during {_CALLS * _PAUSE:.0f} s of outage",
                f"{median(took):.1f} ms",
                f"{percentile95(took):.1f} ms",
                f"{max(took):.1f} ms",
            )
        ],
        verdict=(
            f"One process had noticed after {len(noticing) - 1} calls, one after the other, that took "
            f"{sum(ms for ms, _ in noticing) / 1000:.0f} s with all their tries; aim from then on: under {AIM_MS} ms. "
            f"The first start went through {back:.1f} s after MobilePay answered again."
        ),
    )
