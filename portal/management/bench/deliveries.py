"""How many signed deliveries a second are taken in, and how long it takes from a scan to the request on the phone."""

from collections.abc import Callable, Sequence
from io import StringIO
import json
import socket
from threading import Event, Thread
import time
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from portal import clock
from portal.management import processes, wire
from portal.management.phones import phone_at
from portal.management.report import Table, percentile95
from portal.management.stage import BIO_CODE, Register, addresses, fresh_shops, registers, simulator, simulator_url
from portal.mobilepay.simulator.epayment.signatures import signed_headers
from portal.mobilepay.simulator.epayment.webhooks import Registration as Signer
from portal.webhooks.models import Registration

AIM_PER_SECOND, AIM_INTAKE_MS = 500, 50
# With Redis the queue wakes a worker; folders are looked into every half second.
AIM_SCAN_MS = {"redis": 1000, "amqp": 1000, "filesystem": 2000}
_CLIENTS = 4
_ROUNDS, _PER_ROUND = 3, 2000
_SCANS = 40
_PHONE = "+4520031801"


def measure(*, folder: str, port: int, simulator_port: int, say: Callable[[str], object]) -> Table:
    """Have customers scan one after the other, then send deliveries as fast as four connections can."""
    token = fresh_shops(folder=folder)[BIO_CODE]
    mobilepay, portal = simulator_url(simulator_port), f"http://127.0.0.1:{port}"
    settings.PORTAL_URL = portal
    environment = {**addresses(mobilepay), "PORTAL_URL": portal}
    with simulator(simulator_port):
        [register] = registers(1)
        call_command("register_webhooks", stdout=StringIO())
        with processes.running(processes.web(port=port), processes.worker(), environment=environment):
            processes.wait_for(port)
            pushes = [_scan_to_push(register, portal, mobilepay, token) for _ in range(_SCANS)]
        with processes.running(processes.web(port=port, workers=2), environment=environment):
            processes.wait_for(port)
            rounds = [_round(register) for _ in range(_ROUNDS)]
    broker = settings.CELERY_BROKER_URL.partition(":")[0]
    rows = [
        (f"intake, round {number}", f"{rate:.0f}/s", f"{late:.1f} ms") for number, (rate, late) in enumerate(rounds, 1)
    ]
    push = percentile95(pushes)
    rows.append((f"scan to push, {broker}", "", f"{push:.0f} ms"))
    for row in rows:
        say("   ".join(row))
    return Table(
        title=f"Deliveries taken in from {_CLIENTS} connections, and {_SCANS} scans with a payment waiting",
        head=("what", "a second", "95 %"),
        rows=rows,
        verdict=(
            f"Aims: {AIM_PER_SECOND} a second, each within {AIM_INTAKE_MS} ms; a scan is on the phone within "
            f"{AIM_SCAN_MS[broker]} ms at the 95th percentile."
        ),
    )


def _round(register: Register) -> tuple[float, float]:
    """Deliveries a second, and the 95th percentile of how long one took in milliseconds."""
    requests = _signed(register, _PER_ROUND)
    took: list[list[float]] = [[] for _ in range(_CLIENTS)]

    def send(client: int) -> None:
        address = urlsplit(settings.PORTAL_URL)
        with socket.create_connection((str(address.hostname), address.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in requests[client::_CLIENTS]:
                began = time.perf_counter()
                connection.sendall(request)
                if not connection.recv(65536).startswith(b"HTTP/1.1 200"):
                    raise CommandError("A delivery was not taken.")
                took[client].append((time.perf_counter() - began) * 1000)

    clients = [Thread(target=send, args=(client,)) for client in range(_CLIENTS)]
    began = time.perf_counter()
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    seconds = time.perf_counter() - began
    return sum(map(len, took)) / seconds, percentile95([each for client in took for each in client])


def _signed(register: Register, count: int) -> Sequence[bytes]:
    """Events of payments that nobody knows, as the network would send them; signed beforehand, for that costs too."""
    account = register.pos.account
    registration = Registration.objects.live().filter(account=account).order_by("pk")[0]
    signer = Signer(
        msn=account.merchant_number,
        url=registration.url,
        events=(),
        registration_id=registration.remote_id,
        secret=str(registration.secret),
    )
    made = []
    for _ in range(count):
        body = json.dumps(
            {
                "msn": account.merchant_number,
                "reference": f"bench-{uuid4()}",
                "pspReference": str(uuid4()),
                "name": "AUTHORIZED",
                "amount": {"currency": "DKK", "value": 2706},
                "timestamp": clock.now().isoformat(),
                "success": True,
            }
        ).encode()
        headers = {**signed_headers(signer, body, clock.now()), "Content-Length": str(len(body))}
        lines = [
            f"POST {urlsplit(registration.url).path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        made.append("\r\n".join([*lines, "", ""]).encode() + body)
    return made


def _scan_to_push(register: Register, portal: str, mobilepay: str, token: str) -> float:
    """Milliseconds from a scan until the network has been asked for the payment that was waiting."""
    order = {"orderId": str(uuid4()), "terminalId": register.terminal_id, "amount": "27.00"}
    _, started = wire.call(portal, "/api/pos/payment/start", token=token, body=order)
    phone, code = phone_at(register.pos, mobilepay=mobilepay, number=_PHONE), register.beacon_id
    pause, began = Event(), time.perf_counter()
    phone.scan()
    while not wire.call(mobilepay, f"/_simulator/epayment/codes/{code}")[1].get("payment"):
        pause.wait(0.01)
    took = (time.perf_counter() - began) * 1000
    wire.call(portal, "/api/pos/payment/cancel", token=token, body={"paymentId": started["paymentId"]})
    return took
