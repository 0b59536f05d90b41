"""What nobody can see in a parameter, and no database takes, is refused in the envelope: never a 500 on any."""

from itertools import product
import json

import pytest

from payments.models import Payment
from tests.shop import KINO
from tests.tillapi.endpoints import ENDPOINTS, UNKNOWN
from tests.tillapi.raw_calls import as_form, as_json, call, rows

UNSEEN = ("\x00", "\ud800", "\udfff", "\u202e", "\u200b", "\ufeff", "\uffff")
POSTED = [each for each in ENDPOINTS if "POST" in each.methods]
CREDENTIALS = ("accessToken", "bioCode")


@pytest.fixture
def right(till, pos):
    """A value for every parameter that is right as far as it can be told without looking."""
    return {
        **dict.fromkeys(("posId", "paymentId", "refundId"), UNKNOWN),
        "terminalId": till.terminal_id,
        "storeId": KINO["stores"][0]["storeId"],
        "amount": "27.06",
        "currencyCode": "DKK",
        "state": "Captured",
        "paymentState": "Captured",
        "orderId": "order-1",
        "refundOrderId": "refund-1",
        "bioCode": "KINO1",
        "accessToken": till.token,
        "previousAccessToken": till.token,
    }


def spoiled(value):
    """The value with something unseen before it, in it, after it, and nothing else than that."""
    for unseen in UNSEEN:
        yield from (unseen + value, f"{value[:3]}{unseen}{value[3:]}", value + unseen, unseen)


def is_envelope(reply):
    return set(reply.json) > {"success", "errors", "errorCodes"} and reply.json["success"] is False


@pytest.mark.parametrize("endpoint", POSTED, ids=str)
def test_no_parameter_takes_what_nobody_sees(endpoint, till, right):
    valid = {name: right[name] for name in endpoint.parameters}
    stored = rows()

    for name in endpoint.parameters:
        for value in spoiled(right[name]):
            reply = call("POST", endpoint.path, token=till.token, **as_json({**valid, name: value}.items()))
            # A token is only compared: whatever is wrong with one, it is not the right one.
            expected = 401 if name == "previousAccessToken" else 400
            assert (reply.status, is_envelope(reply)) == (expected, True), (name, value, reply)

    assert rows() == stored


@pytest.mark.parametrize("encode", [as_json, as_form])
def test_no_credential_takes_what_nobody_sees(encode, till, right):
    order = {"orderId": "order-1", "amount": "27.06", "terminalId": till.terminal_id}
    stored = rows()

    for name in CREDENTIALS:
        for value in spoiled(right[name]):
            if encode is as_form and not value.isprintable() and any("\ud800" <= each <= "\udfff" for each in value):
                continue  # No form can spell half a character.
            sent = {**order, **{each: right[each] for each in CREDENTIALS}, name: value}
            reply = call("POST", "payment/start", **encode(sent.items()))
            assert (reply.status in {400, 401}, is_envelope(reply)) == (True, True), (name, value, reply)

    assert rows() == stored


@pytest.mark.parametrize("unseen", UNSEEN)
def test_names_of_parameters_and_members_beside_them_may_be_anything(unseen, till):
    members = {"orderId": "order-1", "amount": "27.06", "terminalId": till.terminal_id, unseen: unseen}

    reply = call("POST", "payment/start", token=till.token, **as_json(members.items()))

    assert (reply.status, reply.json["success"]) == (200, True)
    assert Payment.objects.get().order_id == "order-1"


@pytest.mark.parametrize(
    ("header", "value"),
    list(
        product(
            ("Authorization", "X-Request-Id", "User-Agent", "Accept", "Accept-Language"),
            ("\x00", "\x80\xff", "a\u2028b"),
        )
    ),
)
def test_no_header_ends_in_a_500(header, value, till):
    sent = {"Authorization": f"Bearer {till.token}", header: value}

    reply = call("POST", "payment/start", headers=sent, **as_json({"orderId": "order-1"}.items()))

    assert 400 <= reply.status < 500
    assert is_envelope(reply)


def test_half_a_character_in_json_is_spelled_as_two_that_make_one(till):
    body = json.dumps({"orderId": "order-1", "amount": "1", "terminalId": till.terminal_id, "x": "\U0001f355"}).encode()
    assert b"\\ud83c" in body

    reply = call("POST", "payment/start", token=till.token, body=body, content_type="application/json")

    assert reply.status == 200
