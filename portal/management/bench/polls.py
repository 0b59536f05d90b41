"""How many status polls a second are answered, beside a bare DRF view in the same process."""

from collections.abc import Callable
from datetime import timedelta
import socket
from statistics import median
from threading import Thread
import time
from uuid import uuid4

from django.core.management.base import CommandError
from django.db import transaction

from payments.models import Payment
from payments.states import Flow, State
from portal import clock
from portal.management import processes
from portal.management.report import Table
from portal.management.stage import BIO_CODE, fresh_shops
from terminals.models import Merchant, PointOfSale
from terminals.states import PosState

AIM = 1.2
_BARE, _OURS = "/bare/status", "/api/pos/payment/status"
_CLIENTS = 4
_ROUNDS, _SECONDS = 5, 2
_NO_LIMIT = "1000000/second"


def measure(*, folder: str, port: int, say: Callable[[str], object]) -> Table:
    """Ask both in turn, for some seconds each, and compare within each round."""
    token = fresh_shops(folder=folder, is_all_at_posv10=True)[BIO_CODE]
    payment = _payment()
    served = processes.web(port=port, application="portal.management.bench.site:application", threads=1)
    limits = {"TILL_RATE_LIMIT": _NO_LIMIT, "MERCHANT_RATE_LIMIT": _NO_LIMIT}
    rows, ratios = [], []
    with processes.running(served, environment=limits):
        if not processes.wait_for(port):
            raise CommandError("The web server did not start.")
        for path in (_BARE, _OURS):
            _polls_per_second(port, path, token, payment, seconds=1)
        for number in range(1, _ROUNDS + 1):
            bare, ours = (_polls_per_second(port, path, token, payment, seconds=_SECONDS) for path in (_BARE, _OURS))
            ratios.append(ours / bare)
            rows.append((f"{number}", f"{bare:.0f}/s", f"{ours:.0f}/s", f"{ratios[-1]:.2f}"))
            say(f"bare DRF view {bare:6.0f}/s   status poll {ours:6.0f}/s   ratio {ratios[-1]:.2f}")
    return Table(
        title="Status polls against a bare DRF view that looks the same two rows up with the ORM",
        head=("round", "bare DRF view", "status poll", "ratio"),
        rows=rows,
        verdict=f"Median ratio {median(ratios):.2f}; aim: {AIM:.2f} or better.",
    )


@transaction.atomic
def _payment() -> Payment:
    """A payment to be polled."""
    merchant = Merchant.objects.get(bio_code=BIO_CODE)
    terminal = merchant.terminals.order_by("pk")[0]
    pos = PointOfSale.objects.create(
        terminal=terminal,
        account=terminal.store.account,
        state=PosState.REGISTERED,
        pos_id=uuid4(),
        beacon_id=str(uuid4()),
        name=terminal.name,
    )
    return Payment.objects.create(
        merchant=merchant,
        store_id=terminal.store_id,
        terminal=terminal,
        point_of_sale=pos,
        account=terminal.store.account,
        flow=Flow.DIRECT,
        order_id="bench",
        amount_minor=2706,
        currency="DKK",
        state=State.RESERVED,
        remote_id=str(uuid4()),
    )


def _polls_per_second(port: int, path: str, token: str, payment: Payment, *, seconds: int) -> float:
    # Fresh for longer than the measurement, and for no longer than the portal believes.
    Payment.objects.filter(pk=payment.pk).update(fresh_until=clock.now() + timedelta(seconds=2 * seconds + 1))
    request = (
        f"GET {path}?paymentId={payment.pk} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()
    counts = [0] * _CLIENTS
    deadline = time.perf_counter() + seconds

    def poll(client: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while time.perf_counter() < deadline:
                connection.sendall(request)
                answer = connection.recv(65536)
                while answer and not answer.endswith(b"}"):
                    answer += connection.recv(65536)
                if not answer.startswith(b"HTTP/1.1 200"):
                    return
                counts[client] += 1

    clients = [Thread(target=poll, args=(client,)) for client in range(_CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return sum(counts) / seconds
