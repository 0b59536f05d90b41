"""`manage.py demo`: the whole product in one foreground process, on a database of its own."""

from argparse import ArgumentParser
from io import StringIO
import json
import shutil
import signal
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal import clock
from portal.audit.actors import COMMAND
from portal.management import processes
from portal.management.demo import LETTERS, tills
from portal.management.demo.keeper import Kept, watch
from portal.management.sample import history, people, refunds, remembered
from portal.management.stage import (
    BIO_CODE,
    POSV10_BIO_CODE,
    addresses,
    fresh_shops,
    require_free,
    simulator,
    simulator_url,
)
from terminals.models import Merchant, PointOfSale, Terminal
from terminals.services import comparison, points_of_sale, stores

PAYMENTS = 5000
EACH_WITHOUT_POS = 17
TERMINALS_ON_PAGE = 3


class Command(BaseCommand):
    help = "Run portal, worker, simulated MobilePay and phone page together; Ctrl-C stops them all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--simulator-port", type=int, default=8600)

    def handle(self, *_args: Any, port: int, simulator_port: int, **_options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo is for trying out: run `make demo`, or set DEBUG=on.")
        require_free(port, simulator_port)
        stop = Event()
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, lambda *_: stop.set())
        portal_url, mobilepay = f"http://127.0.0.1:{port}", simulator_url(simulator_port)
        settings.PORTAL_URL = portal_url
        tokens = fresh_shops(folder="demo")
        shutil.rmtree(settings.VAR_DIR / LETTERS, ignore_errors=True)
        Merchant.objects.filter(currencies=["EUR"]).update(time_zone=Merchant.TimeZone.HELSINKI)
        staff = people.hire()
        of_tills = {bio_code: _till(bio_code, tokens[bio_code]) for bio_code in (BIO_CODE, POSV10_BIO_CODE)}
        environment = {
            **addresses(mobilepay),
            "DJANGO_SETTINGS_MODULE": "portal.management.demo.settings",
            "DEMO_TILLS": json.dumps(list(of_tills.values())),
            "PORTAL_URL": portal_url,
            "SECOND_FACTOR_REQUIRED": "off",
            # Celery's word to whoever runs it as root.
            "PYTHONWARNINGS": "ignore",
        }
        with simulator(simulator_port, "--portal", portal_url, environment=environment) as first:
            _register_all()
            call_command("register_webhooks", stdout=StringIO())
            _write_history(tokens)
            remembered.remember(mobilepay)
            refunds.write(bio_code=BIO_CODE)
            sellers = processes.manage(
                "sell", BIO_CODE, "--portal", portal_url, "--token-file", of_tills[BIO_CODE]["tokenFile"]
            )
            rest = (processes.web(port=port), processes.worker(), sellers)
            with processes.running(*rest, environment=environment) as others:
                processes.wait_for(port)
                self._greet(portal_url=portal_url, simulator_url=mobilepay, token=tokens[BIO_CODE], staff=staff)
                kept = [Kept("The simulated MobilePay", first, 0, environment, lambda: _remind(simulator_port))]
                for place, name in enumerate(("The portal", "The worker", "The sellers")):
                    kept.append(Kept(name, others, place, environment))
                watch(kept, stop, self._say)
        self.stdout.write("Stopped.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _greet(self, *, portal_url: str, simulator_url: str, token: str, staff: list[tuple[str, str]]) -> None:
        terminal = Terminal.objects.filter(merchant__bio_code=BIO_CODE).order_by("pk")[0]
        sign_ins = "\n".join(f"    {email:22} {words}" for email, words in staff)
        self._say(
            f"""
  Back office      {portal_url}/
  Phone and till   {simulator_url}/
  Letters          {portal_url}/mailbox/
  API description  {portal_url}/api/docs/

  Sign in with the password “{people.PASSWORD}” as
{sign_ins}

  With curl, as in the README:
    export TOKEN={token}
    export TERMINAL={terminal.terminal_id}

  Ctrl-C stops everything.
"""
        )


def _till(bio_code: str, token: str) -> dict[str, Any]:
    """A merchant's till on the phone page, at its first terminals."""
    merchant = Merchant.objects.get(bio_code=bio_code)
    terminals = merchant.terminals.order_by("pk").values_list("terminal_id", flat=True)[:TERMINALS_ON_PAGE]
    token_file = tills.give(merchant=merchant, token=token)
    return {"label": merchant.name, "tokenFile": str(token_file), "terminals": list(terminals)}


def _register_all() -> None:
    """Register all but a few terminals: pages must have something to complain about."""
    terminals = Terminal.objects.select_related("store", "merchant").order_by("pk")
    for number, terminal in enumerate(terminals, start=1):
        if number % EACH_WITHOUT_POS:
            points_of_sale.register(terminal=terminal, by=COMMAND, now=clock.now())
    drifted = PointOfSale.objects.registered().filter(terminal__merchant__bio_code=BIO_CODE).order_by("-pk")[0]
    name = f"{drifted.name} (ny)"[:36]
    PointOfSale.objects.filter(pk=drifted.pk).update(name=name)
    Terminal.objects.filter(pk=drifted.terminal_id).update(name=name)
    comparison.compare(pos=PointOfSale.objects.get(pk=drifted.pk), by=COMMAND, now=clock.now())
    for merchant in Merchant.objects.all():
        stores.synchronise(merchant=merchant, by=COMMAND, now=clock.now())


def _write_history(tokens: dict[str, str]) -> None:
    lookup_ids = {
        merchant.pk: tokens[merchant.bio_code].split("_")[1]
        for merchant in Merchant.objects.filter(bio_code__in=tokens)
    }
    history.write(count=PAYMENTS, now=clock.now(), tokens=lookup_ids)


def _remind(simulator_port: int) -> None:
    """Tell a simulator that begins anew of the points of sale and captured payments, and where it sends word to."""
    processes.wait_for(simulator_port)
    remembered.remember(simulator_url(simulator_port))
    call_command("register_webhooks", stdout=StringIO())
