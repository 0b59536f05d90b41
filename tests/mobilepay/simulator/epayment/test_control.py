from decimal import Decimal

import pytest

from tests.mobilepay.simulator.epayment.client import ANNA, CODE, KEY, MSN, OTHER_MSN, order, part
from tests.mobilepay.simulator.epayment.conftest import FOYER, KIOSK


@pytest.fixture
def control(api):
    def send(method, path, body=None):
        return api.control(method, f"/epayment{path}", body)

    return send


def test_a_customer_checks_in_approves_and_declines(api, control, scan):
    scan()
    first = control("POST", "/check-ins", {"merchantQrId": CODE, "phoneNumber": ANNA})
    second = control("POST", "/check-ins", {"merchantQrId": CODE, "phoneNumber": ANNA})
    api.pay("", order(first["customerToken"]))
    api.pay("", order(second["customerToken"], reference="order-0002"))

    approved = control("POST", "/payments/order-0001/approve")
    declined = control("POST", "/payments/order-0002/decline")

    assert first["isTold"] is False
    assert [approved["state"], declined["state"]] == ["AUTHORIZED", "ABORTED"]
    assert api.look("order-0001")["state"] == "AUTHORIZED"


def test_a_customer_takes_their_time(api, control, asked):
    reference = asked()

    during = control("POST", f"/payments/{reference}/begin-approving")
    after = control("POST", f"/payments/{reference}/stop-approving")

    assert [during["isBeingApproved"], after["isBeingApproved"]] == [True, False]


def test_others_act_in_the_networks_own_portal(control, reserved):
    reference = reserved()

    captured = control("POST", f"/payments/{reference}/capture-elsewhere", {"msn": MSN, "minor": 1000})
    control("POST", f"/payments/{reference}/cancel-elsewhere", {"msn": MSN})
    refunded = control("POST", f"/payments/{reference}/refund-elsewhere", {"msn": MSN, "minor": 1})

    assert captured["aggregate"]["capturedAmount"]["value"] == 1000
    assert {name: amount["value"] for name, amount in refunded["aggregate"].items()} == {
        "authorizedAmount": 1250,
        "capturedAmount": 1000,
        "cancelledAmount": 250,
        "refundedAmount": 1,
    }


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("/check-ins", {"merchantQrId": "till-9", "phoneNumber": ANNA}, 404, "No such code is up"),
        ("/check-ins", {"merchantQrId": "till-9"}, 400, "phoneNumber must be given"),
        ("/check-ins", [], 400, "The body must be a JSON object"),
        ("/payments/order-9/approve", None, 404, "The sales unit has no payment with this reference"),
        ("/payments/order-9/cancel-elsewhere", {}, 400, "msn must be given"),
    ],
    ids=str,
)
def test_nonsense_is_refused_with_a_sentence(control, scan, path, body, status, error):
    scan()

    answer = control("POST", path, body)

    assert (answer.status, answer.body) == (status, {"error": error})


def test_a_body_that_is_not_json_is_refused_with_a_sentence(api):
    answer = api.raw("POST", "/_simulator/epayment/check-ins", b"{", {})

    assert (answer.status, answer.body) == (400, {"error": "The body is not JSON"})


def test_the_world_can_be_compared_with_our_books(api, control, captured, register):
    made = register("epayments.payment.refunded.v1")
    api.pay(f"/{captured}/refund", part(250), **{KEY: "refund-1"})

    world = control("GET", "/world").body

    assert [unit["msn"] for unit in world["salesUnits"]] == [MSN, OTHER_MSN]
    assert world["salesUnits"][0] == {
        "msn": MSN,
        "name": "Foyer",
        "vatNumber": "DK12345678",
        "currencies": ["DKK"],
        "partialCapture": True,
        "pushAllowed": True,
        "stores": [{"storeId": FOYER, "name": "Foyer"}, {"storeId": KIOSK, "name": "Kiosk"}],
    }
    assert [code["merchantQrId"] for code in world["codes"]] == [CODE]
    assert [(each["id"], each["msn"], each["waiting"]) for each in world["webhooks"]] == [(made["id"], MSN, 1)]
    assert world["payments"] == [
        {
            **api.look(captured).body,
            "msn": MSN,
            "userFlow": "PUSH_MESSAGE",
            "paymentDescription": "Foyer, order 1",
            "idempotencyKey": world["payments"][0]["idempotencyKey"],
            "phoneNumber": "4520031801",
            "isBeingApproved": False,
            "events": api.look(captured, "/events").body,
        }
    ]
    assert world["refunds"] == [{"msn": MSN, **api.look(captured, "/events").body[-1]}]


def test_the_phone_sees_the_code_it_scanned(api, control, register, scan):
    register("user.checked-in.v1")
    scan()
    shown = control("GET", f"/codes/{CODE}").body
    api.put("/qr/v1/merchant-callback/till-2", {"locationDescription": "Till 2"})
    unscanned = control("GET", "/codes/till-2").body

    assert shown == {
        "merchantQrId": CODE,
        "msn": MSN,
        "locationDescription": "Till 1",
        "isSticker": False,
        "qrContent": shown["qrContent"],
        "brandName": "Biograf Nord",
        "storeName": "Foyer",
        "storeIds": [FOYER, KIOSK],
        "checkedIn": "4520031801",
        "isTold": True,
        "payment": None,
        "latestPayment": None,
    }
    assert (unscanned["checkedIn"], unscanned["isTold"], unscanned["latestPayment"]) == (None, None, None)


def test_the_phone_sees_what_is_asked_and_what_became_of_it(control, asked, world):
    reference = asked()
    before = control("GET", f"/codes/{CODE}")
    world.approve(reference)
    after = control("GET", f"/codes/{CODE}")

    assert before["payment"] == before["latestPayment"]
    assert (before["payment"]["reference"], before["payment"]["state"]) == (reference, "CREATED")
    assert (after["payment"], after["latestPayment"]["state"]) == (None, "AUTHORIZED")
    assert (before["checkedIn"], after["checkedIn"]) == ("4520031801", None)


def test_nobody_waits_at_a_code_for_longer_than_their_token_is_good(control, register, scan, later):
    register("user.checked-in.v1")
    scan()
    later(899)
    before = control("GET", f"/codes/{CODE}")["checkedIn"]
    later(1)

    assert (before, control("GET", f"/codes/{CODE}")["checkedIn"]) == ("4520031801", None)


def test_nobody_waits_at_a_code_that_tells_nobody(control, scan):
    scan()
    shown = control("GET", f"/codes/{CODE}").body

    assert (shown["isTold"], shown["checkedIn"]) == (False, None)


def test_the_phone_sees_nothing_where_no_code_is_up(control):
    answer = control("GET", "/codes/till-9")

    assert (answer.status, answer.body) == (404, {"error": "No such code is up"})


def test_the_customers_own_code_can_be_shown_to_a_scanner(control):
    assert control("GET", "/own-codes/4520031801").body == {"content": "https://qr.vipps.no/p/4520031801"}


def test_knobs_can_be_turned_and_read(control):
    changed = control("PATCH", "/knobs", {"webhooksLost": 1, "webhooksTwice": True, "webhookDelay": Decimal("2.5")})

    assert changed.body == control("GET", "/knobs").body
    assert changed.body == {
        "paymentLifetime": 600,
        "reservationLifetime": 1_209_600,
        "captureGuarantee": 604_800,
        "refundWindow": 31_536_000,
        "checkInLifetime": 900,
        "tokenLifetime": 3600,
        "idempotencyRetention": 86_400,
        "keysInEvents": True,
        "limitsRates": False,
        "isProduction": False,
        "fundsAreGone": False,
        "refusesRefunds": False,
        "webhooksLost": 1,
        "webhooksTwice": True,
        "webhookDelay": Decimal("2.5"),
        "webhooksForged": False,
    }


def test_both_networks_share_the_clock(api, control, asked):
    asked()

    api.control("POST", "/clock", {"advanceSeconds": 600})

    assert control("GET", "/world")["payments"][0]["state"] == "EXPIRED"
