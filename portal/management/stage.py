"""Shops that can sell, and a simulated MobilePay: for commands that show, measure or disturb the portal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
import subprocess

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from portal import clock
from portal.audit.actors import COMMAND
from portal.management import processes
from portal.management.sample import shops
from portal.management.scratch import fresh_database
from terminals.models import Merchant, Terminal
from terminals.services import access, points_of_sale

BIO_CODE = "KINO1"


@dataclass(frozen=True)
class Register:
    """A terminal with a point of sale, in the words that tills, MobilePay and phones use."""

    terminal_id: str
    pos_id: str
    beacon_id: str


def require_free(*ports: int) -> None:
    """CommandError when something listens on one of the ports."""
    for port in ports:
        if processes.answers(port):
            raise CommandError(f"Port {port} is in use; choose another with --port or --simulator-port.")


def fresh_shops(*, folder: str) -> dict[str, str]:
    """Make the database anew with the sample's merchants; give each merchant's access token by its bioCode."""
    fresh_database(folder=folder)
    call_command("import_merchants", shops.file(), verbosity=0)
    return {merchant.bio_code: access.issue(merchant=merchant, by=COMMAND) for merchant in Merchant.objects.all()}


def simulator_url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


@contextmanager
def simulator(
    port: int, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run MobilePay's simulator with the sample's merchants, and let this process call it."""
    url = simulator_url(port)
    settings.POSV10_API_URL = url
    settings.POSV10_TOKEN_URL = f"{url}/integrator-authentication/connect/token"
    command = processes.manage("simulator", "--port", str(port), "--merchants", str(shops.file()), *arguments)
    with processes.running(command, environment={"POSV10_API_URL": url, **(environment or {})}) as programs:
        if not processes.wait_for(port):
            raise CommandError("The simulator did not start.")
        yield programs


def registers(count: int, *, bio_code: str = BIO_CODE) -> list[Register]:
    """Register the merchant's first so many terminals as points of sale."""
    terminals = Terminal.objects.filter(merchant__bio_code=bio_code).select_related("store", "merchant")
    made = []
    for terminal in terminals.order_by("pk")[:count]:
        pos = points_of_sale.register(terminal=terminal, by=COMMAND, now=clock.now())
        made.append(Register(str(terminal.terminal_id), str(pos.pos_id), pos.beacon_id))
    return made
