import pytest

from tests.mobilepay.simulator.epayment.client import KEY, fields, kroner, order, outcome, part

HEADERS = [
    ("merchant-serial-number", None, "must be given"),
    ("merchant-serial-number", "12", "must look like [0-9]{4,10}"),
    ("vipps-system-name", "x" * 31, "must have 0 to 30 characters"),
    ("vipps-system-plugin-version", "x" * 31, "must have 0 to 30 characters"),
    (KEY, None, "must be given"),
    (KEY, "k" * 51, "must have 1 to 50 characters"),
]
BODIES = [
    ({"colour": "red"}, "colour", "is not known"),
    ({"amount": 12}, "amount", "must be an object"),
    ({"amount": {"value": 1}}, "amount.currency", "must be given"),
    ({"amount": {"currency": "SEK", "value": 1}}, "amount.currency", "must be one of NOK, DKK, EUR"),
    ({"amount": kroner(12.5)}, "amount.value", "must be a whole number"),
    ({"amount": kroner(True)}, "amount.value", "must be a whole number"),  # noqa: FBT003 - what JSON calls true
    ({"amount": kroner(65_000_001)}, "amount.value", "must be from 0 to 65000000"),
    ({"amount": {**kroner(1), "unit": "øre"}}, "amount.unit", "is not known"),
    ({"reference": "short"}, "reference", "must look like [a-zA-Z0-9-]{8,64}"),
    ({"reference": 12345678}, "reference", "must be a text"),
    ({"paymentDescription": "ab"}, "paymentDescription", "must have 3 to 100 characters"),
    ({"customer": {"token": "x"}}, "customer.token", "is not known"),
    ({"customer": {}}, "customer", "must have exactly one of phoneNumber, personalQr, customerToken"),
    ({"metadata": {"a": 1}}, "metadata.a", "must be a text"),
    ({"metadata": {"k" * 101: "x"}}, "metadata." + "k" * 101, "must have 1 to 100 characters"),
    ({"metadata": {str(n): "" for n in range(6)}}, "metadata", "must be an object of at most 5 members"),
    ({"metadata": "x"}, "metadata", "must be an object of at most 5 members"),
    ({"minimumUserAge": 101}, "minimumUserAge", "must be from 0 to 100"),
    (
        {"qrFormat": {"format": "IMAGE/GIF"}},
        "qrFormat.format",
        "must be one of TEXT/TARGETURL, IMAGE/SVG+XML, IMAGE/PNG",
    ),
    (
        {"paymentMethod": {"type": "WALLET", "blockedSources": "x"}},
        "paymentMethod.blockedSources",
        "must be a list of 0 or more",
    ),
    ({"paymentMethod": {"type": "WALLET", "blockedSources": [1]}}, "paymentMethod.blockedSources[0]", "must be a text"),
    (
        {"receipt": {"orderLines": [], "bottomLine": {"currency": "DKK"}}},
        "receipt.orderLines",
        "must be a list of 1 or more",
    ),
]


@pytest.mark.parametrize(("name", "value", "reason"), HEADERS, ids=str)
def test_headers_must_be_as_described(api, name, value, reason):
    answer = api.pay("", order(), **{name: value})

    assert outcome(answer) == (400, None)
    assert fields(answer) == {name: reason}
    assert outcome(api.look("order-0001")) == (404, "5090")


@pytest.mark.parametrize(("changes", "name", "reason"), BODIES, ids=str)
def test_a_member_that_is_not_as_described_is_named_and_no_code_is_told(api, changes, name, reason):
    answer = api.pay("", order(**changes))

    assert outcome(answer) == (400, None)
    assert fields(answer)[name] == reason
    assert outcome(api.look("order-0001")) == (404, "5090")


def test_every_member_that_a_till_may_send_is_known(api):
    line = {
        "name": "Popcorn",
        "id": "1",
        "totalAmount": 1250,
        "totalAmountExcludingTax": 1000,
        "totalTaxAmount": 250,
        "taxRate": 2500,
        "unitInfo": {"unitPrice": 1250, "quantity": "1.5", "quantityUnit": "PCS"},
        "discount": None,
        "isReturn": False,
    }
    bottom = {
        "currency": "DKK",
        "paymentSources": {"card": 1250},
        "barcode": {"format": "EAN-13", "data": "123"},
        "receiptNumber": "8812",
    }
    whole = order(
        qrFormat=None,
        metadata=None,
        minimumUserAge=18,
        profile={"scope": "name"},
        returnUrl="https://shop.example",
        receipt={"orderLines": [line], "bottomLine": bottom},
        receiptUrl=None,
    )

    assert api.pay("", whole).status == 201


@pytest.mark.parametrize(
    ("content_type", "body", "wrong"),
    [
        ("text/plain", b"{}", {"content-type": "must be application/json"}),
        (None, b"{}", {"content-type": "must be application/json"}),
        ("application/json", b"{", {"body": "is not JSON"}),
        ("application/json", b"", {"body": "must be given"}),
        ("application/json", b"[]", {"body": "must be an object"}),
    ],
    ids=str,
)
def test_a_body_must_be_json_and_say_so(api, content_type, body, wrong):
    path = "/epayment/v1/payments/order-0001/capture"

    answer = api.raw("POST", path, body, {**api.headers, KEY: "key-1", "content-type": content_type})

    assert (answer.status, fields(answer)) == (400, wrong)


def test_a_charset_may_be_named(api, reserved):
    answer = api.pay(f"/{reserved()}/capture", part(1250), **{"content-type": "application/json; charset=utf-8"})

    assert answer.status == 200


def test_a_call_without_a_body_must_have_none(api, asked):
    answer = api.send("GET", f"/epayment/v1/payments/{asked()}", {"a": 1})

    assert (answer.status, fields(answer)) == (400, {"body": "must be empty"})


def test_a_query_that_is_not_described_is_refused(api, asked):
    answer = api.get(f"/epayment/v1/payments/{asked()}", verbose="yes")

    assert (answer.status, fields(answer)) == (400, {"verbose": "is not known"})


def test_a_flag_must_be_one(api, asked):
    answer = api.pay(f"/{asked()}/cancel", {"cancelTransactionOnly": "yes"})

    assert fields(answer) == {"cancelTransactionOnly": "must be true or false"}


def test_a_path_that_is_not_described_is_none(api):
    assert api.get("/epayment/v1/payment").status == 404
    assert api.send("DELETE", "/epayment/v1/payments/order-0001").status == 405
