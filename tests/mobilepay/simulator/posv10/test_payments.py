from decimal import Decimal

import pytest

from tests.mobilepay.simulator.client import CREDIT, LOYALTY, PARTIAL, order, terms


def status(api, payment_id):
    return api.get(f"/payments/{payment_id}")["status"]


def test_an_initiated_payment_shows_what_is_known_and_nothing_else(api, pos, world):
    payment_id = api.post("/payments", order(pos))["paymentId"]

    answer = api.get(f"/payments/{payment_id}")
    expires_at = answer.body.pop("paymentExpiresAt")

    assert answer.body == {
        "paymentId": payment_id,
        "posId": pos["posId"],
        "orderId": "ORDER-1",
        "status": "Initiated",
        "pollDelayInMs": 1000,
        "amount": Decimal("12.50"),
        "currencyCode": "DKK",
        "plannedCaptureDelay": "None",
    }
    assert expires_at.endswith("0+00:00")
    assert len(expires_at) == len("2022-10-17T06:07:45.4847176+00:00")


def test_amounts_travel_as_exact_json_numbers(api, pos):
    payment_id = api.post("/payments", order(pos, amount=Decimal("0.10")))["paymentId"]

    answer = api.get(f"/payments/{payment_id}")

    assert b'"amount": 0.10' in answer.text


def test_optional_terms_are_shown_as_they_were_given(api, pos):
    given = {"restrictions": {"debitCardDisallowed": True}, "merchantPaymentLabel": "Label"}
    payment_id = api.post("/payments", order(pos, **given))["paymentId"]

    answer = api.get(f"/payments/{payment_id}")

    assert {name: answer[name] for name in given} == given


def test_null_restrictions_and_label_are_the_same_as_none(api, pos):
    payment_id = api.post("/payments", order(pos, restrictions=None, merchantPaymentLabel=None))["paymentId"]

    answer = api.get(f"/payments/{payment_id}")

    assert {"restrictions", "merchantPaymentLabel"} & answer.body.keys() == set()


def test_a_prepared_payment_has_no_amount(api, pos):
    payment_id = api.post("/payments/prepare", {"posId": pos["posId"], "orderId": "ORDER-1"})["paymentId"]

    answer = api.get(f"/payments/{payment_id}")
    del answer.body["paymentExpiresAt"]

    assert answer.body == {
        "paymentId": payment_id,
        "posId": pos["posId"],
        "orderId": "ORDER-1",
        "status": "Prepared",
        "pollDelayInMs": 1000,
    }


def test_the_plain_flow_goes_from_initiated_to_captured(api, pos):
    seen = []
    payment_id = api.post("/payments", order(pos))["paymentId"]
    seen.append(status(api, payment_id))
    api.act("checkin", beaconId=pos["beaconId"], phoneNumber=CREDIT)
    seen.append(status(api, payment_id))
    api.act("acceptpayment", beaconId=pos["beaconId"], phoneNumber=CREDIT)
    seen.append(status(api, payment_id))
    api.post(f"/payments/{payment_id}/capture", {"amount": Decimal("12.5")})
    seen.append(status(api, payment_id))

    assert seen == ["Initiated", "IssuedToUser", "Reserved", "Captured"]


def test_the_prepared_flow_goes_over_paired(api, pos):
    seen = []
    payment_id = api.post("/payments/prepare", {"posId": pos["posId"], "orderId": "ORDER-1"})["paymentId"]
    seen.append(status(api, payment_id))
    api.act("checkin", beaconId=pos["beaconId"], phoneNumber=CREDIT)
    seen.append(status(api, payment_id))
    api.post(f"/payments/{payment_id}/ready", terms())
    seen.append(status(api, payment_id))
    api.act("acceptpayment", beaconId=pos["beaconId"], phoneNumber=CREDIT)
    seen.append(status(api, payment_id))

    assert seen == ["Prepared", "Paired", "IssuedToUser", "Reserved"]


def test_a_prepared_payment_may_be_ready_before_anybody_checks_in(api, pos):
    payment_id = api.post("/payments/prepare", {"posId": pos["posId"], "orderId": "ORDER-1"})["paymentId"]

    answer = api.post(f"/payments/{payment_id}/ready", terms())

    assert (answer.status, answer.text) == (200, b"")
    assert status(api, payment_id) == "Initiated"
    assert api.get(f"/payments/{payment_id}")["amount"] == Decimal("12.50")


@pytest.mark.parametrize(("path", "expected"), [("/payments", "IssuedToUser"), ("/payments/prepare", "Paired")])
def test_a_customer_who_is_checked_in_already_is_asked_at_once(api, pos, path, expected):
    api.act("checkin", beaconId=pos["beaconId"], phoneNumber=CREDIT)

    payment_id = api.post(path, order(pos))["paymentId"]

    assert status(api, payment_id) == expected


def test_a_reserved_payment_tells_whether_it_can_be_captured_in_part(api, pay):
    plain, partial = pay(), pay(PARTIAL)

    answers = [api.get(f"/payments/{payment_id}") for payment_id in (plain, partial)]

    assert [answer["partialCapturePossible"] for answer in answers] == [False, True]


def test_a_captured_payment_no_longer_expires_nor_speaks_of_partial_capture(api, captured):
    answer = api.get(f"/payments/{captured}")

    assert {"paymentExpiresAt", "partialCapturePossible"} & answer.body.keys() == set()
    assert answer["status"] == "Captured"


def test_a_payment_shows_its_customer(api, pay):
    answer = api.get(f"/payments/{pay(LOYALTY)}")

    assert len(answer["customerToken"]) == 40
    assert answer["customerReceiptToken"] == ""
    assert answer["loyaltyIds"] == ["123456"]


@pytest.mark.parametrize("path", ["/payments", "/payments/prepare"])
def test_a_second_active_payment_is_refused(api, pos, path):
    first = api.post("/payments", order(pos))["paymentId"]

    answer = api.post(path, order(pos, orderId="ORDER-2"))

    assert answer.outcome == (409, "1301")
    assert api.get("/payments", posId=pos["posId"]).body == {"paymentIds": [first]}


def test_a_reserved_payment_does_not_block_the_next(api, pos, pay):
    pay()

    answer = api.post("/payments", order(pos))

    assert answer.status == 200


@pytest.mark.parametrize("path", ["/payments", "/payments/prepare"])
def test_a_payment_at_an_unknown_point_of_sale_is_a_conflict(api, path):
    answer = api.post(path, order({"posId": "99999999-9999-4999-8999-999999999999"}))

    assert answer.outcome == (409, "1000")


@pytest.mark.parametrize("path", ["/payments", "/payments/prepare"])
def test_nobody_else_can_pay_at_the_point_of_sale(pos, other_merchant, other_integrator, path):
    answers = [client.post(path, order(pos)) for client in (other_merchant, other_integrator)]

    assert [answer.outcome for answer in answers] == [(403, "1400"), (403, "1400")]


def test_a_store_that_is_not_activated_takes_no_payments(api):
    pos = api.post(
        "/pointofsales",
        {
            "merchantPosId": "kiosk",
            "storeId": "22222222-2222-4222-8222-222222222222",
            "name": "Kiosk",
            "supportedBeaconTypes": [],
        },
    )

    answer = api.post("/payments", order(pos))

    assert answer.outcome == (409, "1204")


def test_an_unknown_payment_is_not_found_and_has_no_error_body(api):
    path = "/payments/99999999-9999-4999-8999-999999999999"

    answers = [
        api.get(path),
        api.post(f"{path}/ready", terms()),
        api.post(f"{path}/capture", {"amount": 1}),
        api.post(f"{path}/cancel"),
    ]

    assert [(answer.status, answer.text) for answer in answers] == [(404, b"")] * 4


def test_a_payment_id_is_found_in_upper_case_too(api, pay):
    payment_id = pay()

    answer = api.get(f"/payments/{payment_id.upper()}")

    assert answer["paymentId"] == payment_id


def test_another_integrator_cannot_touch_a_payment(api, pay, other_integrator):
    path = f"/payments/{pay()}"

    answers = [
        other_integrator.get(path),
        other_integrator.post(f"{path}/ready", terms()),
        other_integrator.post(f"{path}/capture", terms()),
        other_integrator.post(f"{path}/cancel"),
    ]

    assert [answer.outcome for answer in answers] == [(403, "1401")] * 4
    assert api.get(path)["status"] == "Reserved"


def test_another_merchant_cannot_touch_a_payment(api, pay, other_merchant):
    path = f"/payments/{pay()}"

    answers = [
        other_merchant.get(path),
        other_merchant.post(f"{path}/ready", terms()),
        other_merchant.post(f"{path}/capture", terms()),
        other_merchant.post(f"{path}/cancel"),
    ]

    assert [answer.outcome for answer in answers] == [
        (403, "1411"),
        (403, "1406"),
        (403, "1407"),
        (403, "1408"),
    ]
    assert api.get(path)["status"] == "Reserved"
