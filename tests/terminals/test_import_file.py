"""The format of an import file: every wrong row is named with its place."""

from copy import deepcopy

import pytest

from terminals import import_file
from terminals.import_file import WrongRows
from tests.shop import SHOPS

NOT_VAT = "must be a country code and 8 digits, such as DK12345678"
TEXT = "must be 1 to 36 characters, without line breaks, emoji or foreign scripts"
UUID = "must be a UUID such as 3974eae6-e36f-4148-b5ee-22689e528c75"
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
        (_changed(["merchants", 0, "stores", 0, "storeId"], "1"), [f"{STORE}.storeId: {UUID}"]),
        (_changed(["merchants", 0, "stores", 0, "name"], ""), [f"{STORE}.name: This field may not be blank."]),
        (_terminal("terminalId", "KASSE-2"), [f"{TERMINAL}.terminalId: {UUID}"]),
        (_terminal("terminalId", 7), [f"{TERMINAL}.terminalId: {UUID}"]),
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
    content["merchants"][0]["stores"][0]["terminals"][0]["terminalId"] = "x"
    content["merchants"][1]["vatNumber"] = "x"
    content["merchants"][1]["stores"] = ["x"]

    assert _rows(content) == [
        f"{STORE}.terminals[0].terminalId: {UUID}",
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


def test_two_merchants_may_use_the_same_ids():
    content = deepcopy(SHOPS)
    content["merchants"][1]["stores"] = deepcopy(content["merchants"][0]["stores"])

    assert len(import_file.read(content)) == 2
