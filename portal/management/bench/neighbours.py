"""What one merchant's tills feel while MobilePay is slow for another's, with the bulkhead and without it."""

from collections.abc import Callable
from statistics import median
from threading import Event, Thread
from uuid import uuid4

from portal.management import processes, wire
from portal.management.bench.client import Client
from portal.management.report import Table, percentile95
from portal.management.stage import Register, addresses, fresh_shops, registers, simulator, simulator_url
from terminals.models import Merchant

_SLOW, _NEIGHBOUR = "KINO1", "BAGER7"
_OK = 200
_SIEGE = 24
_SALES = 60
_THREADS = 8
# Just quick enough to be no failure, which would shut that merchant out.
_SECONDS = 1.5
_DRAGS = {"kind": "slow", "path": "/pos/v10/.*", "seconds": _SECONDS, "times": 1_000_000}
# More places than there are threads: as if there were no bulkhead.
_OPEN = str(10 * _THREADS)


def measure(*, folder: str, port: int, simulator_port: int, say: Callable[[str], object]) -> Table:
    """Time a merchant's starts and cancellations alone, and beside another merchant whose calls are all slow."""
    rows, mobilepay = [], simulator_url(simulator_port)
    for words, places, is_besieged in (
        ("alone", "4", False),
        ("beside a slow merchant", "4", True),
        ("the same without a bulkhead", _OPEN, True),
    ):
        tokens = fresh_shops(folder=folder, is_all_at_posv10=True)
        with simulator(simulator_port):
            slow, (own,) = registers(_SIEGE, bio_code=_SLOW), registers(1, bio_code=_NEIGHBOUR)
            environment = {**addresses(mobilepay), "SLOW_CALLS_PER_MERCHANT": places}
            with processes.running(processes.web(port=port, threads=_THREADS), environment=environment, is_silent=True):
                processes.wait_for(port)
                url = f"http://127.0.0.1:{port}"
                if is_besieged:
                    vat_number = Merchant.objects.get(bio_code=_SLOW).vat_number
                    wire.call(mobilepay, "/_simulator/faults", body={**_DRAGS, "vatNumber": vat_number})
                took = _besieged(url, slow if is_besieged else [], own, tokens)
        rows.append((words, *took))
        say("   ".join(rows[-1]))
    return Table(
        title=f"One merchant's sales while MobilePay takes {_SECONDS} s for each call of another's {_SIEGE} tills; "
        f"one web process with {_THREADS} threads",
        head=("", "sales that failed", "median", "95 %", "longest"),
        rows=rows,
        verdict="A sale here is a start and its cancellation. Aim: one slow merchant does not starve the others.",
    )


def _besieged(url: str, slow: list[Register], own: Register, tokens: dict[str, str]) -> tuple[str, ...]:
    stop = Event()
    tills = [Thread(target=_insist, args=(url, each, tokens[_SLOW], stop)) for each in slow]
    for till in tills:
        till.start()
    # Long enough for all of them to be under way.
    stop.wait(5 if slow else 0)
    took, failed = _sales(Client(url, {"Authorization": f"Bearer {tokens[_NEIGHBOUR]}"}), own)
    stop.set()
    for till in tills:
        till.join()
    times = f"{median(took):.0f} ms", f"{percentile95(took):.0f} ms", f"{max(took):.0f} ms"
    return f"{failed} of {_SALES}", *times


def _sales(client: Client, register: Register) -> tuple[list[float], int]:
    """How long each sale took, and how many of them failed."""
    took, failed = [], 0
    for _ in range(_SALES):
        order = {"orderId": str(uuid4()), "terminalId": register.terminal_id, "amount": "27.06"}
        started, answer = client.call("POST", "/api/pos/payment/start", order)
        took.append(client.took)
        cancelled, _ = client.call("POST", "/api/pos/payment/cancel", {"paymentId": answer["paymentId"] or ""})
        took[-1] += client.took
        failed += (started, cancelled) != (_OK, _OK)
    return took, failed


def _insist(url: str, register: Register, token: str, stop: Event) -> None:
    """Start and cancel again and again, as an impatient cashier does."""
    client = Client(url, {"Authorization": f"Bearer {token}"})
    while not stop.wait(0.1):
        order = {"orderId": str(uuid4()), "terminalId": register.terminal_id, "amount": "27.06"}
        status, answer = client.call("POST", "/api/pos/payment/start", order)
        if status == _OK:
            client.call("POST", "/api/pos/payment/cancel", {"paymentId": answer["paymentId"]})
