from decimal import Decimal

import pytest

from tests.mobilepay.simulator.client import KEY, OK, new_pos, new_refund, order


def test_a_retried_payment_gets_the_first_answer_although_the_point_of_sale_is_busy(api, pos):
    answers = [
        api.post("/payments", order(pos, **changes), **{KEY: "key-1"})
        for changes in ({}, {"amount": Decimal("12.5")}, {"restrictions": None})
    ]

    assert [answer.outcome for answer in answers] == [OK] * 3
    assert len({answer["paymentId"] for answer in answers}) == 1


def test_every_creating_call_can_be_retried(api, pos, captured):
    bodies = {
        "/pointofsales": new_pos(merchantPosId="till-2"),
        "/payments/prepare": order(pos),
        "/refunds": new_refund(captured),
    }

    answers = {path: [api.post(path, body, **{KEY: path}).body for _ in "12"] for path, body in bodies.items()}

    assert {path: first == second for path, (first, second) in answers.items()} == dict.fromkeys(bodies, True)


@pytest.mark.parametrize(
    "changes", [{"amount": Decimal("12.51")}, {"orderId": "ORDER-2"}, {"merchantPaymentLabel": "x"}]
)
def test_a_key_used_for_another_body_is_refused(api, pos, changes):
    payment_id = api.post("/payments", order(pos), **{KEY: "key-1"})["paymentId"]

    answer = api.post("/payments", order(pos, **changes), **{KEY: "key-1"})

    assert answer.outcome == (409, "1306")
    assert api.get("/payments", posId=pos["posId"]).body == {"paymentIds": [payment_id]}


def test_a_key_used_for_another_operation_is_refused(api, pos, captured):
    api.post("/payments", order(pos), **{KEY: "key-1"})

    answers = [
        api.post("/payments/prepare", order(pos), **{KEY: "key-1"}),
        api.post("/pointofsales", new_pos(merchantPosId="till-2"), **{KEY: "key-1"}),
        api.post("/refunds", new_refund(captured), **{KEY: "key-1"}),
    ]

    assert [answer.outcome for answer in answers] == [(409, "1306")] * 3


def test_a_key_used_for_another_merchant_is_refused(api, pos, other_merchant):
    api.post("/payments", order(pos), **{KEY: "key-1"})

    answer = other_merchant.post("/payments", order(pos), **{KEY: "key-1"})

    assert answer.outcome == (409, "1306")


def test_integrators_do_not_share_keys(api, pos, other_integrator):
    api.post("/payments", order(pos), **{KEY: "key-1"})

    answer = other_integrator.post("/pointofsales", new_pos(), **{KEY: "key-1"})

    assert answer.outcome == OK


def test_a_refused_call_does_not_burn_its_key(api, pos):
    first = api.post("/payments", order(pos))["paymentId"]
    refused = api.post("/payments", order(pos, orderId="ORDER-2"), **{KEY: "key-1"})
    api.post(f"/payments/{first}/cancel")

    answer = api.post("/payments", order(pos, orderId="ORDER-3"), **{KEY: "key-1"})

    assert refused.outcome == (409, "1301")
    assert answer.outcome == OK


def test_a_key_is_forgotten_after_a_day(api, world):
    first = api.post("/pointofsales", new_pos(), **{KEY: "key-1"})
    api.delete(f"/pointofsales/{first['posId']}")
    world.clock.advance(86_401)
    api.log_in()

    second = api.post("/pointofsales", new_pos(), **{KEY: "key-1"})

    assert second["posId"] != first["posId"]
