"""The cast of every test: MobilePay's simulator on the real wire, tills of two merchants, a customer."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.cache import caches
from django.db import connection
import pytest

from portal import celery, clock  # noqa: F401 - as in a worker: tasks that send tasks need its settings
from portal.accounts.models import User
from portal.audit.actors import COMMAND
from portal.database import append_only
from portal.gateway import networks
from portal.mobilepay.simulator.core.server import SimulatorServer
from portal.mobilepay.simulator.epayment.world import EPaymentWorld
from portal.mobilepay.simulator.posv10.knobs import Knobs
from portal.mobilepay.simulator.posv10.world import World
from portal.roles import Role
from terminals import import_file
from terminals.models import Merchant, PointOfSale, Terminal
from terminals.services import access, imports, points_of_sale, till_calls
from tests.people import Person, hire
from tests.shop import BAGER, EPAYMENT_SHOPS, KINO, SHOPS, Customer, Till
from tests.tillapi.listed import unlisted

TESTS = Path(__file__).parent
LONGEST_NAME_OF_A_CASE = 60

# What takes long, alone or by its number: `make test FAST=1` leaves it to `make test`.
SLOW = (
    *("accounts", "commands", "journeys", "security", "tillapi", "web"),
    *("payments/pages", "refunds/pages", "terminals/pages"),
    *("house/test_authorisation", "house/test_endpoints_apart", "house/test_proof_asked", "house/test_what_others_see"),
    *("house/test_weight", "house/test_words_of_others"),
    *("health/test_dashboard", "kernel/test_startup", "payments/test_threads", "epayment/test_pairing_threads"),
    *("refunds/test_properties", "refunds/test_threads", "refunds/test_till_"),
)

APPEND_ONLY_TABLES = ("audit_entry", "payments_paymentevent", "refunds_refundevent")


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if item.path.relative_to(TESTS).as_posix().startswith(SLOW):
            item.add_marker(pytest.mark.slow)


def pytest_make_parametrize_id(config, val, argname) -> str | None:
    """A case is called by what it tries, also where that is a tuple or a table, instead of by its number."""
    if val is None or isinstance(val, str | bytes | bool | int | float | type):
        return None
    name = _name_of_a_case(val)
    return name and name.encode("unicode_escape").decode()[:LONGEST_NAME_OF_A_CASE]


def _name_of_a_case(val: Any) -> str | None:
    if isinstance(val, Enum):
        return str(val.value)
    if val is None or isinstance(val, str | bool | int | float | Decimal | UUID | date | time | timedelta):
        return str(val)
    if isinstance(val, dict):
        val = [[key, each] for key, each in val.items()]
    if isinstance(val, tuple | list):
        names = [_name_of_a_case(each) for each in val]
        return None if None in names else " ".join(filter(None, names)) or "nothing"
    return None


@pytest.fixture
def simulator(settings) -> Iterator[SimulatorServer]:
    """A MobilePay of this test's own; polls may follow each other at once unless the test says otherwise."""
    knobs = Knobs(payment_poll_delay_in_ms=0, check_in_poll_delay_in_ms=0, refund_reserve_delay=0)
    world = World.load(SHOPS, knobs=knobs)
    with SimulatorServer(world, epayment=EPaymentWorld.load(EPAYMENT_SHOPS, clock=world.clock)) as server:
        settings.POSV10_API_URL = server.url
        settings.POSV10_TOKEN_URL = f"{server.url}/integrator-authentication/connect/token"
        settings.EPAYMENT_API_URL = server.url
        for name in (networks.POSV10, networks.EPAYMENT):
            # Between two tries of one call; tests/mobilepay/http has it.
            networks._http(name)._sleep = lambda _seconds: None
        yield server
        for name in (networks.POSV10, networks.EPAYMENT):
            networks._http(name).close()
        for cached in (networks._http, networks._posv10_tokens, networks._epayment_tokens):
            cached.cache_clear()
        caches["default"].clear()


@pytest.fixture
def merchants(db, simulator) -> dict[str, Merchant]:
    """Two merchants that know nothing of each other, by bioCode."""
    imports.import_merchants(merchants=import_file.read(SHOPS), by=COMMAND)
    return {merchant.bio_code: merchant for merchant in Merchant.objects.all()}


@pytest.fixture
def new_till(merchants) -> Till:
    """A till whose terminal has no point of sale yet."""
    return _till(merchants["KINO1"], KINO)


@pytest.fixture
def till(new_till) -> Till:
    """A till of Kino Nord, ready to sell."""
    _register(new_till)
    return new_till


@pytest.fixture
def neighbour(till) -> Till:
    """Another till of the same merchant, ready to sell."""
    other = Till(till.token, KINO["stores"][0]["terminals"][1]["terminalId"])
    _register(other)
    return other


@pytest.fixture
def stranger(merchants) -> Till:
    """A till of the other merchant, ready to sell."""
    other = _till(merchants["BAGER7"], BAGER)
    _register(other)
    return other


@pytest.fixture
def pos(till) -> PointOfSale:
    return PointOfSale.objects.select_related("terminal__store", "terminal__merchant").get(
        terminal__terminal_id=till.terminal_id
    )


@pytest.fixture
def customer(simulator, pos) -> Customer:
    """Somebody in front of the till."""
    return Customer(simulator.url, pos.beacon_id)


@pytest.fixture(autouse=True)
def _append_only_tables_can_be_flushed(request) -> Iterator[None]:
    """A test with real transactions ends by emptying all tables, which our triggers refuse: lift them for that."""
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" not in request.fixturenames and not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    with connection.cursor() as cursor:
        for table in APPEND_ONLY_TABLES:
            for statement in append_only.statements(table, connection.vendor):
                cursor.execute(statement)
    yield
    with connection.cursor() as cursor:
        for table in APPEND_ONLY_TABLES:
            for trigger in append_only.triggers(table, connection.vendor):
                on_table = "" if connection.vendor == "sqlite" else f" ON {table}"
                cursor.execute(f"DROP TRIGGER {trigger}{on_table}")


@pytest.fixture(autouse=True)
def _nobody_has_called_yet() -> None:
    till_calls.recently.forget()


@pytest.fixture(autouse=True)
def _tills_are_refused_only_as_described() -> Iterator[None]:
    """Whatever a till is refused with in any test is listed in the description of its call."""
    yield
    assert unlisted() == set()


def _till(merchant: Merchant, shop: dict) -> Till:
    token = access.issue(merchant=merchant, by=COMMAND)
    return Till(token, shop["stores"][0]["terminals"][0]["terminalId"])


def _register(till: Till) -> None:
    terminal = Terminal.objects.select_related("store", "merchant").get(terminal_id=till.terminal_id)
    points_of_sale.register(terminal=terminal, by=COMMAND, now=clock.now())


@pytest.fixture
def one_factor(settings) -> None:
    """As in the demo: a password is enough, for tests that are about something else."""
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def administrator(merchants, one_factor) -> Person:
    return hire("anna@kino.example", merchants["KINO1"], Role.ADMINISTRATOR)


@pytest.fixture
def clerk(merchants) -> Person:
    return hire("carl@kino.example", merchants["KINO1"], Role.CLERK)


@pytest.fixture
def approver(merchants, one_factor) -> Person:
    return hire("asta@kino.example", merchants["KINO1"], Role.APPROVER)


@pytest.fixture
def auditor(merchants) -> Person:
    return hire("otto@kino.example", merchants["KINO1"], Role.AUDITOR)


@pytest.fixture
def rival(merchants, one_factor) -> Person:
    """The administrator of the other merchant."""
    return hire("berta@bager.example", merchants["BAGER7"], Role.ADMINISTRATOR)


@pytest.fixture
def platform(merchants, one_factor) -> Person:
    """Who runs the portal."""
    user = User.objects.create(email="pia@portal.example", name="Pia", is_platform_administrator=True)
    return Person(user, merchants["KINO1"])


@pytest.fixture
def later(time_machine):
    """Let time pass at once, for the portal and MobilePay alike: `later(minutes=5)`."""
    time_machine.move_to(datetime.now(tz=UTC))

    def pass_by(**duration):
        time_machine.shift(timedelta(**duration))

    return pass_by
