"""`manage.py chaos`: sales and refunds while processes die and MobilePay fails; afterwards the books must agree."""

from argparse import ArgumentParser
from datetime import timedelta
from random import Random
from threading import Event, Thread
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from payments.models import Payment
from portal import clock
from portal.audit.actors import COMMAND
from portal.management import processes
from portal.management.chaos import books, trouble, wire
from portal.management.chaos.tills import ChaosTill, Told
from portal.management.sample import shops
from portal.management.scratch import fresh_database
from refunds.models import Refund
from terminals.models import Merchant, Terminal
from terminals.services import access, points_of_sale

BIO_CODE = "KINO1"
# What a till has forgotten must have ended before the books are compared.
TIMEOUT = timedelta(seconds=20)
SETTLED_WITHIN = 120


class Command(BaseCommand):
    help = "Sell and give back while web and worker processes are killed and MobilePay fails; compare the books."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sales", type=int, default=120)
        parser.add_argument("--tills", type=int, default=6)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--port", type=int, default=8810)
        parser.add_argument("--simulator-port", type=int, default=8820)

    def handle(self, *_args: Any, sales: int, tills: int, seed: int, port: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Chaos is for a database of its own: run `make chaos`.")
        for wanted in (port, options["simulator_port"]):
            if processes.answers(wanted):
                raise CommandError(f"Port {wanted} is in use; choose another with --port or --simulator-port.")
        portal, mobilepay = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{options['simulator_port']}"
        token = _fresh_shop()
        simulator = processes.manage(
            "simulator", "--port", str(options["simulator_port"]), "--merchants", str(shops.file())
        )
        with processes.running(simulator, environment={"MOBILEPAY_API_URL": mobilepay}):
            if not processes.wait_for(options["simulator_port"]):
                raise CommandError("The simulator did not start.")
            registers = _registers(tills, portal=portal, mobilepay=mobilepay, token=token, seed=seed)
            told, took = self._disturbed(registers, sales=sales, port=port, mobilepay=mobilepay, seed=seed)
            _, world = wire.call(mobilepay, "/_simulator/world")
        found = books.differences(world, told)
        captured = sum(each.captured for each in told)
        self.stdout.write(
            f"seed {seed}: {len(told)} sales asked for, {captured} captured, {sum(each.refunded for each in told)} "
            f"given back in part; settled after {took:.0f} s; {Payment.objects.count()} payments and "
            f"{Refund.objects.count()} refunds compared, {len(found)} differences"
        )
        if found:
            raise CommandError("\n".join(found))

    def _disturbed(
        self, registers: list[ChaosTill], *, sales: int, port: int, mobilepay: str, seed: int
    ) -> tuple[list[Told], float]:
        """Let all tills sell in the midst of trouble; give what they were told and how long settling took."""
        environment = {"MOBILEPAY_API_URL": mobilepay, "SECOND_FACTOR_REQUIRED": "off"}
        programs = [
            trouble.Kept("web", processes.web(port=port, workers=2), environment),
            trouble.Kept("worker", processes.worker(), environment),
        ]
        try:
            processes.wait_for(port)
            stop = Event()
            facts: dict[str, Any] = {"programs": programs, "mobilepay": mobilepay, "dice": Random(seed)}  # noqa: S311
            disturber = Thread(target=trouble.make, kwargs={**facts, "stop": stop, "say": self.stdout.write})
            disturber.start()
            each = sales // len(registers)
            threads = [
                Thread(target=till.sell, args=(each,), kwargs={"name": f"S{seed}-{number}"})
                for number, till in enumerate(registers)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            stop.set()
            disturber.join()
            self.stdout.write(", ".join(f"{program.name} killed {program.kills} times" for program in programs))
            return [told for till in registers for told in till.told], _settle(mobilepay)
        finally:
            for program in programs:
                program.end()


def _settle(mobilepay: str) -> float:
    """Wait until nothing is in doubt any more, with MobilePay well again; give the seconds it took."""
    wire.call(mobilepay, "/_simulator/faults", method="DELETE")
    began, pause = time.monotonic(), Event()
    while books.in_doubt() and time.monotonic() - began < SETTLED_WITHIN:
        pause.wait(0.5)
    return time.monotonic() - began


def _fresh_shop() -> str:
    fresh_database(folder="chaos")
    call_command("import_merchants", shops.file(), verbosity=0)
    Merchant.objects.update(payment_timeout=TIMEOUT)
    return access.issue(merchant=Merchant.objects.get(bio_code=BIO_CODE), by=COMMAND)


def _registers(count: int, *, portal: str, mobilepay: str, token: str, seed: int) -> list[ChaosTill]:
    settings.MOBILEPAY_API_URL = mobilepay
    settings.MOBILEPAY_TOKEN_URL = f"{mobilepay}/integrator-authentication/connect/token"
    terminals = Terminal.objects.filter(merchant__bio_code=BIO_CODE).select_related("store", "merchant")
    registers = []
    for number, terminal in enumerate(terminals.order_by("pk")[:count]):
        pos = points_of_sale.register(terminal=terminal, by=COMMAND, now=clock.now())
        registers.append(
            ChaosTill(
                portal=portal,
                mobilepay=mobilepay,
                token=token,
                terminal_id=str(terminal.terminal_id),
                beacon_id=pos.beacon_id,
                phone_number=f"+45200318{number:02}",
                dice=Random(f"{seed}-{number}"),  # noqa: S311 - invented sales, not secrets
                stop=Event(),
            )
        )
    return registers
