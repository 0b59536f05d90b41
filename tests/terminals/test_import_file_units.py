"""Sales units, their keys and old stickers in an import file: what is wrong is named with its place."""

import json

import pytest

from terminals import import_file
from terminals.import_file import WrongRows
from tests.shop import KINO, KINO_UNIT

STORE = "merchants[0].stores[0]"
UNIT = "must be the 4 to 10 digits of a sales unit"
KEY = "must be signs without blanks"
BEACON = "must be the GUID or the 15 digits of an old sticker"
WHICH = f"{STORE}.non_field_errors: merchantSerialNumber says which sales unit is meant, and is missing"


def shops(terminal=None, **members):
    """The first shop with these members of its store, and of its first terminal."""
    store = {**KINO["stores"][0], **members}
    store["terminals"] = [{**store["terminals"][0], **(terminal or {})}]
    return {"merchants": [{**KINO, "stores": [store]}]}


def wrong(content):
    with pytest.raises(WrongRows) as caught:
        import_file.read(content)
    return caught.value.rows


def test_a_sales_unit_is_read_with_its_keys():
    [merchant] = import_file.read(shops({"beaconId": "123456789012345"}, **KINO_UNIT, isTest=True))

    [store] = merchant["stores"]
    [terminal] = store.pop("terminals")
    assert store == {
        "store_id": KINO["stores"][0]["storeId"],
        "name": "Kino Nord Aarhus",
        "provider": "epayment",
        "merchant_serial_number": "123456",
        "client_id": "kino-client",
        "client_secret": "kino-secret",
        "subscription_key": "kino-key",
        "is_test": True,
    }
    assert terminal["beacon_id"] == "123456789012345"


@pytest.mark.parametrize(("said", "provider"), [({}, ""), ({"provider": "posv10"}, "posv10")])
def test_a_store_without_a_unit_is_read_as_it_stands(said, provider):
    [merchant] = import_file.read(shops(**said))

    assert merchant["stores"][0]["provider"] == provider
    assert "merchant_serial_number" not in merchant["stores"][0]


def test_a_unit_may_be_a_number_of_the_file():
    text = json.dumps(shops(merchantSerialNumber=123456, provider="epayment"))

    [merchant] = import_file.read(import_file.parse(text.encode()))

    assert merchant["stores"][0]["merchant_serial_number"] == "123456"


@pytest.mark.parametrize(
    "number", ["123", "12345678901", "12a4", "12 34", "\uff11\uff12\uff13\uff14", "-1234", "1234.5"]
)
def test_a_unit_is_4_to_10_digits_and_nothing_else(number):
    assert wrong(shops(merchantSerialNumber=number)) == [f"{STORE}.merchantSerialNumber: {UNIT}"]


@pytest.mark.parametrize("name", ["clientId", "clientSecret", "subscriptionKey"])
@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("a b", KEY),
        (" ab", KEY),
        ("ab\n", KEY),
        ("æ", KEY),
        ("", "This field may not be blank."),
        (None, "This field may not be null."),
        ("x" * 201, "Ensure this field has no more than 200 characters."),
        ({"a": 1}, "Not a valid string."),
    ],
)
def test_a_key_can_stand_in_a_header(name, key, reason):
    assert wrong(shops(**KINO_UNIT | {name: key})) == [f"{STORE}.{name}: {reason}"]


@pytest.mark.parametrize(
    ("members", "rows"),
    [
        ({"provider": "nets"}, [f'{STORE}.provider: "nets" is not a valid choice.']),
        ({"provider": "epayment"}, [WHICH]),
        ({"clientId": "kino-client"}, [WHICH]),
        ({"subscriptionKey": "kino-key", "provider": "posv10"}, [WHICH]),
        ({"isTest": False}, [WHICH]),
        (
            {"provider": "posv10", "merchantSerialNumber": "123456"},
            [f"{STORE}.non_field_errors: a store at posv10 has no merchantSerialNumber"],
        ),
        ({**KINO_UNIT, "isTest": "perhaps"}, [f"{STORE}.isTest: Must be a valid boolean."]),
        ({**KINO_UNIT, "isTest": None}, [f"{STORE}.isTest: This field may not be null."]),
    ],
)
def test_what_does_not_go_together_is_named(members, rows):
    assert wrong(shops(**members)) == rows


@pytest.mark.parametrize(
    "beacon_id",
    ["123456789012345", "0f0e0d0c-0b0a-4908-8706-050403020100", "0F0E0D0C-0B0A-4908-8706-050403020100"],
)
def test_a_sticker_is_15_digits_or_a_guid_in_either_letter_case(beacon_id):
    [merchant] = import_file.read(shops({"beaconId": beacon_id}))

    assert merchant["stores"][0]["terminals"][0]["beacon_id"] == beacon_id


@pytest.mark.parametrize(
    "beacon_id",
    [
        *("12345678901234", "1234567890123456", "12345678901234x", "\uff10" * 15, "sticker"),
        *("0f0e0d0c0b0a49088706050403020100", "{0f0e0d0c-0b0a-4908-8706-050403020100}"),
    ],
)
def test_anything_else_is_no_sticker(beacon_id):
    rows = wrong(shops({"beaconId": beacon_id}))

    assert rows == [f"{STORE}.terminals[0].beaconId: {BEACON}"]
