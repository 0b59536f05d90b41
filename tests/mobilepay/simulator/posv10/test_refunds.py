from decimal import Decimal

import pytest

from tests.mobilepay.simulator.client import OK, PARTIAL, new_refund, order

DAY = 86_400


@pytest.fixture
def refund(api, captured, world):
    """Creates a refund and returns its id once it is Reserved."""

    def reserve(**changes):
        refund_id = api.post("/refunds", new_refund(captured, **changes))["refundId"]
        world.clock.advance(0.2)
        return refund_id

    return reserve


def status(api, refund_id):
    return api.get(f"/refunds/{refund_id}")["status"]


def test_a_refund_is_initiated_then_reserved_then_captured(api, captured, world):
    refund_id = api.post("/refunds", new_refund(captured))["refundId"]
    initiated = api.get(f"/refunds/{refund_id}")
    world.clock.advance(0.2)
    reserved = status(api, refund_id)
    answer = api.post(f"/refunds/{refund_id}/capture")

    assert initiated.body == {
        "refundId": refund_id,
        "paymentId": captured,
        "refundOrderId": "REFUND-1",
        "amount": Decimal("12.50"),
        "currencyCode": "DKK",
        "status": "Initiated",
        "pollDelayInMs": 100,
    }
    assert reserved == "Reserved"
    assert (answer.status, answer.text) == (200, b"")
    assert status(api, refund_id) == "Captured"


def test_a_refund_that_is_not_reserved_yet_cannot_be_captured(api, captured):
    refund_id = api.post("/refunds", new_refund(captured))["refundId"]

    answer = api.post(f"/refunds/{refund_id}/capture")

    assert answer.outcome == (409, "1351")
    assert status(api, refund_id) == "Initiated"


def test_capturing_a_refund_again_changes_nothing(api, refund):
    refund_id = refund()

    answers = [api.post(f"/refunds/{refund_id}/capture") for _ in range(2)]

    assert [answer.outcome for answer in answers] == [OK, OK]


def test_a_captured_refund_cannot_be_cancelled(api, refund):
    refund_id = refund()
    api.post(f"/refunds/{refund_id}/capture")

    answer = api.post(f"/refunds/{refund_id}/cancel")

    assert answer.outcome == (409, "1352")
    assert status(api, refund_id) == "Captured"


def test_cancelling_a_refund_again_changes_nothing(api, refund):
    refund_id = refund()

    answers = [api.post(f"/refunds/{refund_id}/cancel") for _ in range(2)]

    assert [answer.outcome for answer in answers] == [OK, OK]
    assert status(api, refund_id) == "CancelledByClient"


def test_a_cancelled_refund_stays_cancelled(api, captured, world):
    refund_id = api.post("/refunds", new_refund(captured))["refundId"]
    api.post(f"/refunds/{refund_id}/cancel")

    world.clock.advance(1)

    assert api.post(f"/refunds/{refund_id}/capture").outcome == (409, "1351")
    assert status(api, refund_id) == "CancelledByClient"


def test_a_captured_refund_does_not_expire(api, refund, world):
    refund_id = refund()
    api.post(f"/refunds/{refund_id}/capture")

    world.clock.advance(DAY)
    api.log_in()

    assert status(api, refund_id) == "Captured"


def test_a_forgotten_refund_captures_itself_after_a_day(api, refund, world):
    refund_id = refund()

    world.clock.advance(DAY)
    api.log_in()

    assert status(api, refund_id) == "ExpiredAndCaptured"
    assert api.post(f"/refunds/{refund_id}/cancel").outcome == (409, "1352")
    assert api.post(f"/refunds/{refund_id}/capture").outcome == (409, "1351")


def test_mobilepay_may_be_unable_to_reserve_a_refund(api, refund, world):
    world.knobs.decline_refunds = True

    refund_id = refund()

    assert status(api, refund_id) == "CancelledByMobilePay"
    assert api.post(f"/refunds/{refund_id}/cancel").outcome == (409, "1352")


def test_several_refunds_may_share_what_was_captured(api, refund):
    first, second = refund(amount=Decimal("12.49")), refund(amount=Decimal("0.01"))

    assert [status(api, refund_id) for refund_id in (first, second)] == ["Reserved", "Reserved"]


def test_no_more_than_what_was_captured_can_be_refunded(api, pay):
    payment_id = pay(PARTIAL)
    api.post(f"/payments/{payment_id}/capture", {"amount": 10})

    answers = [
        api.post("/refunds", new_refund(payment_id, amount=Decimal(amount))) for amount in ("10.01", "10", "0.01")
    ]

    assert [answer.outcome for answer in answers] == [(409, "1367"), OK, (409, "1367")]
    assert len(api.get("/refunds", paymentId=payment_id)["refundIds"]) == 1


def test_a_cancelled_refund_frees_its_amount(api, captured, refund):
    api.post(f"/refunds/{refund()}/cancel")

    answer = api.post("/refunds", new_refund(captured))

    assert answer.outcome == OK


def test_refunds_come_out_of_the_stores_balance(api, pay):
    payment_id = pay(amount=150)
    api.post(f"/payments/{payment_id}/capture", {"amount": 150})
    too_high = api.post("/refunds", new_refund(payment_id, amount=Decimal("100.01")))
    all_of_it = api.post("/refunds", new_refund(payment_id, amount=100))
    nothing_left = api.post("/refunds", new_refund(payment_id, amount=Decimal("0.01")))
    api.post(f"/refunds/{all_of_it['refundId']}/cancel")
    free_again = api.post("/refunds", new_refund(payment_id, amount=100))

    outcomes = [answer.outcome for answer in (too_high, all_of_it, nothing_left, free_again)]
    assert outcomes == [(409, "1368"), OK, (409, "1368"), OK]


def test_only_a_captured_payment_can_be_refunded(api, pos):
    payment_id = api.post("/payments", order(pos))["paymentId"]

    answer = api.post("/refunds", new_refund(payment_id))

    assert answer.outcome == (409, "1354")


def test_a_refund_is_in_the_currency_of_the_payment(api, captured):
    answer = api.post("/refunds", new_refund(captured, currencyCode="EUR"))

    assert answer.outcome == (409, "1365")


@pytest.mark.parametrize(("days", "outcome"), [(89, OK), (91, (409, "1366"))])
def test_a_payment_can_be_refunded_for_ninety_days(api, captured, world, days, outcome):
    world.clock.advance(days * DAY)
    api.log_in()

    answer = api.post("/refunds", new_refund(captured))

    assert answer.outcome == outcome


def test_a_payment_can_be_refunded_when_its_point_of_sale_is_gone(api, pos, captured):
    api.delete(f"/pointofsales/{pos['posId']}")

    answer = api.post("/refunds", new_refund(captured))

    assert answer.outcome == OK


def test_a_refund_of_an_unknown_payment_is_a_conflict(api):
    answer = api.post("/refunds", new_refund("99999999-9999-4999-8999-999999999999"))

    assert answer.outcome == (409, "1001")


def test_an_unknown_refund_is_not_found(api):
    path = "/refunds/99999999-9999-4999-8999-999999999999"

    answers = [api.get(path), api.post(f"{path}/capture"), api.post(f"{path}/cancel")]

    assert [answer.outcome for answer in answers] == [(404, None), (404, "1004"), (404, None)]
    assert [answers[0].text, answers[2].text] == [b"", b""]


def test_nobody_else_can_touch_a_refund(api, captured, refund, other_merchant, other_integrator):
    path = f"/refunds/{refund()}"

    outcomes = [
        answer.outcome
        for client in (other_merchant, other_integrator)
        for answer in (
            client.post("/refunds", new_refund(captured)),
            client.get(path),
            client.post(f"{path}/capture"),
            client.post(f"{path}/cancel"),
            client.get("/refunds", paymentId=captured),
        )
    ]

    assert outcomes == [(403, "1401"), (403, "1402"), (403, "1402"), (403, "1402"), OK] * 2
    assert other_merchant.get("/refunds", paymentId=captured).body == {"refundIds": []}
    assert api.get(path)["status"] == "Reserved"


def test_refunds_are_found_by_their_payment(api, captured, refund):
    refund_ids = [refund(amount=1), refund(amount=2)]

    answers = [
        api.get("/refunds", paymentId=payment_id) for payment_id in (captured, "99999999-9999-4999-8999-999999999999")
    ]

    assert [answer["refundIds"] for answer in answers] == [refund_ids, []]


@pytest.mark.parametrize(("query", "code"), [({}, "1110"), ({"paymentId": "1"}, "1099")])
def test_a_refund_filter_must_name_a_payment(api, query, code):
    answer = api.get("/refunds", **query)

    assert answer.outcome == (400, code)
