"""The merchant's stores, as MobilePay knows them and as we do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal import clock
from portal.audit.actors import COMMAND
from portal.audit.models import Entry
from portal.gateway.errors import Refused, Unavailable
from terminals.models import Store
from terminals.services import stores
from tests.payments.factories import new_store
from tests.shop import BAGER, KINO
from tests.tillapi.raw_calls import call, refusal, rows

LIST = "/pos/v10/stores/detailed"
ONE = "/pos/v10/stores/[0-9a-f-]{36}"
STORE = KINO["stores"][0]["storeId"]
OURS_ALONE = "11111111-2222-4333-8444-555555555555"


def _stores(till):
    return call("GET", "manage/stores", token=till.token)


def _store(till, store_id=STORE):
    return call("GET", "manage/store", token=till.token, query=f"storeId={store_id}")


def _down(simulator, path, times=1):
    simulator.faults.add("refuse", "GET", path, status=429, times=times)


@pytest.fixture
def unlisted(merchants):
    """A store of ours that MobilePay's list does not hold."""
    return new_store(merchants["KINO1"], "Kino Nord Randers", OURS_ALONE)


def test_the_list_of_stores_is_asked_of_mobilepay_once_an_hour(till, simulator, time_machine):
    start = clock.now()
    time_machine.move_to(start, tick=False)
    replies = [_stores(till), _stores(till)]
    asked = [len(simulator.calls.find("GET", LIST))]
    for minutes in (59, 60):
        time_machine.move_to(start + timedelta(minutes=minutes), tick=False)
        replies.append(_stores(till))
        asked.append(len(simulator.calls.find("GET", LIST)))

    assert replies[0].json == {"storesIds": [STORE], "success": True, "errors": [], "errorCodes": []}
    assert {(reply.status, reply.content) for reply in replies} == {(200, replies[0].content)}
    assert asked == [1, 1, 2]


def test_a_store_is_told_with_brand_and_address(till, simulator):
    reply = _store(till, STORE.upper())

    [theirs] = [store for store in simulator.world.merchants[0].stores if store.store_id == STORE]
    assert reply.status == 200
    assert reply.json["storeInformation"] == {
        "brandName": "Kino Nord",
        "merchantBrandId": theirs.merchant_brand_id,
        "merchantLocationId": theirs.merchant_location_id,
        "storeCity": "Aarhus C",
        "storeId": STORE,
        "storeName": "Kino Nord Aarhus",
        "storeStreet": "Havnegade 4",
        "storeZipCode": "8000",
    }


def test_a_synchronisation_adds_and_completes_stores_and_is_written_down(till, merchants, simulator):
    Store.objects.update(name="An old name", street="")
    merchants["KINO1"].stores.filter(terminals=None).delete()
    _stores(till)

    store = Store.objects.get(store_id=STORE)
    assert (store.name, store.street) == ("Kino Nord Aarhus", "Havnegade 4")
    assert Store.objects.get(store_id=BAGER["stores"][0]["storeId"]).name == "An old name"
    entry = Entry.objects.get(action="stores:synchronised")
    assert (entry.merchant_id, entry.details, entry.actor) == (
        merchants["KINO1"].pk,
        {"new": 0, "changed": 1, "same": 0},
        till.token.split("_")[1],
    )


def test_a_store_that_is_new_at_mobilepay_is_added(merchants, simulator):
    bager = merchants["BAGER7"]
    bager.terminals.all().delete()
    bager.stores.all().delete()

    [found] = stores.synchronise(merchant=bager, by=COMMAND, now=clock.now())

    assert (str(found.store_id), found.merchant) == (BAGER["stores"][0]["storeId"], bager)


def test_while_mobilepay_is_down_our_own_list_answers(till, simulator, unlisted):
    _down(simulator, LIST)

    down, up = _stores(till), _stores(till)

    assert (down.status, down.json["storesIds"]) == (200, sorted([STORE, OURS_ALONE]))
    assert (up.status, up.content) == (200, down.content)
    assert len(simulator.calls.find("GET", LIST)) == 2


@pytest.mark.parametrize(("status", "error"), [(429, Unavailable), (403, Refused)])
def test_a_synchronisation_that_fails_changes_nothing(status, error, till, merchants, simulator):
    simulator.faults.add("refuse", "GET", LIST, status=status, code="1159")
    stored = rows()

    with pytest.raises(error):
        stores.synchronise(merchant=merchants["KINO1"], by=COMMAND, now=clock.now())

    assert rows() == stored


def test_mobilepay_refusing_the_list_does_not_hide_our_stores(till, simulator):
    simulator.faults.add("refuse", "GET", LIST, status=403, code="1159")

    assert _stores(till).json["storesIds"] == [STORE]


def test_a_store_whose_address_nobody_knows_yet_cannot_be_told_while_mobilepay_is_down(till, simulator):
    _down(simulator, LIST)
    _down(simulator, ONE)

    down, up = _store(till), _store(till)

    sentence = "MobilePay does not answer right now. Nothing was changed; ask again in a moment."
    assert (down.status, down.json, down.headers["Retry-After"]) == (
        503,
        refusal(own=["storeInformation"], code="mobilepay_unavailable", sentence=sentence),
        "2",
    )
    assert (up.status, up.json["storeInformation"]["storeCity"]) == (200, "Aarhus C")


def test_a_store_missing_from_the_list_is_asked_for_by_itself(till, simulator):
    _down(simulator, LIST)

    reply = _store(till)

    assert (reply.status, reply.json["storeInformation"]["storeStreet"]) == (200, "Havnegade 4")
    assert len(simulator.calls.find("GET", ONE)) == 1
    assert Store.objects.get(store_id=STORE).city == "Aarhus C"


def test_a_store_that_mobilepay_does_not_know_is_told_as_we_know_it(till, unlisted):
    reply = _store(till, OURS_ALONE)

    told = reply.json["storeInformation"]
    assert (reply.status, told["storeName"], told["storeStreet"]) == (200, "Kino Nord Randers", "")


def test_another_merchants_store_does_not_exist(till, simulator):
    _stores(till)
    stored, calls = rows(), len(simulator.calls.find())

    reply = _store(till, BAGER["stores"][0]["storeId"])

    sentence = "The merchant has no such store."
    assert (reply.status, reply.json) == (
        404,
        refusal(own=["storeInformation"], code="store_not_found", sentence=sentence),
    )
    assert (rows(), len(simulator.calls.find())) == (stored, calls)


def test_a_store_that_mobilepay_does_not_name_keeps_the_name_it_has(merchants, simulator):
    simulator.world.merchants[0].stores[0].name = "\u202e\0"

    [store] = stores.synchronise(merchant=merchants["KINO1"], by=COMMAND, now=clock.now())

    assert (store.name, store.synchronised_at is None) == ("Kino Nord Aarhus", False)


def test_a_new_store_without_a_name_is_called_by_its_id(merchants, simulator):
    theirs = replace(simulator.world.merchants[0].stores[0], store_id=OURS_ALONE, name="")
    simulator.world.stores._by_id[OURS_ALONE] = theirs

    found = stores.synchronise(merchant=merchants["KINO1"], by=COMMAND, now=clock.now())

    assert {store.store_id: store.name for store in found} == {STORE: "Kino Nord Aarhus", OURS_ALONE: OURS_ALONE}
