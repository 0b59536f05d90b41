from decimal import Decimal

import pytest

from portal.mobilepay.simulator.core.faults import A_GATEWAYS_PAGE
from tests.mobilepay.simulator.client import CREDIT, OK, VAT, VERSION, new_refund, order


@pytest.fixture
def control(api):
    def send(method, path, body=None):
        return api.send(method, f"/_simulator{path}", body)

    return send


def test_calls_can_be_asked_for_and_forgotten(api, control, server):
    server.calls.clear()
    api.get("/stores", merchantBrandId="x")
    api.get("/stores/detailed")

    found = control("GET", "/calls?method=GET&path=/pos/v10/stores").body
    at = found[0].pop("at")
    control("DELETE", "/calls")

    assert found == [
        {
            "method": "GET",
            "path": "/pos/v10/stores",
            "query": {"merchantBrandId": "x"},
            "body": None,
            "idempotencyKey": None,
            "correlationId": None,
            "headers": {"content-type": "application/json", VERSION: "2.1.1", VAT: "DK12345678"},
            "status": 400,
        }
    ]
    assert at.endswith("+00:00")
    assert control("GET", "/calls").body == []


def test_faults_can_be_planned_and_forgotten(api, control):
    fault = {"kind": "refuse", "method": "GET", "path": ".*", "times": 2, "status": 503}
    control("POST", "/faults", fault)
    faulty = api.get("/stores")
    control("DELETE", "/faults")

    assert faulty.status == 503
    assert api.get("/stores").outcome == OK


def test_a_fault_needs_only_its_kind_and_path(api, control):
    control("POST", "/faults", {"kind": "late", "path": ".*", "times": None})

    assert api.get("/stores").outcome == OK


@pytest.mark.parametrize(("said", "body"), [({}, A_GATEWAYS_PAGE), ({"body": ""}, ""), ({"body": "[]"}, "[]")], ids=str)
def test_a_gateway_that_lies_can_be_planned(api, control, said, body):
    control("POST", "/faults", {"kind": "foreign_before", "path": ".*", "status": 403, **said})

    answer = api.get("/stores")

    assert (answer.status, answer.text) == (403, body.encode())


def test_other_members_of_an_answer_can_be_planned(api, control):
    control("POST", "/faults", {"kind": "alter", "path": ".*", "members": {"storeIds": None, "odd": [123456]}})

    assert api.get("/stores").body == {"odd": [123456]}


def test_control_calls_are_not_noted_and_meet_no_faults(control, server):
    server.calls.clear()
    server.faults.add("fail_before", None, ".*")

    answer = control("GET", "/world")

    assert answer.status == 200
    assert server.calls.find() == []


def test_the_clock_can_be_advanced(api, control):
    answer = control("POST", "/clock", {"advanceSeconds": Decimal("3700.5")})

    assert answer["now"].endswith("+00:00")
    assert api.get("/stores").status == 401


def test_tokens_can_be_expired(api, control):
    control("POST", "/tokens/expire")

    assert api.get("/stores").status == 401


def test_knobs_can_be_turned_and_read(control):
    changed = control("PATCH", "/knobs", {"tokenLifetime": 60, "refundReserveDelay": 1, "declineRefunds": True})

    assert changed.body == control("GET", "/knobs").body
    assert changed.body == {
        "paymentPollDelayInMs": 1000,
        "checkInPollDelayInMs": 1000,
        "refundPollDelayInMs": 100,
        "checkInLifetime": 300,
        "inactivityTimeout": 600,
        "reservationLifetime": 604_800,
        "refundReserveDelay": 1,
        "refundAutoCapture": 86_400,
        "refundWindow": 7_776_000,
        "tokenLifetime": 60,
        "idempotencyRetention": 86_400,
        "loyaltyLookupDelay": 0,
        "deleteAgainSucceeds": False,
        "declineReservations": False,
        "declineRefunds": True,
    }


@pytest.mark.parametrize(
    ("knobs", "error"),
    [
        ({"volume": 11}, "there is no knob volume"),
        ({"tokenLifetime": Decimal("0.5")}, "token_lifetime must be of type int and not negative"),
        ({"tokenLifetime": -1}, "token_lifetime must be of type int and not negative"),
        ({"refundWindow": True}, "refund_window must be of type float and not negative"),
        ({"declineRefunds": "yes"}, "decline_refunds must be of type bool and not negative"),
    ],
)
def test_wrong_knobs_change_nothing(control, knobs, error):
    before = control("GET", "/knobs").body

    answer = control("PATCH", "/knobs", {"checkInLifetime": 1, **knobs})

    assert (answer.status, answer.body) == (400, {"error": error})
    assert control("GET", "/knobs").body == before


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("/faults", {"kind": "explode", "path": "/"}, "kind must be one of late, slow"),
        ("/faults", {"kind": "late"}, "path must be given"),
        ("/faults", {"kind": "late", "path": "("}, "path is no regular expression"),
        ("/faults", {"kind": "alter", "path": "/", "members": []}, "The body must be a JSON object"),
        ("/clock", {}, "advanceSeconds must be a number"),
        ("/clock", [], "The body must be a JSON object"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(control, path, body, error):
    answer = control("POST", path, body)

    assert answer.status == 400
    assert answer["error"].startswith(error)


def test_the_world_can_be_compared_with_our_books(api, control, pos, captured):
    refund_id = api.post("/refunds", new_refund(captured))["refundId"]

    world = control("GET", "/world").body

    assert [merchant["vatNumber"] for merchant in world["merchants"]] == ["DK12345678", "FI87654321"]
    assert world["merchants"][0]["stores"][0]["balance"] == Decimal("87.50")
    assert [shown["posId"] for shown in world["pointsOfSale"]] == [pos["posId"]]
    assert world["payments"] == [
        {
            **api.get(f"/payments/{captured}").body,
            "merchantVatNumber": "DK12345678",
            "phoneNumber": CREDIT,
            "capturedAmount": Decimal("12.50"),
        }
    ]
    assert world["refunds"] == [{**api.get(f"/refunds/{refund_id}").body, "merchantVatNumber": "DK12345678"}]


def test_the_phone_sees_the_point_of_sale_it_scanned(control, pos):
    answer = control("GET", f"/points-of-sale/{pos['beaconId']}")

    assert answer.body == {
        "posId": pos["posId"],
        "merchantPosId": "till-1",
        "merchantVatNumber": "DK12345678",
        "storeId": pos["storeId"],
        "brandName": "Nord",
        "storeName": "Foyer",
        "posName": "Till 1",
        "beaconId": pos["beaconId"],
        "requirePaymentBeforeCheckin": False,
        "checkedIn": None,
        "payment": None,
        "latestPayment": None,
    }


def test_the_phone_sees_what_is_asked_and_what_became_of_it(api, control, pos):
    path = f"/points-of-sale/{pos['beaconId']}"
    payment_id = api.post("/payments", order(pos))["paymentId"]
    api.act("checkin", beaconId=pos["beaconId"], phoneNumber=CREDIT)
    asked = control("GET", path)
    api.act("acceptpayment", beaconId=pos["beaconId"], phoneNumber=CREDIT)
    accepted = control("GET", path)

    assert asked["checkedIn"] == CREDIT
    assert asked["payment"] == asked["latestPayment"]
    assert asked["payment"]["paymentId"] == payment_id
    assert asked["payment"]["status"] == "IssuedToUser"
    assert (accepted["checkedIn"], accepted["payment"]) == (None, None)
    assert accepted["latestPayment"]["status"] == "Reserved"


def test_the_phone_sees_nothing_at_an_unknown_beacon(control):
    answer = control("GET", "/points-of-sale/123456789012345")

    assert (answer.status, answer.body) == (404, {"error": "There is nothing with that id"})
