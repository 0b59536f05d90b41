"""`manage.py bench`: status polls per second against a bare DRF view, as a ratio within one run."""

from argparse import ArgumentParser
from datetime import timedelta
import socket
from statistics import median
from threading import Thread
import time
from typing import Any
from uuid import uuid4

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from payments.models import Payment
from payments.states import State
from portal import clock
from portal.audit.actors import COMMAND
from portal.management import processes
from portal.management.sample.shops import SAMPLE
from portal.management.scratch import fresh_database
from terminals.models import Merchant, PointOfSale
from terminals.services import access
from terminals.states import PosState

BARE, OURS = "/bare/status", "/api/pos/payment/status"
CLIENTS = 4


class Command(BaseCommand):
    help = "Measure how fast status polls are answered, next to a bare DRF view in the same process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8790)
        parser.add_argument("--rounds", type=int, default=5)
        parser.add_argument("--seconds", type=int, default=2, help="of each half of a round")

    def handle(self, *_args: Any, port: int, rounds: int, seconds: int, **_options: Any) -> None:
        if processes.answers(port):
            raise CommandError(f"Port {port} is in use; choose another with --port.")
        fresh_database(folder="bench")
        token, payment = _sample()
        served = processes.web(port=port, application="portal.management.bench:application", threads=1)
        with processes.running(served, environment={"TILL_RATE_LIMIT": "1000000/second"}):
            if not processes.wait_for(port):
                raise CommandError("The web server did not start.")
            ratios = []
            for path in (BARE, OURS):
                _polls_per_second(port, path, token, payment, seconds=1)
            for _ in range(rounds):
                bare = _polls_per_second(port, BARE, token, payment, seconds=seconds)
                ours = _polls_per_second(port, OURS, token, payment, seconds=seconds)
                ratios.append(ours / bare)
                self.stdout.write(f"bare DRF view {bare:6.0f}/s   status poll {ours:6.0f}/s   ratio {ratios[-1]:.2f}")
        self.stdout.write(f"median ratio {median(ratios):.2f} (aim: 1.20 or better)")


@transaction.atomic
def _sample() -> tuple[str, Payment]:
    """A token and a payment that stays fresh for longer than the measurement."""
    call_command("import_merchants", SAMPLE, verbosity=0)
    merchant = Merchant.objects.get(bio_code="KINO1")
    terminal = merchant.terminals.order_by("pk")[0]
    pos, _ = PointOfSale.objects.get_or_create(
        terminal=terminal, state=PosState.REGISTERED, defaults={"pos_id": uuid4(), "name": terminal.name}
    )
    payment = Payment.objects.create(
        merchant=merchant,
        store_id=terminal.store_id,
        terminal=terminal,
        point_of_sale=pos,
        flow=Payment.Flow.DIRECT,
        order_id=f"bench {uuid4()}"[:36],
        amount_minor=2706,
        currency="DKK",
        state=State.RESERVED,
        remote_id=str(uuid4()),
        fresh_until=clock.now() + timedelta(hours=1),
    )
    token = access.reset(merchant=merchant, previous=None, by=COMMAND, now=clock.now(), reason="bench")
    return token, payment


def _polls_per_second(port: int, path: str, token: str, payment: Payment, *, seconds: int) -> float:
    request = (
        f"GET {path}?paymentId={payment.pk} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()
    counts = [0] * CLIENTS
    ends_at = time.perf_counter() + seconds

    def poll(client: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while time.perf_counter() < ends_at:
                connection.sendall(request)
                answer = connection.recv(65536)
                while answer and not answer.endswith(b"}"):
                    answer += connection.recv(65536)
                if not answer.startswith(b"HTTP/1.1 200"):
                    return
                counts[client] += 1

    clients = [Thread(target=poll, args=(client,)) for client in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return sum(counts) / seconds
