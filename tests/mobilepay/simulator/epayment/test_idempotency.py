import pytest

from tests.mobilepay.simulator.epayment.client import KEY, kroner, order, outcome, part, sums

DAY = 86_400
FIRST = {KEY: "key-1"}


def test_the_same_key_and_body_is_answered_again_and_done_once(api, reserved):
    reference = reserved()

    answers = [api.pay(f"/{reference}/capture", part(250), **FIRST) for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 200]
    assert answers[0].text == answers[1].text == answers[2].text
    assert sums(api.look(reference)) == (1250, 250, 0, 0)


@pytest.mark.parametrize("body", [part(251), {"nonsense": 1}], ids=str)
def test_the_same_key_with_another_body_is_refused_and_stays_the_firsts(api, reserved, body):
    reference = reserved()
    first = api.pay(f"/{reference}/capture", part(250), **FIRST)

    other = api.pay(f"/{reference}/capture", body, **FIRST)

    assert outcome(other) == (409, "4010")
    assert api.pay(f"/{reference}/capture", part(250), **FIRST).text == first.text


def test_the_same_key_for_another_payment_is_refused(api, reserved):
    first, second = reserved(), reserved(reference="order-0002")
    api.pay(f"/{first}/capture", part(250), **FIRST)

    assert outcome(api.pay(f"/{second}/capture", part(250), **FIRST)) == (409, "4010")


def test_one_key_may_serve_every_operation_of_a_payment(api, scan, world):
    created = api.pay("", order(scan()), **FIRST)
    world.approve("order-0001")
    answers = [
        api.pay("/order-0001/capture", part(1000), **FIRST),
        api.pay("/order-0001/cancel", **FIRST),
        api.pay("/order-0001/refund", part(1000), **FIRST),
    ]

    assert created.status == 201
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert sums(answers[-1]) == (1250, 1000, 250, 1000)


def test_a_key_is_a_sales_units_own(api, scan, other_unit):
    ours = api.pay("", order(scan()), **FIRST)
    theirs = other_unit.pay("", order(amount={"currency": "EUR", "value": 1}), **FIRST)

    assert [ours.status, theirs.status] == [201, 201]


def test_a_refusal_stays_for_its_key_and_a_new_key_is_heard(api, asked, world):
    reference = asked()
    early = api.pay(f"/{reference}/capture", part(1250), **FIRST)
    world.approve(reference)

    again = api.pay(f"/{reference}/capture", part(1250), **FIRST)

    assert outcome(early) == outcome(again) == (400, "6080")
    assert api.pay(f"/{reference}/capture", part(1250)).status == 200


def test_a_malformed_body_stays_for_its_key_too(api):
    answers = [api.pay("", body, **FIRST) for body in ({}, order())]

    assert [outcome(answer) for answer in answers] == [(400, None), (409, "4010")]


@pytest.mark.parametrize("knob", ["being_approved", "funds_gone"])
def test_what_only_asks_to_come_back_leaves_the_key_free(api, asked, world, knob):
    reference = asked()
    if knob == "being_approved":
        world.begin_approving(reference)
        call = f"/{reference}/cancel", None
    else:
        world.approve(reference)
        world.knobs.funds_are_gone = True
        call = f"/{reference}/capture", part(1250)
    first = api.pay(*call, **FIRST)
    world.asked(reference).is_being_approved = world.knobs.funds_are_gone = False

    assert outcome(first) in {(409, "6250"), (400, "6260")}
    assert api.pay(*call, **FIRST).status == 200


def test_a_repeated_cancel_is_a_success_under_its_key_only(api, asked):
    reference = asked()

    answers = [api.pay(f"/{reference}/cancel", **{KEY: key}) for key in ("key-1", "key-1", "key-2", None)]

    assert [outcome(answer) for answer in answers] == [(200, None), (200, None), (400, "6190"), (400, "6190")]


def test_a_key_is_forgotten_after_a_day(api, asked, later):
    reference = asked()
    api.pay(f"/{reference}/cancel", **FIRST)
    later(DAY)

    assert outcome(api.pay(f"/{reference}/cancel", **FIRST)) == (400, "6190")


def test_a_key_on_a_call_that_takes_none_means_nothing(api, asked):
    reference = asked()

    first = api.send("GET", f"/epayment/v1/payments/{reference}", **FIRST)
    api.pay(f"/{reference}/cancel")

    assert first["state"] == "CREATED"
    assert api.send("GET", f"/epayment/v1/payments/{reference}", **FIRST)["state"] == "TERMINATED"


def test_a_retry_heals_an_answer_that_was_lost(api, server, scan):
    server.faults.add("fail_after", "POST", "/epayment/v1/payments", times=2)
    asked = order(scan())

    answers = [api.pay("", asked, **FIRST) for _ in range(3)]

    assert [outcome(answer) for answer in answers] == [(500, "3010"), (500, "3010"), (201, None)]
    assert api.look("order-0001")["amount"] == kroner(1250)
