"""The format of an import file: every wrong row is named with its place."""

from copy import deepcopy

import pytest

from terminals import import_file
from terminals.import_file import WrongRows
from tests.shop import SHOPS

NOT_VAT = "must be a country code and 8 digits, such as DK12345678"
TEXT = "must be 1 to 36 characters, without line breaks, emoji or foreign scripts"
PADDED = "must not begin or end with a blank"
ONE_LINE = "must be one line of letters and signs"
MERCHANT, STORE = "merchants[0]", "merchants[0].stores[0]"
TERMINAL = f"{STORE}.terminals[1]"


def _rows(content):
    with pytest.raises(WrongRows) as caught:
        import_file.read(content)
    assert str(caught.value) == "\n".join(caught.value.rows)
    return caught.value.rows


def _changed(place, value):
    """The shops with one value replaced, or left out."""
    content = deepcopy(SHOPS)
    *path, last = place
    target = content
    for step in path:
        target = target[step]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return content


STORE_KEYS = "storeId, name, provider, merchantSerialNumber, clientId, clientSecret, subscriptionKey, isTest, terminals"


def _unknown(keys):
    return f"is not known here; the keys are {keys}"


def _merchant(name, value):
    return _changed(["merchants", 0, name], value)


def _terminal(name, value):
    return _changed(["merchants", 0, "stores", 0, "terminals", 1, name], value)


def test_a_right_file_is_read_into_the_portals_words():
    merchants = import_file.read(SHOPS)

    assert [each["bio_code"] for each in merchants] == ["KINO1", "BAGER7"]
    assert [str(each["terminal_id"]) for each in merchants[1]["stores"][0]["terminals"]] == [
        "b2a4c6d8-0e1f-4a3b-8c5d-7e9f0a1b2d01"
    ]


def test_a_merchant_may_have_no_stores_and_a_store_no_terminals():
    bare = {"bioCode": "BAR1", "name": "Bar", "vatNumber": "DK11111111", "currencies": ["EUR"]}
    storied = {
        **bare,
        "bioCode": "BAR2",
        "stores": [{"storeId": SHOPS["merchants"][0]["stores"][0]["storeId"], "name": "B"}],
    }

    first, second = import_file.read({"merchants": [bare, storied]})

    assert (first["stores"], second["stores"][0]["terminals"]) == ([], [])


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (_merchant("vatNumber", "12345678"), [f"{MERCHANT}.vatNumber: {NOT_VAT}"]),
        (_merchant("vatNumber", "dk12345678"), [f"{MERCHANT}.vatNumber: {NOT_VAT}"]),
        (_merchant("bioCode", "🍕"), [f"{MERCHANT}.bioCode: {TEXT}"]),
        (_merchant("bioCode", "x" * 37), [f"{MERCHANT}.bioCode: {TEXT}"]),
        (_merchant("bioCode", None), [f"{MERCHANT}.bioCode: This field is required."]),
        (_merchant("currencies", ["DKK", "SEK"]), [f'{MERCHANT}.currencies[1]: "SEK" is not a valid choice.']),
        (_merchant("currencies", []), [f"{MERCHANT}.currencies: This list may not be empty."]),
        (_merchant("name", "x" * 101), [f"{MERCHANT}.name: Ensure this field has no more than 100 characters."]),
        (_merchant("bioCode", " KINO1"), [f"{MERCHANT}.bioCode: {PADDED}"]),
        (_merchant("bioCode", ""), [f"{MERCHANT}.bioCode: {TEXT}"]),
        (_merchant("name", "Kino\nNord"), [f"{MERCHANT}.name: {ONE_LINE}"]),
        (_merchant("name", "Kino\u202eNord"), [f"{MERCHANT}.name: {ONE_LINE}"]),
        (_merchant("name", "Kino\u3164"), [f"{MERCHANT}.name: {ONE_LINE}"]),
        (_merchant("name", "Kino Nord "), [f"{MERCHANT}.name: {PADDED}"]),
        (
            _merchant("vatnumber", "DK12345678"),
            [f"{MERCHANT}.vatnumber: {_unknown('bioCode, name, vatNumber, currencies, stores')}"],
        ),
        (_changed(["Merchants"], []), [f"Merchants: {_unknown('merchants')}"]),
        (
            _changed(["merchants", 0, "stores", 0, "zipcode"], "8000"),
            [f"{STORE}.zipcode: {_unknown(STORE_KEYS)}"],
        ),
        (_changed(["merchants", 0, "stores", 0, "storeId"], "x" * 37), [f"{STORE}.storeId: {TEXT}"]),
        (_changed(["merchants", 0, "stores", 0, "storeId"], "1 "), [f"{STORE}.storeId: {PADDED}"]),
        (_changed(["merchants", 0, "stores", 0, "name"], "a\rb"), [f"{STORE}.name: {ONE_LINE}"]),
        (_changed(["merchants", 0, "stores", 0, "name"], ""), [f"{STORE}.name: This field may not be blank."]),
        (_terminal("terminalId", "KASSE-2\n"), [f"{TERMINAL}.terminalId: {TEXT}"]),
        (_terminal("terminalId", "\u00a0KASSE-2"), [f"{TERMINAL}.terminalId: {TEXT}"]),
        (_terminal("terminalId", ["x"]), [f"{TERMINAL}.terminalId: must be a text"]),
        (_terminal("terminalID", "x"), [f"{TERMINAL}.terminalID: {_unknown('terminalId, name, beaconId')}"]),
        (_terminal("name", " Kasse 2"), [f"{TERMINAL}.name: {PADDED}"]),
        (_terminal("name", "a\nb"), [f"{TERMINAL}.name: {TEXT}"]),
        (_terminal("name", None), [f"{TERMINAL}.name: This field is required."]),
        ({}, ["merchants: This field is required."]),
        ({"merchants": {}}, ['merchants.non_field_errors: Expected a list of items but got type "dict".']),
        ([], ["non_field_errors: Invalid data. Expected a dictionary, but got list."]),
        ("x", ["non_field_errors: Invalid data. Expected a dictionary, but got str."]),
    ],
)
def test_a_wrong_row_is_named_with_its_place(content, rows):
    assert _rows(content) == rows


@pytest.mark.parametrize("vat_number", ["xxDK12345678", "DK123456789", "DK12345678\n9", "see DK12345678"])
def test_a_vat_number_is_a_country_code_and_8_digits_and_nothing_else(vat_number):
    assert _rows(_merchant("vatNumber", vat_number)) == [f"{MERCHANT}.vatNumber: {NOT_VAT}"]


def test_all_wrong_rows_are_named_at_once():
    content = _terminal("name", "🍕")
    content["merchants"][0]["stores"][0]["terminals"][0]["terminalId"] = ""
    content["merchants"][1]["vatNumber"] = "x"
    content["merchants"][1]["stores"] = ["x"]

    assert _rows(content) == [
        f"{STORE}.terminals[0].terminalId: {TEXT}",
        f"{STORE}.terminals[1].name: {TEXT}",
        f"merchants[1].vatNumber: {NOT_VAT}",
        "merchants[1].stores[0].non_field_errors: Invalid data. Expected a dictionary, but got str.",
    ]


def test_what_stands_twice_is_named_wherever_the_second_stands():
    content = deepcopy(SHOPS)
    [kino, bager] = content["merchants"]
    other_store = {**kino["stores"][0], "storeId": bager["stores"][0]["storeId"]}
    kino["stores"] += [other_store, {**other_store, "terminals": []}]
    content["merchants"].append({**bager, "stores": []})

    assert _rows(content) == [
        "merchant KINO1: terminal b2a4c6d8-0e1f-4a3b-8c5d-7e9f0a1b2c01 stands twice in the file",
        "merchant KINO1: terminal b2a4c6d8-0e1f-4a3b-8c5d-7e9f0a1b2c02 stands twice in the file",
        "merchant KINO1: store 6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1b01 stands twice in the file",
        "merchant BAGER7: stands twice in the file",
    ]


def test_what_differs_in_letter_case_only_stands_twice():
    content = deepcopy(SHOPS)
    [kino, bager] = content["merchants"]
    kino["stores"][0]["terminals"] = [{"terminalId": each, "name": "x"} for each in ("KØ1", "kø1", "Kø1")]
    bager["bioCode"] = "kino1"

    assert _rows(content) == [
        "merchant KINO1: terminal kø1 stands twice in the file, once as KØ1",
        "merchant KINO1: terminal Kø1 stands twice in the file, once as kø1",
        "merchant kino1: stands twice in the file, once as KINO1",
    ]


def test_a_key_that_stands_twice_in_one_object_is_named():
    text = """{"merchants": [{"bioCode": "BAR1", "name": "Bar", "vatNumber": "DK11111111", "currencies": ["EUR"],
        "stores": [{"storeId": "1", "name": "B"}], "stores": []}]}"""

    assert _rows(import_file.parse(text.encode())) == ["merchants[0].stores: stands twice"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_may_be_in_any_of_unicodes_encodings_with_a_mark_or_without(encoding):
    text = '{"merchants": [{"bioCode": "KØ1", "name": "Kø", "vatNumber": "DK11111111", "currencies": ["DKK"]}]}'

    [merchant] = import_file.read(import_file.parse(text.encode(encoding)))

    assert (merchant["bio_code"], merchant["name"]) == ("KØ1", "Kø")


def test_numbers_are_read_as_they_stand_in_the_file():
    text = """{"merchants": [{"bioCode": 1.10, "name": "Bar", "vatNumber": "DK11111111", "currencies": ["DKK"],
        "stores": [{"storeId": 7, "name": "B", "terminals": [{"terminalId": 101, "name": "Kasse 1"}]}]}]}"""

    [merchant] = import_file.read(import_file.parse(text.encode()))

    [store] = merchant["stores"]
    assert (merchant["bio_code"], store["store_id"], store["terminals"][0]["terminal_id"]) == ("1.10", "7", "101")


def test_two_merchants_may_use_the_same_ids():
    content = deepcopy(SHOPS)
    content["merchants"][1]["stores"] = deepcopy(content["merchants"][0]["stores"])

    assert len(import_file.read(content)) == 2
