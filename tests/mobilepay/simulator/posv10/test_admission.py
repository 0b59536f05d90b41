import pytest

from tests.mobilepay.simulator.client import KEY, OK, VAT, VERSION

CREATING = ["/payments", "/payments/prepare", "/pointofsales", "/refunds"]


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        (VERSION, None, "1153"),
        (VERSION, ["2.1.1", "2.1.1"], "1157"),
        (VERSION, "2.1", "1161"),
        (VERSION, "2.1.x", "1161"),
        (VAT, None, "1151"),
        (VAT, ["DK12345678", "DK12345678"], "1155"),
        (VAT, "DK-12345678", "1159"),
        (VAT, "12345678", "1159"),
    ],
)
def test_every_call_needs_a_version_and_a_merchant(api, header, value, code):
    answer = api.send("GET", "/pos/v10/stores", **{header: value})

    assert answer.outcome == (400, code)


@pytest.mark.parametrize("path", CREATING)
@pytest.mark.parametrize(
    ("value", "code"),
    [(None, "1164"), (["a", "a"], "1163"), ("", "1162"), ("a" * 37, "1162"), ("a\tb", "1162")],
)
def test_creating_calls_need_an_idempotency_key(api, path, value, code):
    answer = api.send("POST", f"/pos/v10{path}", {}, **{KEY: value})

    assert answer.outcome == (400, code)


def test_other_calls_ignore_an_idempotency_key(api):
    answer = api.send("GET", "/pos/v10/stores", **{KEY: ["a", "a"]})

    assert answer.outcome == OK


def test_headers_are_checked_in_order_and_before_the_body(api):
    wrong = {VERSION: "x", VAT: "x", KEY: ""}
    right = {VERSION: "2.1.1", VAT: "DK12345678", KEY: "a"}

    answers = [api.send("POST", "/pos/v10/refunds", {}, **wrong, authorization=None)]
    for header in (VERSION, VAT, KEY):
        answers.append(api.send("POST", "/pos/v10/refunds", {}, **wrong))
        wrong[header] = right[header]
    answers.append(api.send("POST", "/pos/v10/refunds", {}, **wrong))

    assert [answer.outcome for answer in answers] == [
        (401, None),
        (400, "1161"),
        (400, "1159"),
        (400, "1162"),
        (400, "1099"),
    ]


def test_an_error_repeats_the_correlation_id_it_was_asked_with(api):
    answer = api.send("POST", "/pos/v10/payments", CorrelationId="abc-1")

    assert answer.body == {
        "code": "1164",
        "message": "X-MobilePay-Idempotency-Key is missing",
        "correlationId": "abc-1",
    }


def test_an_error_has_a_correlation_id_of_its_own_when_none_was_sent(api):
    answers = [api.send("POST", "/pos/v10/payments") for _ in range(2)]

    assert answers[0]["correlationId"] != answers[1]["correlationId"]


def test_refund_errors_tell_their_origin(api):
    answer = api.send("GET", "/pos/v10/refunds", CorrelationId="abc-1")

    assert answer.body == {
        "code": "1110",
        "message": "Name a paymentId",
        "correlationId": "abc-1",
        "origin": "PoS",
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/pos/v10/nothing", 404),
        ("GET", "/pos/v10/payments/prepare", 404),
        ("PUT", "/pos/v10/payments", 405),
        ("DELETE", "/pos/v10/stores", 405),
    ],
)
def test_unknown_paths_and_methods_have_no_error_body(api, method, path, status):
    answer = api.send(method, path)

    assert (answer.status, answer.text) == (status, b"")
