"""MobilePay's client as tests meet it: against the simulator, and against a server that reads from a script."""

from uuid import uuid4

import pytest

from portal.mobilepay.http.client import HttpClient
from portal.mobilepay.types import PaymentRef, PointOfSaleOrder
from portal.money import Money
from tests.mobilepay.clients import (
    BEACON_ID,
    FAR_FUTURE,
    MemoryStore,
    ScriptedServer,
    an_order,
    gateway_to,
    tokens_from,
)
from tests.shop import KINO, Customer


@pytest.fixture
def pauses():
    """How long the client would have slept between its tries."""
    return []


@pytest.fixture
def http(pauses):
    client = HttpClient(sleep=pauses.append)
    yield client
    client.close()


@pytest.fixture
def mobilepay(simulator, http):
    """The gateway of Kino Nord to the simulator."""
    return gateway_to(simulator.url, http)


@pytest.fixture
def pos_id(mobilepay):
    """A point of sale of Kino Nord."""
    order = PointOfSaleOrder("till-1", KINO["stores"][0]["storeId"], "Kasse 1", BEACON_ID)
    return mobilepay.registry.register(order, key=uuid4())


@pytest.fixture
def shopper(simulator, pos_id):
    """Somebody in front of that point of sale."""
    return Customer(simulator.url, BEACON_ID)


@pytest.fixture
def reserved(mobilepay, pos_id, shopper):
    """The remote id of a payment of 27.06 DKK that the customer has accepted."""
    remote_id = mobilepay.payments.create(an_order(pos_id, "order-1", Money(2706, "DKK")), key=uuid4())
    shopper.checks_in()
    shopper.accepts()
    return remote_id


@pytest.fixture
def captured(mobilepay, reserved):
    """The remote id of a captured payment of 27.06 DKK."""
    mobilepay.payments.capture(PaymentRef(reserved), amount=Money(2706, "DKK"), key=uuid4())
    return reserved


@pytest.fixture
def script():
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def scripted(script, http):
    """A gateway to the script, with a token in hand: every answer scripted answers an operation."""
    store = MemoryStore(f"{FAR_FUTURE} token-1")
    return gateway_to(script.url, http, tokens=tokens_from(script.url, http, store=store))
