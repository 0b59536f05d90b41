"""Payments from before the simulator began: taken into its books, so that they can be refunded."""

import pytest

from tests.mobilepay.simulator.epayment.client import MSN

PAST = {
    "msn": MSN,
    "reference": "order-0000-of-yore",
    "amount": 1250,
    "captured": 1000,
    "currency": "DKK",
    "capturedAt": "2026-11-01T12:00:00+01:00",
}


@pytest.fixture
def remember(api):
    return lambda body: api.control("POST", "/epayment/payments", body)


@pytest.mark.parametrize("body", [PAST, [PAST]], ids=["one", "a list"])
def test_a_payment_of_the_past_is_captured_and_what_was_not_is_gone(api, remember, body):
    answer = remember(body)

    found = api.look("order-0000-of-yore")
    assert (answer.body, found["state"]) == ({"remembered": 1}, "AUTHORIZED")
    assert {name: amount["value"] for name, amount in found["aggregate"].items()} == {
        "authorizedAmount": 1250,
        "capturedAmount": 1000,
        "cancelledAmount": 250,
        "refundedAmount": 0,
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"capturedAt": "2026-11-01T12:00:00"}, "capturedAt must say its offset from UTC"),
        ({"msn": "999999"}, "There is no such sales unit"),
    ],
)
def test_what_cannot_be_remembered_is_refused(api, remember, change, says):
    answer = remember(PAST | change)

    assert answer["error"] == says
    with api.server.epayment.present():
        assert api.server.epayment.payments.named("order-0000-of-yore") is None


UP = {"msn": MSN, "merchantQrId": "till-9", "locationDescription": "Till 9", "isSticker": True}


def test_a_code_of_the_past_is_up_and_one_that_is_up_stays_as_it_is(api):
    answer = api.control("POST", "/epayment/codes", [UP, UP | {"locationDescription": "Another"}])

    with api.server.epayment.present():
        code = api.server.epayment.codes.sticker("till-9")
    assert answer.body == {"remembered": 2}
    assert (code.unit.msn, code.location_description) == (MSN, "Till 9")


def test_a_code_of_an_unknown_unit_is_not_put_up(api):
    answer = api.control("POST", "/epayment/codes", UP | {"msn": "999999"})

    assert (answer.status, answer["error"]) == (404, "There is no such sales unit")
    with api.server.epayment.present():
        assert api.server.epayment.codes.scanned("till-9") is None
