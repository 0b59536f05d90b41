import pytest

from portal.mobilepay.simulator.epayment.codes import Problem
from tests.mobilepay.simulator.epayment.client import MSN, kroner, outcome, part, sums


def test_a_capture_answers_how_the_payment_stands(api, reserved):
    reference = reserved()

    answer = api.pay(f"/{reference}/capture", part(1250))

    assert answer.status == 200
    assert answer.body == {
        "amount": kroner(1250),
        "state": "AUTHORIZED",
        "aggregate": {
            "authorizedAmount": kroner(1250),
            "cancelledAmount": kroner(0),
            "capturedAmount": kroner(1250),
            "refundedAmount": kroner(0),
        },
        "pspReference": api.look(reference, "/events").body[-1]["pspReference"],
        "reference": reference,
    }


def test_parts_can_be_captured_until_nothing_is_left(api, reserved):
    reference = reserved()

    answers = [api.pay(f"/{reference}/capture", part(minor)) for minor in (250, 1001, 1000, 1)]

    assert [outcome(answer) for answer in answers] == [(200, None), (400, "6090"), (200, None), (400, "6170")]
    assert sums(api.look(reference)) == (1250, 1250, 0, 0)


def test_a_unit_that_must_capture_everything_keeps_the_reservation(api, reserved, world):
    world.units.get(MSN).partial_capture = False
    reference = reserved()

    answers = [api.pay(f"/{reference}/capture", part(minor)) for minor in (1249, 1250)]

    assert [outcome(answer) for answer in answers] == [(400, "6140"), (200, None)]


@pytest.mark.parametrize(
    ("body", "code"), [(part(1250, "EUR"), "5040"), (part(0), "6010"), (part(1251), "6090")], ids=str
)
def test_what_cannot_be_captured_stays_reserved(api, reserved, body, code):
    reference = reserved()

    answer = api.pay(f"/{reference}/capture", body)

    assert outcome(answer) == (400, code)
    assert sums(api.look(reference)) == (1250, 0, 0, 0)


def test_money_that_is_gone_cannot_be_captured(api, reserved, world):
    world.knobs.funds_are_gone = True

    assert outcome(api.pay(f"/{reserved()}/capture", part(1250))) == (400, "6260")


def test_only_what_is_approved_can_be_captured(api, asked, world):
    reference = asked()
    early = api.pay(f"/{reference}/capture", part(1250))
    world.decline(reference)

    assert outcome(early) == (400, "6080")
    assert outcome(api.pay(f"/{reference}/capture", part(1250))) == (400, "6200")


def test_what_is_cancelled_cannot_be_captured(api, asked, reserved):
    terminated = asked()
    released = reserved(reference="order-0002")
    for reference in (terminated, released):
        api.pay(f"/{reference}/cancel")

    answers = [api.pay(f"/{reference}/capture", part(1250)) for reference in (terminated, released)]

    assert [outcome(answer) for answer in answers] == [(400, "6070"), (400, "6070")]


def test_a_cancel_before_the_approval_ends_it_and_shows_the_amount_as_cancelled(api, asked):
    reference = asked()

    answer = api.pay(f"/{reference}/cancel", {"cancelTransactionOnly": True})

    assert (answer["state"], sums(answer)) == ("TERMINATED", (0, 0, 1250, 0))
    assert outcome(api.pay(f"/{reference}/cancel")) == (400, "6190")


def test_a_cancel_after_the_approval_lets_go_what_is_not_captured(api, reserved):
    reference = reserved()
    api.pay(f"/{reference}/capture", part(250))

    answer = api.pay(f"/{reference}/cancel")

    assert (answer["state"], sums(answer)) == ("AUTHORIZED", (1250, 250, 1000, 0))
    assert outcome(api.pay(f"/{reference}/cancel")) == (400, "6040")


def test_what_was_let_go_whole_cannot_be_cancelled_again(api, reserved):
    reference = reserved()
    api.pay(f"/{reference}/cancel")

    assert outcome(api.pay(f"/{reference}/cancel")) == (400, "6050")


def test_a_cancel_may_be_meant_for_unapproved_payments_only(api, reserved):
    reference = reserved()

    answer = api.pay(f"/{reference}/cancel", {"cancelTransactionOnly": True})

    assert outcome(answer) == (400, "6060")
    assert sums(api.look(reference)) == (1250, 0, 0, 0)


def test_nobody_cancels_while_the_customer_approves(api, asked, world):
    reference = asked()
    world.begin_approving(reference)
    during = api.pay(f"/{reference}/cancel")
    world.stop_approving(reference)

    assert outcome(during) == (409, "6250")
    assert api.pay(f"/{reference}/cancel")["state"] == "TERMINATED"


@pytest.mark.parametrize(("end", "state"), [("approve", "AUTHORIZED"), ("decline", "ABORTED")])
def test_approving_ends_with_the_customers_answer(api, asked, world, end, state):
    reference = asked()
    world.begin_approving(reference)

    getattr(world, end)(reference)

    assert api.look(reference)["state"] == state
    assert world.asked(reference).is_being_approved is False


def test_others_may_capture_cancel_and_refund_in_the_networks_own_portal(api, reserved, world):
    reference = reserved()

    world.capture_elsewhere(MSN, reference, 1000)
    world.cancel_elsewhere(MSN, reference)
    world.refund_elsewhere(MSN, reference, 1)

    assert sums(api.look(reference)) == (1250, 1000, 250, 1)
    assert [event["name"] for event in api.look(reference, "/events").body] == [
        "CREATED",
        "AUTHORIZED",
        "CAPTURED",
        "CANCELLED",
        "REFUNDED",
    ]
    assert "idempotencyKey" not in api.look(reference, "/events").body[2]


def test_others_are_bound_by_the_same_rules(reserved, world):
    with pytest.raises(Problem) as refusal:
        world.capture_elsewhere(MSN, reserved(), 1251)

    assert refusal.value.code == "6090"
