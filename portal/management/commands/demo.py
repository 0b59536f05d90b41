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
from portal.management.commands.simulator import SAMPLE
from portal.management.scratch import fresh_database
from terminals.models import Merchant, Terminal
from terminals.services import access, points_of_sale

BIO_CODE = "KINO1"
LOOK_EVERY_SECONDS = 0.5


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
        token = _fresh_shop()
        environment = {
            "MOBILEPAY_API_URL": f"http://127.0.0.1:{simulator_port}",
            "DEMO_TILL_TOKEN": token,
        }
        simulator = processes.manage("simulator", "--port", str(simulator_port), "--portal", f"http://127.0.0.1:{port}")
        with processes.running(simulator, environment=environment) as first:
            if not processes.wait_for(simulator_port):
                raise CommandError("The simulator did not start.")
            _register_all(f"http://127.0.0.1:{simulator_port}")
            rest = (processes.web(port=port), processes.worker())
            with processes.running(*rest, environment=environment) as others:
                processes.wait_for(port)
                self._greet(port=port, simulator_port=simulator_port, token=token)
                _watch([*first, *others], stop)
        self.stdout.write("Stopped.")

    def _greet(self, *, port: int, simulator_port: int, token: str) -> None:
        terminal = Terminal.objects.filter(merchant__bio_code=BIO_CODE).order_by("pk")[0]
        self.stdout.write(
            f"""
  Phone and till   http://127.0.0.1:{simulator_port}/
  API description  http://127.0.0.1:{port}/api/docs/

  With curl, as in the README:
    export TOKEN={token}
    export TERMINAL={terminal.terminal_id}

  Ctrl-C stops everything.
"""
        )
        self.stdout.flush()


def _fresh_shop() -> str:
    """Make the demo's database anew, because the simulator remembers nothing either; give the till's token."""
    fresh_database(folder="demo")
    call_command("import_merchants", SAMPLE, verbosity=0)
    merchant = Merchant.objects.get(bio_code=BIO_CODE)
    return access.issue(merchant=merchant, by=COMMAND)


def _register_all(simulator_url: str) -> None:
    settings.MOBILEPAY_API_URL = simulator_url
    settings.MOBILEPAY_TOKEN_URL = f"{simulator_url}/integrator-authentication/connect/token"
    for terminal in Terminal.objects.select_related("store", "merchant"):
        points_of_sale.register(terminal=terminal, by=COMMAND, now=clock.now())


def _watch(children: list[subprocess.Popen[bytes]], stop: Event) -> None:
    """Wait until we are asked to stop or one of the programs ends by itself."""
    while not stop.wait(LOOK_EVERY_SECONDS):
        for child in children:
            if child.poll() is not None:
                command = " ".join(map(str, child.args)) if isinstance(child.args, list) else ""
                raise CommandError(f"This program ended with exit code {child.returncode}: {command}")
