"""Old stickers: put up by the number that stands on them, and scanned as ever; and stores that move."""

import pytest

from payments.models import Payment
from terminals.models import PointOfSale, Store
from tests.epayment.codes import CODES, GUID_STICKER, ONE, STICKER, code, codes, import_first_terminal, manage
from tests.epayment.phones import Phone

TAKEN = (
    "MobilePay refused: it says the sticker with this beacon id belongs to somebody else. Nothing was changed and no "
    "money moved; the service desk must look at the registration."
)


@pytest.fixture
def scanned(simulator, client):
    return lambda code_id: Phone(simulator.epayment, code_id, client)


@pytest.mark.parametrize("beacon_id", [STICKER, GUID_STICKER, GUID_STICKER.lower()])
def test_a_sticker_is_put_up_by_its_number_and_the_till_gets_an_id(new_till, simulator, beacon_id):
    import_first_terminal(beaconId=beacon_id)

    answer = manage(new_till)

    pos = PointOfSale.objects.get()
    assert (answer.status, str(pos.pos_id) in answer["message"], pos.beacon_id) == (200, True, beacon_id)
    assert str(pos.pos_id) not in {beacon_id, beacon_id.lower()}
    assert (codes(simulator), code(simulator, beacon_id).is_sticker) == ({beacon_id: "Kasse 1"}, True)
    assert pos.qr_content == code(simulator, beacon_id).content
    [put] = simulator.calls.find("PUT")
    assert put.path == f"{CODES}/mobilepay/{beacon_id}"


@pytest.mark.parametrize("beacon_id", [STICKER, GUID_STICKER])
def test_who_scans_a_sticker_pays_at_its_till(new_till, simulator, scanned, beacon_id):
    import_first_terminal(beaconId=beacon_id)
    manage(new_till)
    phone = scanned(beacon_id)

    payment_id = new_till.start()["paymentId"]
    phone.checks_in()
    phone.approves()
    phone.tells()

    assert new_till.status(payment_id) == "Reserved"


@pytest.mark.parametrize("beacon_id", [STICKER, GUID_STICKER])
def test_a_sticker_is_compared_and_taken_down_by_its_number(new_till, simulator, beacon_id):
    import_first_terminal(beaconId=beacon_id)
    manage(new_till)

    compared, deleted = manage(new_till, "terminal/information"), manage(new_till, "delete")

    assert (compared.status, compared["posInformation"]["beaconId"]) == (200, beacon_id)
    assert (deleted.status, PointOfSale.objects.get().state, codes(simulator)) == (200, "Deleted", {})
    assert PointOfSale.objects.get().drift == {}


def test_a_sticker_may_be_put_up_again_after_it_was_taken_down(new_till, simulator):
    import_first_terminal(beaconId=STICKER)
    manage(new_till)
    manage(new_till, "delete")

    answer = manage(new_till)

    assert (answer.status, codes(simulator)) == (200, {STICKER: "Kasse 1"})
    first, second = PointOfSale.objects.order_by("pk")
    assert (first.state, second.state, first.pos_id != second.pos_id) == ("Deleted", "Registered", True)


def test_a_sticker_of_somebody_else_is_refused_and_nothing_is_left(new_till, simulator):
    import_first_terminal(beaconId=STICKER)
    with simulator.epayment.present():
        world = simulator.epayment
        world.codes.put(world.units.get("654321"), STICKER, "Disken", is_sticker=True)

    answer = manage(new_till)

    assert (answer.status, answer.codes, answer["errors"]) == (502, ["mobilepay_refused"], [TAKEN])
    assert (codes(simulator), codes(simulator, "654321")) == ({}, {STICKER: "Disken"})
    assert PointOfSale.objects.get().state == "Refused"
    assert PointOfSale.objects.live().count() == 0
    assert manage(new_till, "delete").codes == ["pos_missing"]


def test_after_a_refused_sticker_another_one_may_be_put_up(new_till, simulator):
    import_first_terminal(beaconId=STICKER)
    with simulator.epayment.present():
        world = simulator.epayment
        world.codes.put(world.units.get("654321"), STICKER, "Disken", is_sticker=True)
    manage(new_till)
    import_first_terminal(beaconId=GUID_STICKER)

    answer = manage(new_till)

    assert (answer.status, codes(simulator)) == (200, {GUID_STICKER: "Kasse 1"})


def test_a_terminal_that_is_given_a_sticker_later_keeps_its_code_until_it_is_created_anew(till, pos, simulator):
    import_first_terminal(beaconId=STICKER)
    before = codes(simulator), manage(till, "terminal/information").status

    manage(till, "delete")
    manage(till)

    assert before == ({pos.beacon_id: "Kasse 1"}, 200)
    assert codes(simulator) == {STICKER: "Kasse 1"}


def test_a_point_of_sale_stays_at_its_old_account_when_its_store_moves(till, pos, simulator, phone):
    import_first_terminal(store={"merchantSerialNumber": "222333"})
    simulator.calls.clear()

    payment_id = till.start()["paymentId"]
    phone.checks_in()
    phone.approves()
    phone.tells()

    account, store = PointOfSale.objects.get().account, Store.objects.get(pk=pos.terminal.store_id)
    assert (account.merchant_number, store.account.merchant_number) == ("123456", "222333")
    assert (till.status(payment_id), Payment.objects.get().account) == ("Reserved", account)
    units = {each.headers.get("merchant-serial-number") for each in simulator.calls.find(None, "/epayment/.*")}
    assert units == {"123456"}


def test_a_code_of_the_old_account_is_taken_down_there(till, pos, simulator):
    import_first_terminal(store={"merchantSerialNumber": "222333"})

    answer = manage(till, "delete")

    assert (answer.status, codes(simulator)) == (200, {})
    [call] = simulator.calls.find("DELETE", ONE)
    assert call.headers["merchant-serial-number"] == "123456"
