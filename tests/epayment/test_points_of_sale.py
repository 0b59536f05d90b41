"""Points of sale as callback codes: put up, shown, compared with the network's record, and taken down."""

from urllib.parse import urlsplit

import pytest

from portal.audit.models import Entry
from terminals.models import PointOfSale, Terminal
from terminals.services import qr_codes
from tests.epayment.codes import CODES, ONE, code, codes, manage
from tests.shop import KINO

STORE = KINO["stores"][0]


def test_to_create_one_puts_a_code_up_under_the_id_that_the_till_is_told(new_till, simulator):
    answer = manage(new_till)

    pos = PointOfSale.objects.get()
    said = f"The point of sale {pos.pos_id} is registered for terminal Kasse 1."
    assert (answer.status, answer["message"]) == (200, said)
    assert (pos.state, pos.beacon_id, codes(simulator)) == ("Registered", str(pos.pos_id), {pos.beacon_id: "Kasse 1"})
    assert codes(simulator, "654321") == {}
    asked = [f"{each.method} {each.path}" for each in simulator.calls.find(None, ONE)]
    assert asked == [f"PUT {CODES}/{pos.beacon_id}", f"GET {CODES}/{pos.beacon_id}"]


def test_it_is_told_to_the_network_as_the_sales_unit(new_till, simulator):
    manage(new_till)

    [call] = simulator.calls.find("PUT", ONE)
    assert (call.headers["merchant-serial-number"], call.body) == ("123456", {"locationDescription": "Kasse 1"})


@pytest.mark.parametrize("name", ["Kasse", "æ" * 36])
def test_a_code_is_called_what_the_terminal_is_called(new_till, simulator, name):
    Terminal.objects.filter(terminal_id=new_till.terminal_id).update(name=name)

    manage(new_till)

    assert list(codes(simulator).values()) == [name]


def test_one_that_is_there_is_not_created_again(till, pos, simulator):
    before = codes(simulator)
    simulator.calls.clear()

    answer = manage(till)

    assert (answer.status, answer.codes, codes(simulator)) == (409, ["pos_exists"], before)
    assert simulator.calls.find() == []


def test_the_picture_shows_what_the_networks_code_says(till, pos, simulator, client):
    link = till.get("terminal/qrcode", terminalId=till.terminal_id)["qrcodeImagelink"]

    picture = client.get(urlsplit(link).path)

    content = code(simulator, pos.beacon_id).content
    assert (pos.qr_content, picture.status_code) == (content, 200)
    assert picture.content == qr_codes.picture(content, kind="png")


def test_to_delete_one_takes_its_code_down(till, pos, simulator):
    answer = manage(till, "delete")

    assert (answer.status, PointOfSale.objects.get().state, codes(simulator)) == (200, "Deleted", {})
    assert len(simulator.calls.find("DELETE", f"{CODES}/{pos.beacon_id}")) == 1


def test_after_it_was_deleted_another_code_is_put_up(till, pos, simulator):
    manage(till, "delete")

    answer = manage(till)

    assert answer.status == 200
    second = PointOfSale.objects.get(state="Registered")
    assert list(codes(simulator)) == [second.beacon_id] == [str(second.pos_id)]
    assert second.pos_id != pos.pos_id


def test_one_that_the_network_has_lost_can_be_deleted(till, pos, simulator):
    with simulator.epayment.present():
        simulator.epayment.codes.delete(simulator.epayment.codes.get("123456", pos.beacon_id))

    answer = manage(till, "delete")

    assert (answer.status, PointOfSale.objects.get().state) == (200, "Deleted")


def test_the_networks_record_is_completed_from_ours(till, pos):
    answer = manage(till, "terminal/information")

    assert answer["posInformation"] == {
        "beaconId": pos.beacon_id,
        "merchantPosId": None,
        "name": "Kasse 1",
        "posId": str(pos.pos_id),
        "requirePaymentBeforeCheckin": "false",
        "storeId": STORE["storeId"],
        "supportedBeaconTypes": ["QR"],
        "callbackAlias": None,
    }
    assert PointOfSale.objects.get().drift == {}


def test_a_code_that_is_called_otherwise_there_is_shown_to_staff_until_it_agrees(till, pos, simulator):
    code(simulator, pos.beacon_id).location_description = "Bar"
    told = manage(till, "terminal/information")["posInformation"]["name"]
    drift = PointOfSale.objects.get().drift
    code(simulator, pos.beacon_id).location_description = "Kasse 1"
    manage(till, "terminal/information")

    assert (told, drift, PointOfSale.objects.get().drift) == ("Bar", {"name": "Bar"}, {})
    entries = Entry.objects.filter(action__in=["pos:drifted", "pos:agrees"]).order_by("pk")
    assert [(each.action, each.details) for each in entries] == [("pos:drifted", {"name": "Bar"}), ("pos:agrees", {})]


def test_a_code_that_is_not_up_any_more_is_shown_to_staff(till, pos, simulator):
    with simulator.epayment.present():
        simulator.epayment.codes.delete(simulator.epayment.codes.get("123456", pos.beacon_id))

    answer = manage(till, "terminal/information")

    assert (answer.status, answer.codes) == (502, ["mobilepay_refused"])
    assert PointOfSale.objects.get().drift == {"pos_id": "unknown to MobilePay"}


def test_a_network_that_is_silent_says_nothing_about_the_code(till, simulator):
    simulator.faults.add("cut_before", "GET", ONE, times=9)

    answer = manage(till, "terminal/information")

    assert (answer.status, answer.codes) == (503, ["mobilepay_unavailable"])
    assert (PointOfSale.objects.get().drift, PointOfSale.objects.get().compared_at) == ({}, None)
