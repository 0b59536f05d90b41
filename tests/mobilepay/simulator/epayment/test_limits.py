from tests.mobilepay.simulator.epayment.client import KEY, order, outcome, part


def test_nobody_counts_until_the_knob_says_so(api, asked):
    reference = asked()

    assert {api.look(reference).status for _ in range(130)} == {200}


def test_five_writes_of_a_kind_a_minute_and_reference(api, reserved, world, later):
    world.knobs.limits_rates = True
    first, second = reserved(), reserved(reference="order-0002")

    answers = [api.pay(f"/{first}/capture", part(1)) for _ in range(6)]
    others = [api.pay(f"/{second}/capture", part(1)), api.pay(f"/{first}/refund", part(1))]
    later(60)

    assert [answer.status for answer in answers] == [200] * 5 + [429]
    assert answers[5].headers["retry-after"] == "60"
    assert set(answers[5].body) == {"statusCode", "message"}
    assert [answer.status for answer in others] == [200, 200]
    assert api.pay(f"/{first}/capture", part(1)).status == 200


def test_looks_and_logs_are_counted_together(api, asked, world):
    world.knobs.limits_rates = True
    reference = asked()

    answers = [api.look(reference, act) for act in ("", "/events") * 60]

    assert {answer.status for answer in answers} == {200}
    assert api.look(reference).status == 429


def test_creates_are_counted_by_the_reference_in_their_body(api, world):
    world.knobs.limits_rates = True

    answers = [api.pay("", order()) for _ in range(6)]
    others = [api.pay("", body) for body in (order(reference="order-0002"), {}, [])]

    assert [outcome(answer) for answer in answers] == [(201, None), *[(409, "4150")] * 4, (429, None)]
    assert [answer.status for answer in others] == [201, 400, 400]


def test_other_calls_are_not_counted(api, world):
    world.knobs.limits_rates = True

    assert {api.get("/qr/v1/merchant-callback").status for _ in range(130)} == {200}


def test_a_call_that_came_too_often_leaves_its_key_free(api, asked, world, later):
    world.knobs.limits_rates = True
    reference = asked()
    for _ in range(5):
        api.pay(f"/{reference}/refund", part(1))
    often = api.pay(f"/{reference}/refund", part(1), **{KEY: "key-1"})
    later(60)

    assert often.status == 429
    assert outcome(api.pay(f"/{reference}/refund", part(1), **{KEY: "key-1"})) == (400, "6020")
