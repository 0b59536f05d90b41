"""MobilePay's own record of a point of sale, and where it differs from ours."""

import pytest

from portal.audit.models import Entry
from terminals.models import PointOfSale
from tests.shop import KINO
from tests.tillapi.raw_calls import call

ONE = "/pos/v10/pointofsales/[^/]+"


def _ask(till):
    return call("GET", "manage/terminal/information", token=till.token, query=f"terminalId={till.terminal_id}")


def _change_theirs(simulator, **changes):
    with simulator.world.present():
        [theirs] = simulator.world.points_of_sale
        for name, value in changes.items():
            setattr(theirs, name, value)


def test_the_till_gets_mobilepays_record(till, pos):
    reply = _ask(till)

    assert reply.status == 200
    assert reply.json == {
        "posInformation": {
            "beaconId": pos.beacon_id,
            "merchantPosId": till.terminal_id,
            "name": "Kasse 1",
            "posId": str(pos.pos_id),
            "requirePaymentBeforeCheckin": "false",
            "storeId": KINO["stores"][0]["storeId"],
            "supportedBeaconTypes": ["QR"],
            "callbackAlias": None,
        },
        "success": True,
        "errors": [],
        "errorCodes": [],
    }


def test_agreement_is_noted_and_is_no_news(till):
    _ask(till)

    pos = PointOfSale.objects.get()
    assert (pos.drift, pos.compared_at is not None) == ({}, True)
    assert Entry.objects.filter(action__in=["pos:drifted", "pos:agrees"]).exists() is False


def test_a_difference_is_told_to_staff_once_and_so_is_its_end(till, simulator):
    _change_theirs(simulator, name="Bar", callback_alias="alias-1", require_payment_before_checkin=True)
    drifted, again = _ask(till), _ask(till)
    drift = PointOfSale.objects.get().drift
    _change_theirs(simulator, name="Kasse 1")
    _ask(till)

    assert drifted.json["posInformation"]["name"] == "Bar"
    assert drifted.json["posInformation"]["callbackAlias"] == "alias-1"
    assert drifted.json["posInformation"]["requirePaymentBeforeCheckin"] == "true"
    assert again.content == drifted.content
    assert (drift, PointOfSale.objects.get().drift) == ({"name": "Bar"}, {})
    entries = Entry.objects.filter(action__in=["pos:drifted", "pos:agrees"]).order_by("pk")
    assert [(each.action, each.details) for each in entries] == [("pos:drifted", {"name": "Bar"}), ("pos:agrees", {})]


def test_letter_case_of_ids_is_no_difference(till, pos, simulator):
    _change_theirs(simulator, beacon_id=pos.beacon_id.upper())

    _ask(till)

    assert PointOfSale.objects.get().drift == {}


def test_a_point_of_sale_that_mobilepay_has_lost_is_told_to_staff(till, simulator):
    _change_theirs(simulator, is_deleted=True)

    reply = _ask(till)

    assert (reply.status, reply.codes) == (502, ["mobilepay_refused"])
    assert PointOfSale.objects.get().drift == {"pos_id": "unknown to MobilePay"}
    assert Entry.objects.get(action="pos:drifted").details == {"pos_id": "unknown to MobilePay"}


@pytest.mark.parametrize(
    ("status", "expected", "code"), [(429, 503, "mobilepay_unavailable"), (403, 502, "mobilepay_refused")]
)
def test_trouble_with_mobilepay_says_nothing_about_the_record(status, expected, code, till, simulator):
    simulator.faults.add("refuse", "GET", ONE, status=status, code="1410")

    reply = _ask(till)

    pos = PointOfSale.objects.get()
    assert (reply.status, reply.codes) == (expected, [code])
    assert (pos.drift, pos.compared_at) == ({}, None)
    assert Entry.objects.filter(action="pos:drifted").exists() is False
