"""The portal with real parts: the Procfile's programs, PostgreSQL, and each broker in turn."""

from collections.abc import Iterator
import json
import os
from pathlib import Path
import re
import shlex
import sys
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.sql import SQL, Identifier
import pytest

from portal.management import processes, wire
from tests.commands.programs import ROOT, free_ports
from tests.security.programs import Programs, programs, until, wait_for_all
from tests.shop import KINO, SHOPS, Customer

DATABASE, BROKERS = os.environ["TEST_DATABASE_URL"], os.environ["TEST_BROKER_URLS"].split()
TERMINAL = KINO["stores"][0]["terminals"][0]["terminalId"]


def procfile() -> dict[str, str]:
    """The Procfile's lines by the name of the program."""
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines)}


def fresh_database(name: str) -> str:
    """Make a database anew beside that of the tests; gives its address."""
    with psycopg.connect(DATABASE, autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    return urlunsplit(urlsplit(DATABASE)._replace(path=f"/{name}"))


class Portal:
    """One that runs, as a till, a customer, a load balancer and its database see it."""

    def __init__(self, folder: Path, broker: str, started: Programs) -> None:
        self.port, self.mobilepay_port = free_ports(2)
        self.url, self.mobilepay = (f"http://127.0.0.1:{port}" for port in (self.port, self.mobilepay_port))
        self.database = fresh_database("portal_services")
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "PYTHONUNBUFFERED": "1",
            "PORT": str(self.port),
            "DEBUG": "on",
            "LOG_LEVEL": "INFO",
            "VAR_DIR": str(folder / "var"),
            "DATABASE_URL": self.database,
            "CELERY_BROKER_URL": broker,
            "DEFAULT_PROVIDER": "posv10",
            "POSV10_API_URL": self.mobilepay,
        }
        self._started = started
        shops = folder / "merchants.json"
        shops.write_text(json.dumps(SHOPS), encoding="utf-8")
        self.manage("migrate")
        simulator = ("simulator", "--port", str(self.mobilepay_port), "--merchants", str(shops))
        started.start("simulator", processes.manage(*simulator), self.environment)
        self.manage("import_merchants", str(shops))
        self.token = self.manage("issue_token", "KINO1").strip()

    def manage(self, *arguments: str) -> str:
        return self._started.run(arguments[0], *arguments, environment=self.environment)

    def start(self) -> None:
        """Start the programs of the Procfile."""
        for name, command in procfile().items():
            words = [
                re.sub(r"\$\{(\w+):-\w+\}", lambda word: self.environment[word[1]], each) for each in command.split()
            ]
            self._started.start(name, shlex.split(" ".join(words)), self.environment)
        wait_for_all(self.port, self.mobilepay_port)

    def till(self, path: str, **parameters: str) -> dict:
        return wire.call(self.url, f"/api/pos/{path}", token=self.token, body=parameters)[1]

    def status(self, payment_id: str) -> str:
        answer = wire.call(self.url, "/api/pos/payment/status", token=self.token, paymentId=payment_id)[1]
        return answer.get("status") or ""

    def fault(self, **fault: object) -> None:
        wire.call(self.mobilepay, "/_simulator/faults", body=fault)

    def row(self, query: str) -> tuple:
        """What the database says, without asking the portal, which would look after it."""
        with psycopg.connect(self.database) as connection:
            return connection.execute(query).fetchone()

    def reserve(self, order_id: str) -> str:
        """A payment that a customer has accepted."""
        payment_id = self.till("payment/start", orderId=order_id, amount="1000.00", terminalId=TERMINAL)["paymentId"]
        [beacon] = self.row("SELECT beacon_id FROM terminals_pointofsale")
        customer = Customer(self.mobilepay, beacon)
        customer.checks_in()
        customer.accepts()
        until(lambda: self.status(payment_id) == "Reserved")
        return payment_id


@pytest.fixture(scope="module", params=BROKERS, ids=lambda url: url.partition(":")[0])
def portal(request, tmp_path_factory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("services")
    (folder / "logs").mkdir()
    with programs(folder / "logs") as started:
        portal = Portal(folder, request.param, started)
        portal.start()
        assert portal.till("manage/create", terminalId=TERMINAL)["success"]
        yield portal
