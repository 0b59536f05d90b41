import pytest

from tests.mobilepay.simulator.epayment.client import MSN, OTHER_MSN

ROOT = "/management/v1/sales-units"


@pytest.mark.parametrize("path", [ROOT, f"{ROOT}/{MSN}"])
def test_the_test_environment_has_no_management(api, path):
    assert api.get(path).status == 404


@pytest.fixture
def production(world):
    world.knobs.is_production = True


@pytest.mark.parametrize("msn", [MSN, None])
def test_production_lists_what_the_keys_open(api, production, msn):
    answer = api.send("GET", ROOT, **{"merchant-serial-number": msn})

    assert answer.body == [{"msn": MSN, "name": "Foyer"}]


def test_production_tells_what_a_unit_may_do(api, production):
    assert api.get(f"{ROOT}/{MSN}").body == {
        "msn": MSN,
        "name": "Foyer",
        "businessIdentifier": {"scheme": "business:DK:CVR", "id": "12345678"},
        "configuration": {
            "paymentAllowed": True,
            "captureType": "ReserveCapture",
            "skipLandingPageAllowed": True,
            "recurringAllowed": False,
            "partialCaptureAllowed": True,
            "lateCaptureAllowed": False,
            "longLivingPaymentAllowed": False,
        },
    }


def test_another_country_has_other_numbers(other_unit, production):
    answer = other_unit.get(f"{ROOT}/{OTHER_MSN}")

    assert answer["businessIdentifier"] == {"scheme": "business:FI:Y-tunnus", "id": "87654321"}
    assert answer["configuration"]["skipLandingPageAllowed"] is False


def test_a_unit_of_other_keys_is_not_there(api, production):
    answer = api.get(f"{ROOT}/{OTHER_MSN}")

    assert (answer.status, answer["title"]) == (404, "Not Found")
