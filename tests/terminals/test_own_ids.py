"""Tills and stores are called what their register calls them: 1 to 36 characters, in any letter case."""

from datetime import timedelta
from itertools import product
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
import pytest

from payments.models import Payment
from portal import clock
from portal.audit.actors import COMMAND
from terminals import import_file
from terminals.models import PointOfSale, Store, Terminal
from terminals.services import comparison, imports, points_of_sale, stores
from tests.shop import KINO, Till
from tests.tillapi.raw_calls import BODIES, as_query, call

REGISTER = ("POST", "/pos/v10/pointofsales")
STORE = KINO["stores"][0]
IDS = ["101", "K1", "Kø1", "kasse 3 & bar", "%41", "../x", "mark's", "ÆØÅ-" * 9]


def named(terminal_id, store_id=STORE["storeId"]):
    """The shop with one terminal more."""
    terminals = [{"terminalId": terminal_id, "name": "Kasse 9"}]
    return {"merchants": [{**KINO, "stores": [{**STORE, "storeId": store_id, "terminals": terminals}]}]}


def brought_in(content):
    imports.import_merchants(merchants=import_file.read(content), by=COMMAND)


@pytest.fixture
def register(till):
    """Brings a till of this id into the shop and registers it; gives the till."""

    def register(terminal_id):
        brought_in(named(terminal_id))
        terminal = Terminal.objects.select_related("store", "merchant").get(folded_id=terminal_id)
        points_of_sale.register(terminal=terminal, by=COMMAND, now=clock.now())
        return Till(till.token, terminal_id)

    return register


@pytest.mark.parametrize("terminal_id", IDS)
def test_a_till_sells_under_its_own_name_in_any_letter_case(terminal_id, register, simulator):
    mine = register(terminal_id)
    spellings = {terminal_id, terminal_id.upper(), terminal_id.lower(), terminal_id.swapcase()}

    for spelt, encode in product(spellings, (as_query, *BODIES)):
        order = {"orderId": "order-1", "amount": "27.06", "terminalId": spelt}
        reply = call("POST", "payment/start", token=mine.token, **encode(order.items()))
        assert (reply.status, reply.json["paymentId"]) == (200, str(Payment.objects.get().pk)), reply
    for spelt in spellings:
        listed = mine.get("payments", terminalId=spelt)
        found = mine.get("payment/id/retrieve/byterminal", terminalId=spelt, orderId="order-1")
        information = mine.get("manage/terminal/information", terminalId=spelt)
        assert listed["paymentsIds"] == [found["paymentId"]] == [str(Payment.objects.get().pk)]
        assert information["posInformation"]["merchantPosId"] == terminal_id
    assert simulator.calls.find(*REGISTER)[-1].body["merchantPosId"] == terminal_id


@pytest.mark.parametrize("terminal_id", ["102", "k-1", "kasse", "00000000-0000-4000-8000-000000000000"])
def test_an_id_that_nobody_has_is_unknown_and_not_malformed(terminal_id, register):
    mine = register("101")

    assert mine.start(terminalId=terminal_id).codes == ["terminal_not_found"]
    assert mine.get("manage/store", storeId=terminal_id).codes == ["store_not_found"]


def test_an_id_longer_than_any_or_of_other_characters_is_malformed(till):
    for wrong in ("x" * 37, "a\tb", "🍕"):
        for path, name in (("terminal/qrcode", "terminalId"), ("manage/store", "storeId")):
            answer = till.get(path, **{name: wrong})
            assert (answer.status, answer["errors"]) == (
                400,
                [f"The parameter {name} must be 1 to 36 characters, without line breaks, emoji or foreign scripts."],
            )


def test_a_registration_that_mobilepay_knows_already_is_found_by_the_tills_own_id(register, simulator):
    mine = register("Kø 1 & 2")
    first = PointOfSale.objects.get(terminal__folded_id="kø 1 & 2")
    PointOfSale.objects.filter(pk=first.pk).delete()

    answer = mine.post("manage/create", terminalId="KØ 1 & 2")

    assert answer.status == 200
    assert PointOfSale.objects.get(terminal__folded_id="kø 1 & 2").pos_id == first.pos_id


def test_a_synchronisation_knows_a_store_in_any_letter_case(merchants, simulator):
    store = merchants["KINO1"].stores.get()
    store.store_id = STORE["storeId"].upper()
    store.save()

    outcome = stores.bring_up_to_date(merchant=merchants["KINO1"], by=COMMAND, now=clock.now())

    assert outcome == {"new": 0, "changed": 1, "same": 0}
    assert merchants["KINO1"].stores.get().store_id == STORE["storeId"].upper()


def test_a_comparison_knows_the_store_in_any_letter_case(pos):
    store = pos.terminal.store
    store.store_id = store.store_id.upper()
    store.save()

    comparison.compare(pos=pos, by=COMMAND, now=clock.now())

    assert PointOfSale.objects.get(pk=pos.pk).drift == {}


@pytest.mark.parametrize("asked", ["101", "kø1", "KØ1"])
def test_a_store_that_mobilepay_does_not_know_is_told_from_our_record(asked, till):
    brought_in(
        {"merchants": [{**KINO, "stores": [{"storeId": each, "name": f"Lager {each}"} for each in ("101", "Kø1")]}]}
    )

    known = till.get("manage/stores")["storesIds"]
    told = till.get("manage/store", storeId=asked)["storeInformation"]

    wanted = "101" if asked == "101" else "Kø1"
    assert sorted(known) == ["101", STORE["storeId"], "Kø1"]
    assert (told["storeId"], told["storeName"]) == (wanted, f"Lager {wanted}")


@pytest.mark.parametrize("model", [Terminal, Store])
def test_the_database_finds_an_id_by_an_index(model, merchants):
    kino = merchants["KINO1"]
    stores = Store.objects.bulk_create(
        Store(merchant=kino, store_id=f"S{n}", name=f"Lager {n}", account=kino.accounts.get()) for n in range(300)
    )
    Terminal.objects.bulk_create(
        Terminal(merchant=kino, store=stores[n], terminal_id=f"T{n}", name=f"Kasse {n}") for n in range(300)
    )
    question = model.objects.for_merchant(kino).filter(folded_id="K1")
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {model._meta.db_table}")  # a database that knows how many there are

    plan = question.explain()

    assert re.search(r"index.*\(.*merchant_id ?= ?.* and .*folded_id.*\)", plan, re.IGNORECASE | re.DOTALL), plan


def test_a_till_that_is_called_otherwise_costs_no_question_more(register):
    """The look-up by id is one of the twelve at most that a start may cost, and a poll costs two."""
    mine = register("Kø1")
    mine.start("order-0", terminalId="KØ1")
    mine.post("payment/cancel", paymentId=str(Payment.objects.get().pk))

    with CaptureQueriesContext(connection) as start:
        payment_id = mine.start(terminalId="KØ1")["paymentId"]
    Payment.objects.update(fresh_until=clock.now() + timedelta(seconds=20))
    mine.status(payment_id)
    with CaptureQueriesContext(connection) as poll:
        mine.status(payment_id)

    assert len([each for each in start if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]) <= 12
    assert len(poll) == 2
