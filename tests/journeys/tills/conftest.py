"""The portal as it runs in production, on this test's database and MobilePay, with a shop whose tills differ."""

from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

from django.db import connection
import pytest

from portal.audit.actors import COMMAND
from portal.management import processes
from terminals import import_file
from terminals.services import access, imports
from tests.commands.programs import free_ports
from tests.journeys.tills.raw_till import Counter
from tests.shop import KINO

TERMINALS = ["KASSE-X1", "Kø 1", "101", "102", "B2A4C6D8-0E1F-4A3B-8C5D-7E9F0A1B2C99"]


def _database() -> str:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    place = f"{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT'] or 5432}"
    return urlunsplit(urlsplit("postgres://")._replace(netloc=place, path=f"/{settings['NAME']}"))


@pytest.fixture
def counter(transactional_db, merchants, simulator, settings, tmp_path) -> Iterator[Counter]:
    """A counter at which every kind of till can stand: the portal's port, a token, and MobilePay."""
    terminals = [{"terminalId": each, "name": f"Kasse {number}"} for number, each in enumerate(TERMINALS)]
    shop = {**KINO, "stores": [{**KINO["stores"][0], "terminals": terminals}]}
    imports.import_merchants(merchants=import_file.read({"merchants": [shop]}), by=COMMAND)
    [port] = free_ports(1)
    environment = {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": _database(),
        "POSV10_API_URL": simulator.url,
        "POSV10_TOKEN_URL": settings.POSV10_TOKEN_URL,
        "VAR_DIR": str(tmp_path),
    }
    token = access.issue(merchant=merchants["KINO1"], by=COMMAND)
    with processes.running(processes.web(port=port), environment=environment):
        assert processes.wait_for(port)
        yield Counter(port, token, simulator)
