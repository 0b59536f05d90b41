"""Payments that were captured before the simulator began: they are remembered, and can be refunded."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from tests.mobilepay.simulator.client import OK, new_pos, new_refund, order


def past(pos, **changes):
    """A payment captured an hour ago, as the portal tells of it."""
    return {
        "paymentId": str(uuid4()),
        "posId": pos["posId"],
        "orderId": "PAST-1",
        "amount": Decimal("12.50"),
        "currencyCode": "DKK",
        "capturedAt": (datetime.now(UTC) - timedelta(hours=1)).isoformat(),
        **changes,
    }


@pytest.fixture
def remember(api):
    return lambda body: api.send("POST", "/_simulator/payments", body)


def test_a_remembered_payment_is_known_as_captured(api, pos, remember):
    payment = past(pos)

    answer = remember(payment)

    assert (answer.status, answer.body) == (200, {"remembered": 1})
    known = api.get(f"/payments/{payment['paymentId']}").body
    assert (known["status"], known["orderId"], known["amount"]) == ("Captured", "PAST-1", Decimal("12.50"))
    assert api.get("/payments", orderId="PAST-1", state="Captured")["paymentIds"] == [payment["paymentId"]]


def test_a_remembered_payment_can_be_refunded_once(api, pos, remember, world):
    payment = past(pos)
    remember(payment)
    refund_id = api.post("/refunds", new_refund(payment["paymentId"]))["refundId"]
    world.clock.advance(0.2)

    answers = [
        api.post(f"/refunds/{refund_id}/capture"),
        api.post("/refunds", new_refund(payment["paymentId"], refundOrderId="REFUND-2", amount=Decimal("0.01"))),
    ]

    assert [answer.outcome for answer in answers] == [OK, (409, "1367")]
    assert api.get(f"/refunds/{refund_id}")["status"] == "Captured"


@pytest.mark.parametrize(("days", "outcome"), [(89, OK), (91, (409, "1366"))])
def test_ninety_days_count_from_the_capture(api, pos, remember, days, outcome):
    payment = past(pos, capturedAt=(datetime.now(UTC) - timedelta(days=days)).isoformat())
    remember(payment)

    answer = api.post("/refunds", new_refund(payment["paymentId"]))

    assert answer.outcome == outcome


def test_a_capture_told_in_another_time_zone_is_the_same_moment(api, pos, remember):
    payment = past(pos, capturedAt="2026-01-31T12:00:00+02:00")

    remember(payment)

    [known] = api.server.world.payments
    assert known.captured_at == datetime(2026, 1, 31, 10, tzinfo=UTC)


def test_many_are_remembered_at_once_and_block_nobody(api, pos, remember):
    answer = remember([past(pos, orderId="PAST-1"), past(pos, orderId="PAST-2")])

    assert answer.body == {"remembered": 2}
    assert [payment.order_id for payment in api.server.world.payments] == ["PAST-1", "PAST-2"]
    assert api.get("/payments", posId=pos["posId"])["paymentIds"] == []


def test_a_newer_payment_of_the_same_order_stays_the_newest(api, pos, pay, remember):
    newest = pay(orderId="PAST-1")

    remember(past(pos))

    assert api.get("/payments", orderId="PAST-1")["paymentIds"] == [newest]


def test_only_the_merchant_of_the_point_of_sale_has_the_payment(pos, remember, other_merchant):
    payment = past(pos)
    remember(payment)

    answer = other_merchant.post("/refunds", new_refund(payment["paymentId"]))

    assert answer.outcome == (403, "1401")


def test_a_payment_of_an_unknown_point_of_sale_is_a_conflict(api, pos, remember):
    answer = remember(past(pos, posId=str(uuid4())))

    assert (answer.status, answer.body) == (409, {"error": "Point of sale not found"})
    assert list(api.server.world.payments) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"paymentId": "1"}, "paymentId must be a GUID"),
        ({"paymentId": None}, "paymentId must be given"),
        ({"posId": "1"}, "posId must be a GUID"),
        ({"orderId": None}, "orderId must be given"),
        ({"amount": "12.50"}, "amount must be a number"),
        ({"amount": 0}, "Amount must be positive, with at most two decimals"),
        ({"amount": Decimal("0.001")}, "Amount must be positive, with at most two decimals"),
        ({"currencyCode": "SEK"}, "currencyCode must be one of DKK, EUR"),
        ({"capturedAt": None}, "capturedAt must be given"),
        ({"capturedAt": "yesterday"}, "Invalid isoformat string: 'yesterday'"),
        ({"capturedAt": "2026-01-31T12:00:00"}, "capturedAt must say its offset from UTC"),
    ],
    ids=str,
)
def test_nonsense_is_refused_and_nothing_of_the_list_is_remembered(api, pos, remember, changes, error):
    answer = remember([past(pos), past(pos, **changes)])

    assert (answer.status, answer.body) == (400, {"error": error})
    assert list(api.server.world.payments) == []


@pytest.mark.parametrize("body", ["a payment", 7, [1]], ids=str)
def test_what_is_no_payment_is_refused(remember, body):
    answer = remember(body)

    assert (answer.status, answer.body) == (400, {"error": "The body must be a JSON object"})


def registered(**changes):
    """A point of sale from before, as the portal tells of it."""
    identity = {"posId": str(uuid4()), "clientId": "demo-client", "vatNumber": "DK12345678"}
    return new_pos(**identity, beaconId=str(uuid4()), **changes)


def test_a_remembered_point_of_sale_keeps_its_id_and_sells(api):
    pos = registered()

    answer = api.send("POST", "/_simulator/points-of-sale", [pos])

    known = api.get(f"/pointofsales/{pos['posId']}").body
    assert answer.body == {"remembered": 1}
    assert {name: known[name] for name in ("posId", "beaconId", "name")} == {
        name: pos[name] for name in ("posId", "beaconId", "name")
    }
    assert api.post("/payments", order(known)).outcome == OK


def test_a_point_of_sale_that_is_there_is_not_remembered_anew(api):
    pos = registered()
    api.send("POST", "/_simulator/points-of-sale", pos)

    answer = api.send("POST", "/_simulator/points-of-sale", pos | {"name": "Another"})

    assert answer.body == {"remembered": 1}
    assert api.get(f"/pointofsales/{pos['posId']}")["name"] == "Till 1"
