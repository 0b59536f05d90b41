import pytest

from portal.mobilepay.simulator.epayment.codes import Problem
from tests.mobilepay.simulator.epayment.client import kroner, order, outcome, part, sums

TWO_WEEKS = 14 * 86_400


def force(api, reference, body=None):
    return api.send("POST", f"/epayment/v1/test/payments/{reference}/approve", body)


def test_an_approved_payment_is_reserved_and_says_how_long_that_is_guaranteed(api, asked, world):
    reference = asked()

    is_reserved = world.approve(reference)

    found = api.look(reference)
    approved_at = world.asked(reference).approved_at
    assert is_reserved is True
    assert (found["state"], sums(found)) == ("AUTHORIZED", (1250, 0, 0, 0))
    assert found["captureGuaranteedUntil"].endswith("Z")
    assert (world.asked(reference).guaranteed_until - approved_at).days == 7


def test_a_card_without_money_leaves_the_payment_open(api, asked, world):
    reference = asked(amount=kroner(151))

    is_reserved = world.approve(reference)

    assert is_reserved is False
    assert api.look(reference)["state"] == "CREATED"


def test_nobody_approves_or_declines_twice(reserved, world):
    reference = reserved()

    for act in (world.approve, world.decline):
        with pytest.raises(Problem) as refusal:
            act(reference)

        assert refusal.value.code == "6230"


@pytest.mark.parametrize("act", ["approve", "decline", "begin_approving", "stop_approving"])
def test_nobody_answers_what_was_never_asked(world, act):
    with pytest.raises(Problem) as refusal:
        getattr(world, act)("order-9999")

    assert refusal.value.code == "5090"


def test_a_reservation_stands_for_almost_two_weeks(api, reserved, later):
    reference = reserved()

    later(TWO_WEEKS - 1)

    assert sums(api.look(reference)) == (1250, 0, 0, 0)


def test_what_is_not_captured_in_two_weeks_is_let_go(api, reserved, later):
    reference = reserved()
    api.pay(f"/{reference}/capture", part(250))

    later(TWO_WEEKS)

    found = api.look(reference)
    assert (found["state"], sums(found)) == ("AUTHORIZED", (1250, 250, 1000, 0))
    assert outcome(api.pay(f"/{reference}/capture", part(1000))) == (400, "6100")
    assert outcome(api.pay(f"/{reference}/cancel")) == (400, "6030")


def test_what_is_captured_is_not_let_go(api, captured, later):
    later(TWO_WEEKS)

    assert sums(api.look(captured)) == (1250, 1250, 0, 0)


def test_what_is_approved_does_not_expire(api, reserved, later):
    reference = reserved()

    later(600)

    assert api.look(reference)["state"] == "AUTHORIZED"


@pytest.mark.parametrize("body", [None, {}, {"customer": {"phoneNumber": "4520031801"}}, {"token": "landing"}], ids=str)
def test_tests_can_approve_in_the_customers_place(api, asked, body):
    reference = asked()

    answer = force(api, reference, body)

    assert (answer.status, answer.text) == (200, b"")
    assert api.look(reference)["state"] == "AUTHORIZED"


def test_another_customer_cannot_approve(api, asked):
    reference = asked()

    answers = [
        force(api, reference, {"customer": {"phoneNumber": "4520031802"}}),
        force(api, reference, {"customer": {"personalQr": "https://qr.vipps.no/p/4520031802"}}),
    ]

    assert [outcome(answer) for answer in answers] == [(400, "7010")] * 2
    assert api.look(reference)["state"] == "CREATED"


def test_in_production_nobody_approves_but_the_customer(api, asked, world):
    world.knobs.is_production = True

    answer = force(api, asked())

    assert outcome(answer) == (404, None)


def test_the_newest_payment_of_a_name_is_the_one_a_customer_sees(api, other_unit, world):
    api.pay("", order())
    other_unit.pay("", order(amount={"currency": "EUR", "value": 500}))

    world.approve("order-0001")

    assert api.look("order-0001")["state"] == "CREATED"
    assert other_unit.look("order-0001")["state"] == "AUTHORIZED"
