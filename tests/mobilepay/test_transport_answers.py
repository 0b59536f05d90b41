"""What the transport makes of answers that no well-behaved server gives."""

from decimal import Decimal

import pytest

from portal.mobilepay.errors import Rejected, Unreachable, Unreadable
from tests.mobilepay.wire import answer


@pytest.fixture
def post(script, http):
    """Asks the script once, after it was given its answers."""

    def ask(*answers):
        script.will_answer(*answers)
        return http.send("POST", f"{script.url}/x", headers={})

    return ask


@pytest.mark.parametrize(
    "empty",
    [answer(), answer(b" \r\n"), answer(status="204 No Content"), answer(status="202 Accepted")],
    ids=["200", "200 with white space", "204", "202"],
)
def test_answer_without_a_body_is_none(post, empty):
    assert post(empty) is None


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"amount": 0.1}', {"amount": Decimal("0.1")}),
        (b'{"amount": 12.50}', {"amount": Decimal("12.50")}),
        (b'{"amount": 9999999999.99}', {"amount": Decimal("9999999999.99")}),
        (b"[1, null, true]", [1, None, True]),
    ],
)
def test_numbers_keep_their_exact_decimals(post, body, value):
    answered = post(answer(body, status="201 Created"))

    assert str(answered) == str(value)


@pytest.mark.parametrize("half", [answer(b'{"posId": ', length=500), b"", b"?\r\n\r\n"])
def test_answer_that_breaks_off_is_asked_for_again(script, post, pauses, half):
    answered = post(half, half, answer({"is": "whole"}))

    assert answered == {"is": "whole"}
    assert script.lines == ["POST /x"] * 3
    assert len(pauses) == 2


@pytest.mark.parametrize(
    "body",
    [b"hello", b"{", b"\xff\xfe", b"NaN", b"[" * 100_000, b'{"amount": 1e99999999999999999999}'],
    ids=["text", "half", "not UTF-8", "NaN", "nested", "number without end"],
)
def test_body_that_cannot_be_read_is_unreadable(post, body):
    with pytest.raises(Unreadable, match=r"^HTTP 200 with a body that is not JSON$"):
        post(*[answer(body)] * 3)


@pytest.mark.parametrize("member", ["correlationId", "CorrelationId", "correlationid", "CORRELATIONID"])
def test_refusal_names_its_facts_however_they_are_spelled(post, member):
    body = {"Code": "1301", "message": "no", member: "abc", "origin": "PoS", "more": {"to": "come"}}

    with pytest.raises(Rejected) as refusal:
        post(answer(body, status="400 Bad Request"))

    assert (refusal.value.code, refusal.value.correlation_id) == ("1301", "abc")


def test_code_that_comes_as_a_number_is_understood(post):
    with pytest.raises(Rejected) as refusal:
        post(answer({"code": 1301}, status="409 Conflict"))

    assert refusal.value.explanation == "another payment is active on the point of sale"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff",
        b"{}",
        b"[]",
        b"null",
        b'"1301"',
        b'{"code": null, "correlationId": null}',
        b"[" * 100_000,
    ],
    ids=["empty", "html", "not UTF-8", "object", "list", "null", "text", "nulls", "nested"],
)
def test_refusal_without_facts_is_a_refusal_all_the_same(post, body):
    with pytest.raises(Rejected) as refusal:
        post(answer(body, status="403 Forbidden"))

    assert (str(refusal.value), refusal.value.code, refusal.value.correlation_id) == ("HTTP 403", "", "")
    assert refusal.value.explanation == "nothing that the portal understands"


def test_5xx_without_json_is_unreachable(post):
    with pytest.raises(Unreachable) as failure:
        post(*[answer(b"<h1>Bad gateway</h1>", status="502 Bad Gateway")] * 3)

    assert (str(failure.value), failure.value.code) == ("HTTP 502", "")


@pytest.mark.parametrize(
    ("status", "location"),
    [
        ("301 Moved", "/elsewhere"),
        ("302 Found", "https://evil.example/"),
        ("303 See Other", "http://"),
        ("307 Temporary", "/elsewhere"),
        ("308 Permanent", "/elsewhere"),
    ],
)
def test_redirect_is_a_refusal_and_never_followed(script, post, status, location):
    redirect = answer(status=status, headers=[f"Location: {location}"])

    with pytest.raises(Rejected) as refusal:
        post(redirect, answer({"is": "elsewhere"}))

    assert str(refusal.value) == f"HTTP {status[:3]}"
    assert script.lines == ["POST /x"]


def test_redirect_to_no_address_at_all_is_no_answer(script, post):
    with pytest.raises(Unreachable, match=r"^no answer: ValueError$"):
        post(*[answer(status="302 Found", headers=["Location: http://["])] * 3)

    assert script.lines == ["POST /x"] * 3
