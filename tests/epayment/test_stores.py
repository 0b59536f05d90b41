"""Stores over ePayment: our record is the truth, and the network names the brand where it tells of sales units."""

import pytest

from portal import clock
from portal.audit.actors import COMMAND
from portal.gateway.errors import Refused, Unavailable
from terminals.models import ProviderAccount, Store
from terminals.services import stores
from tests.shop import BAGER, KINO

UNIT = "/management/v1/sales-units/[0-9]+"
STORE = KINO["stores"][0]["storeId"]


def information(till):
    return till.get("manage/store", storeId=STORE)["storeInformation"]


def synchronise(shops):
    return stores.bring_up_to_date(merchant=shops["KINO1"], by=COMMAND, now=clock.now())


def tell(simulator, name):
    simulator.epayment.knobs.is_production = True
    simulator.faults.add("alter", "GET", UNIT, members={"name": name})


def test_outside_production_a_store_is_told_from_our_record_alone(till):
    listed = till.get("manage/stores")

    assert (listed.status, listed["storesIds"]) == (200, [STORE])
    assert information(till) == {
        "brandName": "",
        "merchantBrandId": "",
        "merchantLocationId": "",
        "storeCity": "",
        "storeId": STORE,
        "storeName": "Kino Nord Aarhus",
        "storeStreet": "",
        "storeZipCode": "",
    }


def test_the_sales_unit_names_the_brand_of_its_stores_and_of_no_others(till, simulator):
    tell(simulator, "Kino Nord i Aarhus")

    told = information(till)

    assert (told["brandName"], told["storeName"]) == ("Kino Nord i Aarhus", "Kino Nord Aarhus")
    assert Store.objects.get(store_id=BAGER["stores"][0]["storeId"]).brand_name == ""


def test_a_new_name_is_a_change_and_the_same_name_is_none(shops, simulator):
    outcomes = []
    for name in ("Kino", "Kino", "Kino Nord"):
        tell(simulator, name)
        outcomes.append(synchronise(shops))

    assert outcomes == [
        {"new": 0, "changed": 1, "same": 0},
        {"new": 0, "changed": 0, "same": 1},
        {"new": 0, "changed": 1, "same": 0},
    ]
    assert Store.objects.get(store_id=STORE).brand_name == "Kino Nord"


def test_a_unit_that_tells_no_longer_keeps_the_name_it_told(till, shops, simulator, later):
    tell(simulator, "Kino")
    synchronise(shops)
    simulator.epayment.knobs.is_production = False
    later(hours=2)

    assert (synchronise(shops), information(till)["brandName"]) == ({"new": 0, "changed": 0, "same": 0}, "Kino")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [({"status": 503}, Unavailable), ({"status": 429}, Unavailable), ({"status": 400, "code": "4100"}, Refused)],
)
def test_while_the_network_tells_nothing_tills_read_our_record_and_who_synchronises_hears_it(
    till, shops, simulator, fault, kind
):
    simulator.faults.add("refuse", "GET", UNIT, times=9, **fault)

    listed = till.get("manage/stores")

    assert (listed.status, listed["storesIds"]) == (200, [STORE])
    with pytest.raises(kind):
        synchronise(shops)


def test_an_account_without_keys_leaves_tills_their_stores(till, settings):
    settings.EPAYMENT_CLIENT_ID = ""
    ProviderAccount.objects.update(credentials=None)

    listed = till.get("manage/stores")

    assert (listed.status, listed["storesIds"]) == (200, [STORE])


def test_the_sales_unit_is_asked_once_an_hour(till, simulator, later):
    asked = []
    for minutes in (0, 1, 60):
        later(minutes=minutes)
        till.get("manage/stores")
        asked.append(len(simulator.calls.find("GET", UNIT)))

    assert asked == [1, 1, 2]


def test_a_store_that_the_merchant_does_not_have_is_not_told(till):
    answer = till.get("manage/store", storeId="11111111-2222-4333-8444-555555555555")

    assert (answer.status, answer.codes) == (404, ["store_not_found"])
