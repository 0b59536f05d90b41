from decimal import Decimal

import pytest

from tests.mobilepay.simulator.client import CREDIT, LOYALTY, OK, PARTIAL, order, terms


def status(api, payment_id):
    return api.get(f"/payments/{payment_id}")["status"]


def test_ready_again_with_the_same_terms_changes_nothing(api, pos):
    payment_id = api.post("/payments/prepare", order(pos))["paymentId"]

    answers = [
        api.post(f"/payments/{payment_id}/ready", terms(amount=amount))
        for amount in (Decimal("12.50"), Decimal("12.5"), Decimal("12.51"))
    ]

    assert [answer.outcome for answer in answers] == [OK, OK, (409, "1303")]
    assert api.get(f"/payments/{payment_id}")["amount"] == Decimal("12.50")


def test_only_a_prepared_payment_can_be_made_ready(api, pos):
    payment_id = api.post("/payments", order(pos))["paymentId"]

    answer = api.post(f"/payments/{payment_id}/ready", terms())

    assert answer.outcome == (409, "1303")


def test_a_cancelled_prepared_payment_cannot_be_made_ready(api, pos):
    payment_id = api.post("/payments/prepare", order(pos))["paymentId"]
    api.post(f"/payments/{payment_id}/cancel")

    answer = api.post(f"/payments/{payment_id}/ready", terms())

    assert answer.outcome == (409, "1303")
    assert status(api, payment_id) == "CancelledByClient"


def test_capture_again_succeeds_with_the_same_amount_only(api, captured):
    answers = [api.post(f"/payments/{captured}/capture", {"amount": amount}) for amount in (Decimal("12.5"), 12)]

    assert [answer.outcome for answer in answers] == [OK, (409, "1307")]


def test_a_payment_nobody_accepted_cannot_be_captured(api, pos):
    payment_id = api.post("/payments", order(pos))["paymentId"]

    answer = api.post(f"/payments/{payment_id}/capture", {"amount": Decimal("12.50")})

    assert answer.outcome == (409, "1304")
    assert status(api, payment_id) == "Initiated"


@pytest.mark.parametrize(
    ("phone", "amount", "outcome"),
    [
        (CREDIT, "12.51", (409, "1305")),
        (CREDIT, "12.49", (409, "1308")),
        (PARTIAL, "12.51", (409, "1305")),
        (PARTIAL, "12.49", OK),
    ],
)
def test_how_much_can_be_captured(api, pay, phone, amount, outcome):
    payment_id = pay(phone)

    answer = api.post(f"/payments/{payment_id}/capture", {"amount": Decimal(amount)})

    assert answer.outcome == outcome
    assert api.get(f"/payments/{payment_id}")["amount"] == Decimal("12.50")


@pytest.mark.parametrize("path", ["/payments", "/payments/prepare"])
@pytest.mark.parametrize("is_checked_in", [True, False])
def test_the_client_can_cancel_an_active_payment_again_and_again(api, pos, path, is_checked_in):
    if is_checked_in:
        api.act("checkin", beaconId=pos["beaconId"], phoneNumber=CREDIT)
    payment_id = api.post(path, order(pos))["paymentId"]

    answers = [api.post(f"/payments/{payment_id}/cancel") for _ in range(2)]

    assert [answer.outcome for answer in answers] == [OK, OK]
    assert status(api, payment_id) == "CancelledByClient"
    assert api.get(f"/pointofsales/{pos['posId']}/checkin")["isUserCheckedIn"] is False


def test_cancelling_a_reserved_payment_leaves_the_next_customer_checked_in(api, pos, pay):
    payment_id = pay()
    api.act("checkin", beaconId=pos["beaconId"], phoneNumber=LOYALTY)

    answer = api.post(f"/payments/{payment_id}/cancel")

    assert answer.outcome == OK
    assert api.get(f"/pointofsales/{pos['posId']}/checkin")["isUserCheckedIn"] is True


def test_a_captured_payment_cannot_be_cancelled(api, captured):
    answer = api.post(f"/payments/{captured}/cancel")

    assert answer.outcome == (409, "1300")
    assert status(api, captured) == "Captured"


def test_a_payment_the_customer_cancelled_cannot_be_cancelled(api, pos):
    payment_id = api.post("/payments", order(pos))["paymentId"]
    api.act("checkin", beaconId=pos["beaconId"], phoneNumber=CREDIT)
    api.act("cancelpaymentbyuser", beaconId=pos["beaconId"])

    answer = api.post(f"/payments/{payment_id}/cancel")

    assert answer.outcome == (409, "1300")
    assert status(api, payment_id) == "CancelledByUser"


def test_payments_are_found_by_point_of_sale_order_and_state(api, pos, pay, captured):
    reserved = pay(orderId="ORDER-2")
    active = api.post("/payments", order(pos, orderId="ORDER-3"))["paymentId"]
    elsewhere = "99999999-9999-4999-8999-999999999999"
    found = {
        "posId": api.get("/payments", posId=pos["posId"]),
        "orderId": api.get("/payments", orderId="ORDER-2"),
        "both": api.get("/payments", orderId="ORDER-3", posId=pos["posId"]),
        "other pos": api.get("/payments", orderId="ORDER-3", posId=elsewhere),
        "unknown pos": api.get("/payments", posId=elsewhere),
        "unknown order": api.get("/payments", orderId="ORDER-4"),
        "captured": api.get("/payments", posId=pos["posId"], state="Captured"),
        "captured order": api.get("/payments", orderId="ORDER-1", state="Captured"),
        "open order": api.get("/payments", orderId="ORDER-1"),
    }

    assert {name: answer["paymentIds"] for name, answer in found.items()} == {
        "posId": [reserved, active],
        "orderId": [reserved],
        "both": [active],
        "other pos": [],
        "unknown pos": [],
        "unknown order": [],
        "captured": [captured],
        "captured order": [captured],
        "open order": [],
    }


def test_an_order_id_used_again_finds_only_the_latest_payment(api, pay):
    pay()
    latest = pay()

    answer = api.get("/payments", orderId="ORDER-1")

    assert answer.body == {"paymentIds": [latest]}


def test_other_callers_find_none_of_our_payments(pos, pay, other_merchant, other_integrator):
    pay()

    answers = [
        client.get("/payments", **query)
        for client in (other_merchant, other_integrator)
        for query in ({"posId": pos["posId"]}, {"orderId": "ORDER-1"})
    ]

    assert [answer.body for answer in answers] == [{"paymentIds": []}] * 4


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "1109"),
        ({"state": "Captured"}, "1109"),
        ({"posId": "1"}, "1099"),
        ({"orderId": 1, "state": "Open"}, "1099"),
    ],
)
def test_a_payment_filter_must_be_specific_and_well_formed(api, query, code):
    answer = api.get("/payments", **query)

    assert answer.outcome == (400, code)
