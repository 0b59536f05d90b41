"""Bringing merchants, stores and terminals into the portal."""

from copy import deepcopy

import pytest

from portal.audit.actors import COMMAND
from portal.audit.models import Entry
from terminals import import_file
from terminals.models import Merchant, Store, Terminal
from terminals.services import imports
from terminals.services.imports import TerminalInUse
from tests.shop import BAGER, KINO, SHOPS
from tests.tillapi.raw_calls import rows

SECOND_STORE = "6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1a02"


def _import(content):
    return dict(imports.import_merchants(merchants=import_file.read(content), by=COMMAND))


def _moved():
    """The shops with the first till carried into a second store of the same merchant."""
    content = deepcopy(SHOPS)
    first = content["merchants"][0]["stores"][0]
    second = {"storeId": SECOND_STORE, "name": "Kino Nord Randers", "terminals": [first["terminals"].pop(0)]}
    content["merchants"][0]["stores"].append(second)
    return content


@pytest.mark.django_db
def test_a_first_import_creates_everything_and_writes_it_down():
    outcomes = _import(SHOPS)

    assert outcomes == {"new": 7}
    assert [(each.name, each.currencies, each.is_active) for each in Merchant.objects.order_by("pk")] == [
        ("Kino Nord", ["DKK"], True),
        ("Bageriet Syd", ["DKK", "EUR"], True),
    ]
    assert sorted(Terminal.objects.values_list("name", flat=True)) == ["Disken", "Kasse 1", "Kasse 2"]
    entries = Entry.objects.order_by("pk")
    assert [(each.action, each.subject, each.details, each.actor) for each in entries] == [
        ("merchant:imported", "Kino Nord (KINO1)", {"new": 4}, "manage.py"),
        ("merchant:imported", "Bageriet Syd (BAGER7)", {"new": 3}, "manage.py"),
    ]


def test_importing_twice_changes_nothing(merchants):
    stored = rows()

    outcomes = _import(SHOPS)

    assert outcomes == {"same": 7}
    assert rows() == stored


def test_importing_ids_in_another_letter_case_changes_nothing(merchants):
    stored = rows()
    content = deepcopy(SHOPS)
    for merchant in content["merchants"]:
        for store in merchant["stores"]:
            store["storeId"] = store["storeId"].upper()
            for terminal in store["terminals"]:
                terminal["terminalId"] = terminal["terminalId"].upper()

    assert _import(content) == {"same": 7}
    assert rows() == stored


def test_two_merchants_of_before_that_differ_in_letter_case_only_are_both_still_known(merchants):
    merchants["BAGER7"].bio_code = "kino1"
    merchants["BAGER7"].save()

    assert _import({"merchants": [KINO]}) == {"same": 4}
    assert _import({"merchants": [{**BAGER, "bioCode": "kino1"}]}) == {"same": 3}


def test_a_synchronised_store_keeps_mobilepays_name_and_importing_twice_changes_nothing(merchants, till):
    till.get("manage/stores")
    content = deepcopy(SHOPS)
    content["merchants"][0]["stores"][0]["name"] = "What we call it"
    content["merchants"][1]["stores"][0]["name"] = "Not synchronised yet"

    first, stored = _import(content), rows()
    second = _import(content)

    assert (first, second) == ({"same": 6, "changed": 1}, {"same": 7})
    assert rows() == stored
    assert list(Store.objects.order_by("pk").values_list("name", flat=True)) == [
        "Kino Nord Aarhus",
        "Not synchronised yet",
    ]


def test_an_import_changes_what_it_names_and_leaves_the_rest_alone(merchants, till):
    content = {"merchants": [deepcopy(KINO)]}
    content["merchants"][0]["name"] = "Kino Nord A/S"
    content["merchants"][0]["stores"][0]["terminals"] = [
        {**KINO["stores"][0]["terminals"][0], "name": "Kiosk"},
        {"terminalId": SECOND_STORE, "name": "Ny kasse"},
    ]

    outcomes = _import(content)

    assert outcomes == {"changed": 2, "same": 1, "new": 1}
    assert Merchant.objects.get(bio_code="KINO1").name == "Kino Nord A/S"
    names = Terminal.objects.filter(merchant__bio_code="KINO1").order_by("name").values_list("name", flat=True)
    assert list(names) == ["Kasse 2", "Kiosk", "Ny kasse"]
    assert Store.objects.count() == 2
    assert till.get("manage/stores").status == 200


def test_a_terminal_without_a_point_of_sale_may_move_to_another_store(merchants):
    outcomes = _import(_moved())

    terminal = Terminal.objects.get(terminal_id=KINO["stores"][0]["terminals"][0]["terminalId"])
    assert str(terminal.store.store_id) == SECOND_STORE
    assert outcomes == {"same": 6, "new": 1, "changed": 1}


def test_a_terminal_with_a_point_of_sale_stays_and_nothing_is_imported(till):
    stored = rows()

    with pytest.raises(TerminalInUse) as caught:
        _import(_moved())

    assert caught.value.message == (
        f"Terminal {till.terminal_id} has a point of sale and cannot move to another store. "
        "Delete the point of sale first. Nothing was imported."
    )
    assert rows() == stored


def test_after_its_point_of_sale_is_deleted_a_terminal_may_move(till):
    till.get("manage/delete", terminalId=till.terminal_id)

    assert _import(_moved())["changed"] == 1


def test_the_same_terminal_id_at_another_merchant_is_another_terminal(merchants):
    content = deepcopy(SHOPS)
    content["merchants"][1]["stores"][0]["terminals"].append(KINO["stores"][0]["terminals"][0])

    _import(content)

    found = Terminal.objects.filter(terminal_id=KINO["stores"][0]["terminals"][0]["terminalId"])
    assert sorted(each.merchant.bio_code for each in found) == ["BAGER7", "KINO1"]
