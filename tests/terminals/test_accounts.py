"""Accounts by import file: which network and sales unit a store sells through, and whose it is."""

from copy import deepcopy

import pytest

from payments.states import State
from portal.audit.actors import COMMAND
from portal.audit.models import Entry
from portal.operations.models import Operation
from terminals import import_file
from terminals.models import Merchant, PointOfSale, ProviderAccount, Store, Terminal
from terminals.services import imports, merchants
from terminals.services.accounts import NoSalesUnit, UnitInUse, UnitTaken
from terminals.states import PosState
from tests.places import new_counter, sold
from tests.shop import BAGER, EPAYMENT_SHOPS, KINO, KINO_UNIT, SHOPS
from tests.tillapi.raw_calls import rows

pytestmark = pytest.mark.django_db

SECOND_STORE = "6f1c3a52-7d0e-4b8f-9a41-0c5d2e7b1a02"
STICKER = "123456789012345"


def _import(content):
    return dict(imports.import_merchants(merchants=import_file.read(content), by=COMMAND))


def kino(*stores, **members):
    """Kino Nord, with these members of its first store, and more stores."""
    return {"merchants": [{**KINO, "stores": [{**KINO["stores"][0], **members}, *stores]}]}


def second_store(**members):
    return {"storeId": SECOND_STORE, "name": "Kino Nord Randers", **members}


def accounts():
    found = ProviderAccount.objects.order_by("pk")
    return [(each.merchant.bio_code, each.provider, each.merchant_number, each.is_test) for each in found]


def of_store(store_id=KINO["stores"][0]["storeId"]):
    return str(Store.objects.get(store_id=store_id).account)


def test_a_store_with_a_sales_unit_sells_over_epayment():
    outcomes = _import(EPAYMENT_SHOPS)

    assert outcomes == {"new": 7}
    assert accounts() == [("KINO1", "epayment", "123456", False), ("BAGER7", "epayment", "654321", False)]
    assert of_store() == "Vipps MobilePay ePayment 123456"


def test_importing_twice_changes_nothing():
    _import(EPAYMENT_SHOPS)
    stored = rows()

    assert _import(EPAYMENT_SHOPS) == {"same": 7}
    assert rows() == stored


def test_a_store_that_names_no_network_is_at_the_usual_one(settings):
    settings.DEFAULT_PROVIDER = "posv10"

    _import(SHOPS)

    assert accounts() == [("KINO1", "posv10", "DK12345678", False), ("BAGER7", "posv10", "DK87654321", False)]


def test_a_store_may_name_posv10_where_epayment_is_usual(settings):
    settings.DEFAULT_PROVIDER = "epayment"

    _import(kino(provider="posv10"))

    assert accounts() == [("KINO1", "posv10", "DK12345678", False)]


def test_a_new_store_without_a_sales_unit_is_refused_where_epayment_is_usual_and_nothing_is_imported(settings):
    settings.DEFAULT_PROVIDER = "epayment"
    stored = rows()
    content = {"merchants": [EPAYMENT_SHOPS["merchants"][0], BAGER]}

    with pytest.raises(NoSalesUnit) as caught:
        _import(content)

    assert caught.value.code == "sales_unit_missing"
    assert caught.value.message == (
        f"Store {BAGER['stores'][0]['storeId']} names no merchantSerialNumber, and sells over ePayment. "
        "Name its sales unit, or posv10 as its provider. Nothing was imported."
    )
    assert rows() == stored


@pytest.mark.parametrize("usual", ["posv10", "epayment"])
def test_a_known_store_that_names_none_stays_at_its_sales_unit(settings, usual):
    _import(kino(**KINO_UNIT))
    settings.DEFAULT_PROVIDER = usual
    stored = rows()

    assert _import(kino()) == {"same": 4}
    assert rows() == stored


def test_a_known_store_at_posv10_that_names_it_stays_there():
    _import(kino())

    assert _import(kino(provider="posv10")) == {"same": 4}
    assert accounts() == [("KINO1", "posv10", "DK12345678", False)]


def test_two_stores_may_share_a_sales_unit_and_one_of_them_brings_its_keys():
    outcomes = _import(kino(second_store(merchantSerialNumber="123456"), **KINO_UNIT))

    assert outcomes == {"new": 5}
    assert accounts() == [("KINO1", "epayment", "123456", False)]
    assert (of_store(), of_store(SECOND_STORE)) == ("Vipps MobilePay ePayment 123456",) * 2


def test_a_store_may_go_to_another_sales_unit_and_to_another_network():
    _import(kino())

    outcomes = _import(kino(**KINO_UNIT))
    at_unit = of_store()
    _import(kino(merchantSerialNumber="222333"))
    at_other = of_store()
    _import(kino(provider="posv10"))

    assert outcomes == {"same": 3, "changed": 1}
    assert (at_unit, at_other) == ("Vipps MobilePay ePayment 123456", "Vipps MobilePay ePayment 222333")
    assert of_store() == "MobilePay PoS V10 DK12345678"
    assert len(accounts()) == 3


def test_a_sales_unit_of_another_merchant_is_refused_and_nothing_is_imported():
    _import(EPAYMENT_SHOPS)
    stored = rows()
    content = deepcopy(EPAYMENT_SHOPS)
    content["merchants"][0]["name"] = "Kino Nord A/S"
    content["merchants"][1]["stores"][0]["merchantSerialNumber"] = "123456"

    with pytest.raises(UnitTaken) as caught:
        _import(content)

    assert caught.value.code == "sales_unit_taken"
    assert caught.value.message == (
        "The sales unit 123456 is another merchant's already: the network tells of its customers only once. "
        "Nothing was imported."
    )
    assert rows() == stored


def test_a_unit_is_marked_as_test_until_the_file_says_otherwise():
    marks = []
    for said in ({"isTest": True}, {}, {"isTest": False}):
        outcomes = _import(kino(merchantSerialNumber="123456", **said))
        marks.append((outcomes.get("changed", 0), ProviderAccount.objects.get().is_test))

    assert marks == [(0, True), (0, True), (1, False)]


@pytest.mark.parametrize(
    ("standing", "is_refused"),
    [
        ({"state": State.INITIATED}, True),
        ({"state": State.RESERVED, "amount_minor": 2706}, True),
        ({"state": State.CAPTURED, "amount_minor": 2706, "captured_minor": 2706}, True),
        ({"state": State.CANCELLED_BY_USER}, False),
        ({"state": State.CANCELLED_BY_CLIENT, "operation": Operation.RELEASE}, True),
    ],
    ids=["open", "reserved", "captured", "cancelled", "cancelled and to be released"],
)
def test_a_unit_that_money_was_taken_through_keeps_its_environment(standing, is_refused):
    _import(kino(**KINO_UNIT))
    store = Store.objects.get()
    pos = new_counter(store.merchant, store.name)
    sold(pos, "order-1", **standing)
    PointOfSale.objects.filter(pk=pos.pk).update(state=PosState.DELETED)
    stored = rows()

    if not is_refused:
        assert _import(kino(**KINO_UNIT, isTest=True))["changed"] == 1
        return
    with pytest.raises(UnitInUse) as caught:
        _import(kino(**KINO_UNIT, isTest=True))

    assert caught.value.message == (
        "Vipps MobilePay ePayment 123456 has taken payments or has points of sale, and isTest would send what is left "
        "to do with them to another environment. Delete the points of sale; where payments were taken, give the store "
        "a sales unit of that environment. Nothing was imported."
    )
    assert rows() == stored
    assert "changed" not in _import(kino(**KINO_UNIT, isTest=False))


def test_a_unit_that_has_points_of_sale_keeps_its_environment():
    _import(kino(**KINO_UNIT))
    store = Store.objects.get()
    new_counter(store.merchant, store.name)
    stored = rows()

    with pytest.raises(UnitInUse):
        _import(kino(**KINO_UNIT, isTest=True))

    assert rows() == stored


def test_a_new_account_of_a_known_store_counts_as_a_change_and_is_written_down():
    _import(kino(**KINO_UNIT))

    outcomes = _import(kino(**KINO_UNIT | {"clientSecret": "another"}))

    assert outcomes == {"same": 3, "changed": 1}
    assert Entry.objects.order_by("-pk")[0].details == {"same": 3, "changed": 1}


def test_a_terminal_keeps_the_sticker_that_it_is_given_until_it_is_given_another():
    said = []
    for beacon in ({"beaconId": STICKER}, {}, {"beaconId": "0F0E0D0C-0B0A-4908-8706-050403020100"}):
        terminal = {"terminalId": "K1", "name": "Kasse 1", **beacon}
        outcomes = _import(kino(**KINO_UNIT, terminals=[terminal]))
        said.append((outcomes.get("changed", 0), Terminal.objects.get().beacon_id))

    assert said == [(0, STICKER), (0, STICKER), (1, "0F0E0D0C-0B0A-4908-8706-050403020100")]


def test_a_rehearsal_makes_no_account():
    imports.import_merchants(merchants=import_file.read(EPAYMENT_SHOPS), by=COMMAND, is_rehearsal=True)

    assert (ProviderAccount.objects.count(), Merchant.objects.count()) == (0, 0)


@pytest.mark.parametrize(("usual", "made"), [("posv10", [("NY1", "posv10", "DK11111111", False)]), ("epayment", [])])
def test_a_merchant_who_is_added_by_hand_has_an_account_where_its_vat_number_names_one(settings, usual, made):
    settings.DEFAULT_PROVIDER = usual

    details = {"name": "Ny", "vat_number": "DK11111111", "currencies": ["DKK"], "time_zone": "Europe/Copenhagen"}
    merchants.add(bio_code="NY1", **details, by=COMMAND)

    assert accounts() == made
