"""`manage.py demo`: the whole product in one foreground process, on a database of its own."""

from argparse import ArgumentParser
import signal
import subprocess
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal import clock
from portal.audit.actors import COMMAND
from portal.management import processes
from portal.management.sample import history, people, refunds, shops
from portal.management.scratch import fresh_database
from terminals.models import Merchant, PointOfSale, Terminal
from terminals.services import access, comparison, points_of_sale, stores

BIO_CODE = "KINO1"
LOOK_EVERY_SECONDS = 0.5
PAYMENTS = 5000
EACH_WITHOUT_POS = 17


class Command(BaseCommand):
    help = "Run portal, worker, simulated MobilePay and phone page together; Ctrl-C stops them all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--simulator-port", type=int, default=8600)

    def handle(self, *_args: Any, port: int, simulator_port: int, **_options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo is for trying out: run `make demo`, or set DEBUG=on.")
        for wanted in (port, simulator_port):
            if processes.answers(wanted):
                raise CommandError(f"Port {wanted} is in use; choose another with --port or --simulator-port.")
        stop = Event()
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, lambda *_: stop.set())
        portal_url, simulator_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{simulator_port}"
        tokens = _fresh_shops()
        staff = people.hire()
        environment = {
            "MOBILEPAY_API_URL": simulator_url,
            "DEMO_TILL_TOKEN": tokens[BIO_CODE],
            "SECOND_FACTOR_REQUIRED": "off",
        }
        merchants = ("--merchants", str(shops.file()))
        simulator = processes.manage("simulator", "--port", str(simulator_port), "--portal", portal_url, *merchants)
        with processes.running(simulator, environment=environment) as first:
            if not processes.wait_for(simulator_port):
                raise CommandError("The simulator did not start.")
            _register_all(simulator_url)
            _write_history(tokens)
            refunds.remember(simulator_url)
            refunds.write(bio_code=BIO_CODE)
            sellers = processes.manage("sell", BIO_CODE, "--portal", portal_url)
            rest = (processes.web(port=port), processes.worker(), sellers)
            with processes.running(*rest, environment=environment) as others:
                processes.wait_for(port)
                self._greet(portal_url=portal_url, simulator_url=simulator_url, token=tokens[BIO_CODE], staff=staff)
                _watch([*first, *others], stop)
        self.stdout.write("Stopped.")

    def _greet(self, *, portal_url: str, simulator_url: str, token: str, staff: list[tuple[str, str]]) -> None:
        terminal = Terminal.objects.filter(merchant__bio_code=BIO_CODE).order_by("pk")[0]
        sign_ins = "\n".join(f"    {email:22} {words}" for email, words in staff)
        self.stdout.write(
            f"""
  Back office      {portal_url}/
  Phone and till   {simulator_url}/
  API description  {portal_url}/api/docs/

  Sign in with the password “{people.PASSWORD}” as
{sign_ins}

  With curl, as in the README:
    export TOKEN={token}
    export TERMINAL={terminal.terminal_id}

  Ctrl-C stops everything.
"""
        )
        self.stdout.flush()


def _fresh_shops() -> dict[str, str]:
    """Make the demo's database anew, because the simulator remembers nothing either; give each merchant's token."""
    fresh_database(folder="demo")
    call_command("import_merchants", shops.file(), verbosity=0)
    Merchant.objects.filter(currencies=["EUR"]).update(time_zone=Merchant.TimeZone.HELSINKI)
    return {merchant.bio_code: access.issue(merchant=merchant, by=COMMAND) for merchant in Merchant.objects.all()}


def _register_all(simulator_url: str) -> None:
    """Register all but a few terminals: pages must have something to complain about."""
    settings.MOBILEPAY_API_URL = simulator_url
    settings.MOBILEPAY_TOKEN_URL = f"{simulator_url}/integrator-authentication/connect/token"
    terminals = Terminal.objects.select_related("store", "merchant").order_by("pk")
    for number, terminal in enumerate(terminals, start=1):
        if number % EACH_WITHOUT_POS:
            points_of_sale.register(terminal=terminal, by=COMMAND, now=clock.now())
    drifted = PointOfSale.objects.registered().filter(terminal__merchant__bio_code=BIO_CODE).order_by("-pk")[0]
    PointOfSale.objects.filter(pk=drifted.pk).update(name=f"{drifted.name} (ny)"[:36])
    comparison.compare(pos=PointOfSale.objects.get(pk=drifted.pk), by=COMMAND, now=clock.now())
    for merchant in Merchant.objects.all():
        stores.synchronise(merchant=merchant, by=COMMAND, now=clock.now())


def _write_history(tokens: dict[str, str]) -> None:
    lookup_ids = {
        merchant.pk: tokens[merchant.bio_code].split("_")[1]
        for merchant in Merchant.objects.filter(bio_code__in=tokens)
    }
    history.write(count=PAYMENTS, now=clock.now(), tokens=lookup_ids)


def _watch(children: list[subprocess.Popen[bytes]], stop: Event) -> None:
    """Wait until we are asked to stop or one of the programs ends by itself."""
    while not stop.wait(LOOK_EVERY_SECONDS):
        for child in children:
            if child.poll() is not None:
                command = " ".join(map(str, child.args)) if isinstance(child.args, list) else ""
                raise CommandError(f"This program ended with exit code {child.returncode}: {command}")
