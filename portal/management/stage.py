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
from terminals.models import Merchant, PointOfSale, Terminal
from terminals.services import access, points_of_sale

# The first sells over ePayment, the second over PoS V10.
BIO_CODE = "KINO1"
POSV10_BIO_CODE = "BAGER7"


@dataclass(frozen=True)
class Register:
    """A terminal with a point of sale, in the words that tills, MobilePay and phones use."""

    terminal_id: str
    pos_id: str
    beacon_id: str
    pos: PointOfSale


def require_free(*ports: int) -> None:
    """CommandError when something listens on one of the ports."""
    for port in ports:
        if processes.answers(port):
            raise CommandError(f"Port {port} is in use; choose another with --port or --simulator-port.")


def fresh_shops(*, folder: str, is_all_at_posv10: bool = False) -> dict[str, str]:
    """Make the database anew with the sample's merchants; give each merchant's access token by its bioCode."""
    fresh_database(folder=folder)
    call_command("import_merchants", shops.write(is_all_at_posv10=is_all_at_posv10), verbosity=0)
    return {merchant.bio_code: access.issue(merchant=merchant, by=COMMAND) for merchant in Merchant.objects.all()}


def simulator_url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def addresses(url: str) -> dict[str, str]:
    """The environment of a process for which the simulator at that address is every network."""
    return {"POSV10_API_URL": url, "EPAYMENT_API_URL": url, "EPAYMENT_TEST_API_URL": url}


@contextmanager
def simulator(
    port: int, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run MobilePay's simulator with the sample's merchants, and let this process call it."""
    url = simulator_url(port)
    settings.POSV10_API_URL = settings.EPAYMENT_API_URL = settings.EPAYMENT_TEST_API_URL = url
    settings.POSV10_TOKEN_URL = f"{url}/integrator-authentication/connect/token"
    command = processes.manage("simulator", "--port", str(port), "--merchants", str(shops.file()), *arguments)
    with processes.running(command, environment={**addresses(url), **(environment or {})}) as programs:
        if not processes.wait_for(port):
            raise CommandError("The simulator did not start.")
        yield programs


def registers(count: int, *, bio_code: str = BIO_CODE) -> list[Register]:
    """Register the merchant's first so many terminals as points of sale."""
    terminals = Terminal.objects.filter(merchant__bio_code=bio_code).select_related("store", "merchant")
    made = []
    for terminal in terminals.order_by("pk")[:count]:
        pos = points_of_sale.register(terminal=terminal, by=COMMAND, now=clock.now())
        made.append(Register(str(terminal.terminal_id), str(pos.pos_id), pos.beacon_id, pos))
    return made
