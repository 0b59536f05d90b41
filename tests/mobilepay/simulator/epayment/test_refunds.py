import pytest

from tests.mobilepay.simulator.epayment.client import KEY, kroner, outcome, part, sums

YEAR = 365 * 86_400


def test_captured_money_goes_back_in_parts_until_none_is_left(api, captured):
    answers = [api.pay(f"/{captured}/refund", part(minor)) for minor in (250, 1001, 1000, 1)]

    assert [outcome(answer) for answer in answers] == [(200, None), (400, "6150"), (200, None), (400, "6180")]
    assert sums(answers[0]) == (1250, 1250, 0, 250)
    assert sums(api.look(captured)) == (1250, 1250, 0, 1250)


@pytest.mark.parametrize(("body", "code"), [(part(1250, "EUR"), "5040"), (part(0), "6010")], ids=str)
def test_what_cannot_be_refunded_stays(api, captured, body, code):
    assert outcome(api.pay(f"/{captured}/refund", body)) == (400, code)
    assert sums(api.look(captured)) == (1250, 1250, 0, 0)


def test_only_what_is_captured_can_be_refunded(api, asked, world):
    reference = asked()
    early = api.pay(f"/{reference}/refund", part(1))
    world.approve(reference)

    assert outcome(early) == (400, "6020")
    assert outcome(api.pay(f"/{reference}/refund", part(1))) == (400, "6210")


def test_the_window_is_a_year_from_the_approval(api, captured, later):
    later(YEAR - 60)
    in_time = api.pay(f"/{captured}/refund", part(1))
    later(61)

    assert in_time.status == 200
    assert outcome(api.pay(f"/{captured}/refund", part(1))) == (400, "6220")


def test_a_unit_may_be_unable_to_refund(api, captured, world):
    world.knobs.refuses_refunds = True

    assert outcome(api.pay(f"/{captured}/refund", part(1))) == (400, "5100")


def test_the_log_tells_which_refund_was_whose(api, captured):
    api.pay(f"/{captured}/refund", part(250), **{KEY: "refund-1"})

    event = api.look(captured, "/events").body[-1]

    assert event == {
        "reference": captured,
        "pspReference": event["pspReference"],
        "name": "REFUNDED",
        "amount": kroner(250),
        "timestamp": event["timestamp"],
        "success": True,
        "idempotencyKey": "refund-1",
    }


def test_the_log_may_show_the_key_of_the_create_instead(api, reserved, world):
    world.knobs.keys_in_events = False
    reference = reserved()
    api.pay(f"/{reference}/capture", part(1250), **{KEY: "capture-1"})

    created, _, taken = api.look(reference, "/events").body

    assert taken["idempotencyKey"] == created["idempotencyKey"] != "capture-1"
