import pytest

from portal.mobilepay.simulator.epayment.units import DEMO_KEYS, Keys, Store, read_units
from portal.mobilepay.simulator.epayment.world import EPaymentWorld
from portal.mobilepay.simulator.posv10.world import World
from tests.mobilepay.simulator.epayment.client import MSN, OTHER_MSN
from tests.mobilepay.simulator.epayment.conftest import FOYER, HELSINKI, KIOSK, SHOPS


def shop(*stores):
    merchant = {"bioCode": "B", "name": "Shop", "vatNumber": "DK12345678", "currencies": ["DKK", "EUR"]}
    named = [{"storeId": FOYER, "name": "Foyer", "merchantSerialNumber": MSN, **store} for store in stores]
    return {"merchants": [{**merchant, "stores": named}]}


def test_stores_that_name_a_serial_number_sell_as_that_unit_and_may_share_it():
    first, second = read_units(SHOPS)

    assert (first.msn, first.name, first.vat_number, first.currencies) == (MSN, "Foyer", "DK12345678", ("DKK",))
    assert first.keys == Keys("demo-client", "demo-secret", "demo-key")
    assert first.stores == [Store(FOYER, "Foyer", "Biograf Nord"), Store(KIOSK, "Kiosk", "Nord")]
    assert (first.partial_capture, first.push_allowed) == (True, True)
    assert (second.msn, second.keys) == (OTHER_MSN, Keys("other-client", "other-secret", "other-key"))
    assert (second.partial_capture, second.push_allowed) == (False, False)
    assert second.stores == [Store(HELSINKI, "Helsinki", "Elokuvateatteri")]


def test_keys_are_shown_nowhere():
    assert "secret" not in repr(read_units(SHOPS)).replace("client_secret", "")
    assert "other-key" not in repr(read_units(SHOPS))


@pytest.mark.parametrize("missing", list(DEMO_KEYS))
def test_each_key_that_a_store_does_not_name_is_the_demos(missing):
    own = {name: "own" for name in DEMO_KEYS if name != missing}

    (unit,) = read_units(shop({**own, missing: None}))

    shown = {
        "clientId": unit.keys.client_id,
        "clientSecret": unit.keys.client_secret,
        "subscriptionKey": unit.keys.subscription_key,
    }
    assert shown == {**own, missing: DEMO_KEYS[missing]}


def test_a_serial_number_may_be_a_number_and_currencies_may_be_missing():
    document = shop({"merchantSerialNumber": 123456})
    del document["merchants"][0]["currencies"]

    (unit,) = read_units(document)

    assert (unit.msn, unit.currencies) == ("123456", ("DKK",))


@pytest.mark.parametrize("said", [{"clientId": "x"}, {"partialCapture": True}, {"pushAllowed": False}], ids=str)
def test_stores_of_one_unit_must_agree(said):
    (name,) = said

    with pytest.raises(ValueError, match=f"the stores of the sales unit {MSN} disagree about {name}"):
        read_units(shop({}, said))


@pytest.mark.parametrize("msn", ["123", "12345678901", "12345x"])
def test_a_serial_number_must_be_one(msn):
    with pytest.raises(ValueError, match=f"the merchantSerialNumber {msn} is not 4 to 10 digits"):
        read_units(shop({"merchantSerialNumber": msn}))


@pytest.mark.parametrize("document", [{}, {"merchants": [{}]}, shop({"storeId": None})], ids=str)
def test_what_is_needed_must_be_there(document):
    with pytest.raises(ValueError, match="a merchant or a store has no"):
        read_units(document)


def test_a_world_can_be_read_from_a_file(tmp_path):
    file = tmp_path / "merchants.json"
    file.write_text('{"merchants": []}', encoding="utf-8")

    assert list(EPaymentWorld.from_file(file).units) == []


def test_the_same_document_makes_a_world_of_pos_v10_too():
    assert [len(merchant.stores) for merchant in World.load(SHOPS).merchants] == [3, 1]
