from copy import deepcopy
from decimal import Decimal
import json

import pytest

from portal.mobilepay.simulator.posv10.merchants import Store, read_merchants
from portal.mobilepay.simulator.posv10.world import World
from tests.mobilepay.simulator.conftest import MERCHANTS


def one_merchant(**changes):
    """A document with one merchant that has one bare store."""
    store = {"storeId": "AAAAAAAA-1111-4111-8111-111111111111", "name": "Foyer", **changes}
    merchant = {"bioCode": "B", "name": "Bio", "vatNumber": "DK12345678", "currencies": ["DKK"]}
    return {"merchants": [{**merchant, "stores": [store]}]}


@pytest.mark.parametrize("optional", [{}, {"brandName": None, "city": None, "activated": None, "balance": None}])
def test_a_bare_store_gets_sensible_values(optional):
    (merchant,) = read_merchants(one_merchant(**optional))

    assert merchant.stores == [
        Store(
            store_id="aaaaaaaa-1111-4111-8111-111111111111",
            vat_number="DK12345678",
            name="Foyer",
            brand_name="Bio",
            merchant_brand_id="POSDK00001",
            merchant_location_id="00001",
            street="Vestergade 1",
            zip_code="1000",
            city="København",
            activated=True,
            balance=Decimal(1_000_000),
        )
    ]


def test_generated_locations_avoid_those_given():
    document = one_merchant(merchantLocationId="00001")
    stores = document["merchants"][0]["stores"]
    stores += [{**stores[0], "merchantLocationId": None}, {"storeId": stores[0]["storeId"], "name": "x"}]

    (merchant,) = read_merchants(document)

    assert [store.merchant_location_id for store in merchant.stores] == ["00001", "00002", "00003"]


def test_a_world_can_be_read_from_the_import_file(tmp_path):
    path = tmp_path / "merchants.json"
    document = deepcopy(MERCHANTS)
    document["merchants"][0]["stores"][0]["balance"] = "100.10"
    path.write_text(json.dumps(document), encoding="utf-8")

    world = World.from_file(path)

    assert [merchant.name for merchant in world.merchants] == ["Biograf Nord", "Elokuvateatteri"]
    assert world.merchants[0].stores[0].balance == Decimal("100.10")
    assert world.merchants[1].stores[0].merchant_brand_id == "POSFI00002"


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({}, "a merchant or a store has no 'merchants'"),
        ({"merchants": [{"vatNumber": "DK12345678"}]}, "a merchant or a store has no 'name'"),
        ({"merchants": [{"vatNumber": "DK-1"}]}, "DK-1 is not DK or FI and eight digits"),
        (one_merchant(storeId="7"), "the storeId 7 is not a GUID"),
    ],
)
def test_a_document_that_lacks_what_is_needed_is_refused(document, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_merchants(document)
