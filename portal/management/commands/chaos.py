"""`manage.py chaos`: sales and refunds while processes die and MobilePay fails; afterwards the books must agree."""

from argparse import ArgumentParser
from datetime import timedelta
from io import StringIO
from itertools import zip_longest
from random import Random
from threading import Event, Thread
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from payments.models import Payment
from portal.management import processes, report, wire
from portal.management.chaos import books, trouble
from portal.management.chaos.tills import ChaosTill, Told
from portal.management.phones import phone_at
from portal.management.stage import (
    BIO_CODE,
    POSV10_BIO_CODE,
    Register,
    addresses,
    fresh_shops,
    registers,
    require_free,
    simulator,
    simulator_url,
)
from refunds.models import Policy, Refund
from terminals.models import Merchant

# What a till has forgotten must have ended before the books are compared.
TIMEOUT = timedelta(seconds=20)
SETTLED_WITHIN = 120
# From MobilePay's being well again until nothing is in doubt; workers that were killed need a moment to start.
KNOWN_WITHIN = 15
# One at ePayment, one at PoS V10.
_SHOPS = (BIO_CODE, POSV10_BIO_CODE)


class Command(BaseCommand):
    help = "Sell and give back while web and worker processes are killed and MobilePay fails; compare the books."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sales", type=int, default=120)
        parser.add_argument("--tills", type=int, default=6)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--port", type=int, default=8810)
        parser.add_argument("--simulator-port", type=int, default=8820)
        parser.add_argument("--record", default="", help="the place in docs/reliability.md that keeps the outcome")

    def handle(self, *_args: Any, sales: int, tills: int, seed: int, port: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Chaos is for a database of its own: run `make chaos`.")
        require_free(port, options["simulator_port"])
        tokens = fresh_shops(folder="chaos")
        Merchant.objects.update(payment_timeout=TIMEOUT)
        # These tills give back more in minutes than a shop's do in a day.
        no_ceilings = {"terminal_day_limit_minor": None, "tills_day_limit_minor": None}
        for merchant in Merchant.objects.filter(bio_code__in=_SHOPS):
            Policy.objects.create(merchant=merchant, currency="DKK", **no_ceilings)
        mobilepay, portal = simulator_url(options["simulator_port"]), f"http://127.0.0.1:{port}"
        settings.PORTAL_URL = portal
        with simulator(options["simulator_port"]):
            at = _registers(tills)
            call_command("register_webhooks", stdout=StringIO())
            chaotic = [
                ChaosTill(
                    portal=portal,
                    token=tokens[register.pos.merchant.bio_code],
                    register=register,
                    phone=phone_at(register.pos, mobilepay=mobilepay, number=f"+45200318{number:02}"),
                    seed=f"{seed}-{number}",
                    stop=Event(),
                )
                for number, register in enumerate(at)
            ]
            began = time.monotonic()
            told, kills, settled_after = self._disturbed(
                chaotic, sales=sales, port=port, mobilepay=mobilepay, seed=seed
            )
            minutes = (time.monotonic() - began) / 60
            _, world = wire.call(mobilepay, "/_simulator/world")
            _, units = wire.call(mobilepay, "/_simulator/epayment/world")
            _, calls = wire.call(mobilepay, "/_simulator/calls?method=POST")
        found = [*books.differences(world, units, told), *books.reused_keys(calls)]
        captured, refunded = sum(each.captured for each in told), sum(each.refunded for each in told)
        payments, refunds = Payment.objects.count(), Refund.objects.count()
        self.stdout.write(
            f"seed {seed}: {len(told)} sales asked for, {captured} captured, {refunded} given back in part; "
            f"settled after {settled_after:.0f} s; {payments} payments and {refunds} refunds compared, "
            f"{len(found)} differences"
        )
        if options["record"]:
            table = report.Table(
                title=f"{len(told):,} sales of {tills} tills in {minutes:.0f} minutes, seed {seed}",
                head=("what", "how many"),
                rows=[
                    ("web processes killed, workers killed", ", ".join(map(str, kills))),
                    ("sales captured, given back in part", f"{captured:,}, {refunded:,}"),
                    ("payments, refunds compared with MobilePay's books", f"{payments:,}, {refunds:,}"),
                    ("doubled, lost, in doubt or told falsely to a till", f"{len(found)}"),
                    ("seconds until all was settled, once MobilePay was well", f"{settled_after:.0f}"),
                ],
                verdict=f"Broker: {settings.CELERY_BROKER_URL.partition(':')[0]}.",
            )
            command = f"make chaos SALES={sales} TILLS={tills} SEED={seed}"
            report.write(options["record"], table, command=command, page=report.RELIABILITY)
        if not captured or 10 * captured < 9 * sales:
            found.append(f"only {captured} of {sales} sales came to their end: that proves nothing")
        if settled_after > KNOWN_WITHIN:
            found.append(f"settling took longer than {KNOWN_WITHIN} s")
        if found:
            raise CommandError("\n".join(found))

    def _disturbed(
        self, tills: list[ChaosTill], *, sales: int, port: int, mobilepay: str, seed: int
    ) -> tuple[list[Told], list[int], float]:
        """Let all tills sell in the midst of trouble.

        Gives what they were told, how often each program was killed, and how many seconds settling took.
        """
        environment = {
            **addresses(mobilepay),
            "PORTAL_URL": f"http://127.0.0.1:{port}",
            "SECOND_FACTOR_REQUIRED": "off",
        }
        programs = [
            trouble.Kept("web", processes.web(port=port, workers=2), environment),
            trouble.Kept("worker", processes.worker(), environment),
        ]
        try:
            if not processes.wait_for(port):
                raise CommandError("The portal did not start.")
            stop = Event()
            facts: dict[str, Any] = {"programs": programs, "mobilepay": mobilepay, "dice": Random(seed)}  # noqa: S311
            disturber = Thread(target=trouble.make, kwargs={**facts, "stop": stop, "say": self.stdout.write})
            disturber.start()
            each, more = divmod(sales, len(tills))
            threads = [
                Thread(target=till.sell, args=(each + (number < more),), kwargs={"name": f"S{seed}-{number}"})
                for number, till in enumerate(tills)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            stop.set()
            disturber.join()
            # What was opened before the trouble began may have been cut.
            connection.close()
            self.stdout.write(", ".join(f"{program.name} killed {program.kills} times" for program in programs))
            told = [told for till in tills for told in till.told]
            return told, [program.kills for program in programs], _settle(mobilepay)
        finally:
            for program in programs:
                program.end()


def _registers(count: int) -> list[Register]:
    """Registers at either network in turn."""
    each, more = divmod(count, len(_SHOPS))
    by_network = [registers(each + (number < more), bio_code=shop) for number, shop in enumerate(_SHOPS)]
    return [register for together in zip_longest(*by_network) for register in together if register]


def _settle(mobilepay: str) -> float:
    """Wait until nothing is in doubt any more, with MobilePay well again; give the seconds it took."""
    wire.call(mobilepay, "/_simulator/faults", method="DELETE")
    wire.call(mobilepay, "/_simulator/epayment/knobs", body=trouble.WEBHOOKS_AS_USUAL, method="PATCH")
    began, pause = time.monotonic(), Event()
    while books.in_doubt() and time.monotonic() - began < SETTLED_WITHIN:
        pause.wait(0.5)
    return time.monotonic() - began
