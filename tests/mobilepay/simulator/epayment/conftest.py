import pytest

from portal.mobilepay.simulator.core.server import SimulatorServer
from portal.mobilepay.simulator.epayment.world import EPaymentWorld
from portal.mobilepay.simulator.posv10.world import World
from tests.mobilepay.simulator.epayment.client import ANNA, CODE, MSN, OTHER_MSN, WEBHOOK, Client, order, part

FOYER, KIOSK, HELSINKI, OLD = (f"{digit * 8}-1111-4111-8111-111111111111" for digit in "1234")
SHOPS = {
    "merchants": [
        {
            "bioCode": "BIO1",
            "name": "Biograf Nord",
            "vatNumber": "DK12345678",
            "currencies": ["DKK"],
            "stores": [
                {"storeId": FOYER, "name": "Foyer", "merchantSerialNumber": MSN, "partialCapture": True},
                {"storeId": KIOSK, "name": "Kiosk", "merchantSerialNumber": MSN, "brandName": "Nord"},
                {"storeId": OLD, "name": "Annex", "merchantSerialNumber": None},
            ],
        },
        {
            "bioCode": "BIO2",
            "name": "Elokuvateatteri",
            "vatNumber": "FI87654321",
            "currencies": ["EUR"],
            "stores": [
                {
                    "storeId": HELSINKI,
                    "name": "Helsinki",
                    "merchantSerialNumber": OTHER_MSN,
                    "clientId": "other-client",
                    "clientSecret": "other-secret",
                    "subscriptionKey": "other-key",
                    "pushAllowed": False,
                }
            ],
        },
    ]
}


@pytest.fixture
def world():
    return EPaymentWorld.load(SHOPS)


@pytest.fixture
def server(world):
    with SimulatorServer(World.load(SHOPS, clock=world.clock), epayment=world) as server:
        yield server


@pytest.fixture
def connect(server):
    """Builds clients and closes them at the end."""
    clients = []

    def build(*who, **secrets):
        clients.append(Client(server, *who, **secrets))
        return clients[-1]

    yield build
    for client in clients:
        client.close()


@pytest.fixture
def api(connect):
    return connect()


@pytest.fixture
def other_unit(connect):
    return connect(
        OTHER_MSN,
        client_id="other-client",
        client_secret="other-secret",
        **{"ocp-apim-subscription-key": "other-key"},
    )


@pytest.fixture
def later(world, api):
    """Lets seconds pass and logs in again."""

    def pass_time(seconds):
        world.clock.advance(seconds)
        api.log_in()

    return pass_time


@pytest.fixture
def scan(api, world):
    """Has a customer check in at the till, and gives the token that the till hears of."""
    api.put(f"/qr/v1/merchant-callback/{CODE}", {"locationDescription": "Till 1"})

    def check_in(phone_number=ANNA):
        return world.check_in(CODE, phone_number).token

    return check_in


@pytest.fixture
def asked(api, scan):
    """Asks Anna for 12.50 DKK, and gives the reference."""

    def ask(**changes):
        return api.pay("", order(scan(), **changes))["reference"]

    return ask


@pytest.fixture
def reserved(asked, world):
    """Brings a payment of 12.50 DKK as far as its approval, and gives the reference."""

    def approve(**changes):
        reference = asked(**changes)
        world.approve(reference)
        return reference

    return approve


@pytest.fixture
def captured(api, reserved):
    """The reference of a captured payment of 12.50 DKK."""
    reference = reserved()
    api.pay(f"/{reference}/capture", part(1250))
    return reference


@pytest.fixture
def register(api):
    """Registers for events and gives the answer."""

    def build(*events, url=WEBHOOK, by=api):
        return by.send("POST", "/webhooks/v1/webhooks", {"url": url, "events": list(events)})

    return build
