from decimal import Decimal

import pytest

from portal.mobilepay.simulator.core.server import SimulatorServer
from portal.mobilepay.simulator.posv10.world import World
from tests.mobilepay.simulator.client import CREDIT, Client, new_pos, order

MERCHANTS = {
    "merchants": [
        {
            "bioCode": "BIO1",
            "name": "Biograf Nord",
            "vatNumber": "DK12345678",
            "currencies": ["DKK"],
            "stores": [
                {
                    "storeId": "11111111-1111-4111-8111-111111111111",
                    "name": "Foyer",
                    "terminals": [{"terminalId": "1", "name": "Till 1"}],
                    "brandName": "Nord",
                    "merchantBrandId": "POSDK12345",
                    "merchantLocationId": "00007",
                    "street": "Algade 1",
                    "zipCode": "9000",
                    "city": "Aalborg",
                    "balance": Decimal("100.00"),
                },
                {
                    "storeId": "22222222-2222-4222-8222-222222222222",
                    "name": "Closed kiosk",
                    "terminals": [],
                    "activated": False,
                },
            ],
        },
        {
            "bioCode": "BIO2",
            "name": "Elokuvateatteri",
            "vatNumber": "FI87654321",
            "currencies": ["EUR"],
            "stores": [{"storeId": "33333333-3333-4333-8333-333333333333", "name": "Helsinki", "terminals": []}],
        },
    ]
}


@pytest.fixture
def world():
    return World.load(MERCHANTS)


@pytest.fixture
def server(world):
    with SimulatorServer(world) as server:
        yield server


@pytest.fixture
def connect(server):
    """Builds clients and closes them at the end."""
    clients = []

    def build(**who):
        clients.append(Client(server, **who))
        return clients[-1]

    yield build
    for client in clients:
        client.close()


@pytest.fixture
def api(connect):
    return connect()


@pytest.fixture
def other_merchant(connect):
    return connect(vat="FI87654321")


@pytest.fixture
def other_integrator(server, connect):
    server.tokens.clients["other-client"] = "other-secret"
    return connect(client="other-client", secret="other-secret")


@pytest.fixture
def pos(api):
    """A point of sale, as GetPos answers it."""
    return api.get(f"/pointofsales/{api.post('/pointofsales', new_pos())['posId']}")


@pytest.fixture
def pay(api, pos):
    """Brings a payment as far as Reserved and returns its id."""

    def reserve(phone=CREDIT, **changes):
        payment_id = api.post("/payments", order(pos, **changes))["paymentId"]
        api.act("checkin", beaconId=pos["beaconId"], phoneNumber=phone)
        api.act("acceptpayment", beaconId=pos["beaconId"], phoneNumber=phone)
        return payment_id

    return reserve


@pytest.fixture
def captured(api, pay):
    """The id of a captured payment of 12.50 DKK."""
    payment_id = pay()
    api.post(f"/payments/{payment_id}/capture", {"amount": Decimal("12.50")})
    return payment_id
