"""The cast over ePayment: the same shop with a sales unit, and a phone whose deliveries come when a test says so."""

import pytest

from portal import clock
from portal.audit.actors import COMMAND
from portal.webhooks.services import registrations
from terminals import import_file
from terminals.models import Merchant, PointOfSale, Terminal
from terminals.services import access, imports, points_of_sale
from tests.epayment.books import reserve, sell
from tests.epayment.phones import Phone
from tests.shop import BAGER, EPAYMENT_SHOPS, KINO, Till


@pytest.fixture
def shops(db, simulator, settings):
    """Two merchants at ePayment, by bioCode, with their registrations for deliveries."""
    settings.PORTAL_URL = "https://portal.example"
    imports.import_merchants(merchants=import_file.read(EPAYMENT_SHOPS), by=COMMAND)
    registrations.check_all(by=COMMAND, now=clock.now(), may_move=True)
    return {merchant.bio_code: merchant for merchant in Merchant.objects.all()}


@pytest.fixture
def new_till(shops):
    return _till(shops["KINO1"], KINO)


@pytest.fixture
def till(new_till):
    """A till of Kino Nord, ready to sell."""
    register(new_till)
    return new_till


@pytest.fixture
def stranger(shops):
    """A till of the other merchant, ready to sell."""
    other = _till(shops["BAGER7"], BAGER)
    register(other)
    return other


@pytest.fixture
def pos(till):
    return PointOfSale.objects.whole().get(terminal__terminal_id=till.terminal_id)


@pytest.fixture
def phone(simulator, pos, client):
    """Somebody in front of the till."""
    return Phone(simulator.epayment, pos.beacon_id, client)


@pytest.fixture
def payment_id(till, phone):
    """A payment that is reserved."""
    return reserve(till, phone)


@pytest.fixture
def sold(till, phone):
    """A payment that is captured."""
    return sell(till, phone)


@pytest.fixture
def asked(till, phone, simulator):
    """A payment that is on the phone of a customer with much time."""
    simulator.epayment.knobs.payment_lifetime = 3600
    phone.checks_in()
    return till.start()["paymentId"]


def register(till):
    terminal = Terminal.objects.select_related("store", "merchant").get(terminal_id=till.terminal_id)
    points_of_sale.register(terminal=terminal, by=COMMAND, now=clock.now())


def _till(merchant, shop):
    token = access.issue(merchant=merchant, by=COMMAND)
    return Till(token, shop["stores"][0]["terminals"][0]["terminalId"])
