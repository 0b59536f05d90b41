from decimal import Decimal

import pytest

from tests.mobilepay.simulator.client import KEY, OK, new_pos, new_refund, order, terms

GUID = "99999999-9999-4999-8999-999999999999"
EVERY_SPECIAL = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¦¯¨´×"  # noqa: RUF001 - the protocol lists them


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b'{"amount": NaN}',
        b"\xff",
        b"[" * 100_000,
        b'{"amount": 1e9999999999999999999}',
    ],
)
def test_a_body_that_is_no_json_object_is_malformed(api, body):
    headers = {**api.headers, KEY: "a"}.items()

    answer = api.raw("POST", "/pos/v10/payments", body, headers)

    assert answer.outcome == (400, "1099")


@pytest.mark.parametrize(
    ("content_type", "outcome"),
    [
        ("application/json; charset=utf-8", OK),
        ("text/json", OK),
        ("application/json-patch+json", OK),
        ("application/problem+json", OK),
        ("application/x-www-form-urlencoded", (400, "1099")),
        ("jpeg/json", (400, "1099")),
        (None, (400, "1099")),
    ],
)
def test_a_body_must_be_declared_as_json(api, pos, content_type, outcome):
    answer = api.post("/payments", order(pos), **{"content-type": content_type})

    assert answer.outcome == outcome


@pytest.mark.parametrize("body", [order({"posId": GUID}), new_pos(), new_refund(GUID)])
@pytest.mark.parametrize("value", [None, [], {}, 7, True])
def test_every_needed_field_must_be_there_and_of_its_type(api, body, value):
    path = {"orderId": "/payments", "name": "/pointofsales", "refundOrderId": "/refunds"}
    path = next(where for name, where in path.items() if name in body)
    fitting = {"amount": [7], "supportedBeaconTypes": [[]]}
    names = [name for name in body if value not in fitting.get(name, [])]

    answers = {name: api.post(path, {**body, name: value}) for name in names}

    assert {name: answer.outcome for name, answer in answers.items()} == dict.fromkeys(names, (400, "1099"))


@pytest.mark.parametrize(
    "changes",
    [
        {"posId": "12345"},
        {"posId": GUID.replace("-", "")},
        {"currencyCode": "SEK"},
        {"currencyCode": "dkk"},
        {"plannedCaptureDelay": "Never"},
        {"amount": "12.50"},
        {"restrictions": []},
        {"restrictions": {"debitCardDisallowed": "yes"}},
        {"merchantPaymentLabel": 7},
    ],
)
def test_a_payment_of_the_wrong_form_is_malformed(api, pos, changes):
    answer = api.post("/payments", order(pos, **changes))

    assert answer.outcome == (400, "1099")


@pytest.mark.parametrize("types", ["QR", ["QR", "QR"], ["BluetoothMP1"], [7], [["QR"]]])
def test_beacon_types_are_different_and_known(api, types):
    answer = api.post("/pointofsales", new_pos(supportedBeaconTypes=types))

    assert answer.outcome == (400, "1099")


@pytest.mark.parametrize(
    "text",
    ["a", "a" * 36, "Æøå ÿÝñÑ", EVERY_SPECIAL[:36], EVERY_SPECIAL[36:], "«»ðþçß¤ÇµÐÞ±°ªº©§¶¼½¾¬®¢£¥¡¿¹²³"],
)
def test_valid_characters_are_accepted(api, pos, text):
    answer = api.post("/payments", order(pos, orderId=text, merchantPaymentLabel=text))

    assert api.get(f"/payments/{answer['paymentId']}")["orderId"] == text


@pytest.mark.parametrize("text", ["", "a" * 37, "a\tb", "a\n", "€", "日本", "😀", "\ud800", "\x7f"])
def test_other_characters_and_lengths_are_refused(api, pos, text):
    outcomes = {
        "1113": api.post("/payments", order(pos, orderId=text)).outcome,
        "1117": api.post("/payments", order(pos, merchantPaymentLabel=text)).outcome,
        "1111": api.post("/pointofsales", new_pos(merchantPosId=text)).outcome,
        "1112": api.post("/pointofsales", new_pos(name=text)).outcome,
        "1116": api.post("/pointofsales", new_pos(callbackAlias=text)).outcome,
        "1114": api.post("/refunds", new_refund(GUID, refundOrderId=text)).outcome,
    }

    assert outcomes == {code: (400, code) for code in outcomes}


@pytest.mark.parametrize(
    "amount",
    [
        0,
        -1,
        Decimal("0.001"),
        Decimal("12.505"),
        Decimal("1e10"),
        10**30,
        Decimal("1e-30"),
        Decimal("1e999999"),
    ],
)
def test_amounts_must_be_positive_and_in_whole_minor_units(api, pos, amount):
    outcomes = [
        api.post("/payments", order(pos, amount=amount)).outcome,
        api.post(f"/payments/{GUID}/ready", terms(amount=amount)).outcome,
        api.post(f"/payments/{GUID}/capture", {"amount": amount}).outcome,
        api.post("/refunds", new_refund(GUID, amount=amount)).outcome,
    ]

    assert outcomes == [(400, "1102")] * 4


@pytest.mark.parametrize("amount", [1, Decimal("0.01"), Decimal("12.500"), Decimal("1e2"), Decimal("9999999999.99")])
def test_amounts_are_kept_exactly(api, pos, amount):
    payment_id = api.post("/payments", order(pos, amount=amount))["paymentId"]

    assert api.get(f"/payments/{payment_id}")["amount"] == amount


@pytest.mark.parametrize("beacon_id", ["", "12345678901234", "1234567890123456", "12345678901234x", "é" * 15])
def test_a_beacon_is_a_guid_or_fifteen_digits(api, beacon_id):
    answer = api.post("/pointofsales", new_pos(beaconId=beacon_id))

    assert answer.outcome == (400, "1100")


def test_the_syntax_of_the_whole_body_comes_before_the_rules_of_each_field(api, pos):
    answers = [
        api.post("/payments", order(pos, orderId="", amount="1")),
        api.post("/payments", order({"posId": GUID}, orderId="")),
    ]

    assert [answer.outcome for answer in answers] == [(400, "1099"), (400, "1113")]


def test_unknown_fields_are_ignored(api, pos):
    answer = api.post("/payments", order(pos, restrictions={"userMinimumAge": 18}, surprise=True))

    assert api.get(f"/payments/{answer['paymentId']}")["restrictions"] == {}
