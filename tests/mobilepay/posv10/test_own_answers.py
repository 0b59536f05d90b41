"""An answer counts only if it can be MobilePay's own: all others are none, on whatever call."""

from decimal import Decimal

import pytest

from portal.mobilepay.errors import Busy, Reason, Rejected, Unauthorized, Unreachable, Unreadable
from portal.mobilepay.posv10 import own_answers
from tests.mobilepay.clients import answer
from tests.mobilepay.operations import OPERATIONS
from tests.mobilepay.posv10.foreign_answers import FOREIGN, IS_NOT_OWN, foreign

# Whether a success has a body, and whether the path names something.
KINDS = {
    "create": {"has_body": True, "names_a_thing": False},
    "look-up": {"has_body": True, "names_a_thing": True},
    "list": {"has_body": True, "names_a_thing": False},
    "tell": {"has_body": False, "names_a_thing": True},
}
CALLS = {row[0]: row[1] for row in OPERATIONS}
ONE_OF_EACH_KIND = ["InitiatePayment", "QueryPayment", "QueryPaymentIds", "CapturePayment", "DeletePos"]

any_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def only(*names):
    return pytest.mark.parametrize("kind", [KINDS[name] for name in names], ids=names)


@any_kind
@foreign
@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_refusal_of_something_in_front_is_no_answer_and_ends_nothing(kind, body, status):
    with pytest.raises(Unreadable, match=IS_NOT_OWN.format(status)) as error:
        own_answers.read(status, body, **kind)

    with pytest.raises(Unreadable):
        error.value.raise_unless_final(is_first=True)


@any_kind
@foreign
def test_401_of_something_in_front_is_worth_a_new_token_and_no_more(kind, body):
    with pytest.raises(Unauthorized, match=IS_NOT_OWN.format(401)) as refusal:
        own_answers.read(401, body, **kind)

    assert refusal.value.is_own is False


@any_kind
@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308, 402, 405, 406, 410, 411, 413, 415, 418, 422, 451])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code":"1301"}', b'{"paymentId":"x"}'], ids=str)
def test_status_that_mobilepay_does_not_have_is_no_answer_whatever_comes_with_it(kind, status, body):
    with pytest.raises(Unreadable, match=IS_NOT_OWN.format(status)):
        own_answers.read(status, body, **kind)


@any_kind
@pytest.mark.parametrize("status", [400, 403, 409])
@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_refusal_without_a_body_is_none_where_the_protocol_has_one(kind, status, body):
    with pytest.raises(Unreadable, match=IS_NOT_OWN.format(status)):
        own_answers.read(status, body, **kind)


@only("create", "list")
@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_404_without_a_body_is_no_answer_to_a_call_that_names_nothing_in_its_path(kind, body):
    with pytest.raises(Unreadable, match=IS_NOT_OWN.format(404)):
        own_answers.read(404, body, **kind)


@only("look-up", "tell")
@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_404_without_a_body_says_that_what_the_path_names_is_unknown_and_ends_nothing(kind, body):
    with pytest.raises(Rejected, match=r"^HTTP 404$") as refusal:
        own_answers.read(404, body, **kind)

    assert (refusal.value.reason, refusal.value.code) == (Reason.NOT_FOUND, "")
    assert refusal.value.is_final(is_first=True) is False


@any_kind
@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_401_without_a_body_is_mobilepays_own(kind, body):
    with pytest.raises(Unauthorized, match=r"^HTTP 401$") as refusal:
        own_answers.read(401, body, **kind)

    assert refusal.value.is_own is True


@any_kind
@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (400, "1099", Reason.OTHER),
        (401, "1182", Reason.NOT_ALLOWED),
        (403, "1401", Reason.NOT_ALLOWED),
        (403, "1499", Reason.NOT_ALLOWED),
        (409, "1499", Reason.OTHER),
        (404, "1004", Reason.NOT_FOUND),
        (404, "1099", Reason.NOT_FOUND),
        (409, "1301", Reason.PAYMENT_ACTIVE),
    ],
)
def test_error_body_with_a_code_of_mobilepays_kind_is_a_refusal(kind, status, code, reason):
    body = f'{{"code": "{code}", "message": "no", "correlationId": "abc", "origin": "PoS", "more": [1]}}'.encode()

    with pytest.raises(Rejected, match=f"^HTTP {status}$") as refusal:
        own_answers.read(status, body, **kind)

    assert refusal.value.reason is reason
    assert (refusal.value.code, refusal.value.trace_id) == (code, "abc")


@any_kind
@pytest.mark.parametrize("member", ["correlationId", "CorrelationId", "correlationid", "CORRELATIONID"])
@pytest.mark.parametrize("code", ['"Code": "1301"', '"code": 1301', '"CODE": "1301"'])
def test_refusal_names_its_facts_however_they_are_spelled(kind, code, member):
    with pytest.raises(Rejected) as refusal:
        own_answers.read(409, f'{{{code}, "{member}": "abc"}}'.encode(), **kind)

    assert (refusal.value.code, refusal.value.trace_id) == ("1301", "abc")
    assert refusal.value.refusal.meaning == "another payment is active on the point of sale"


@any_kind
@pytest.mark.parametrize("status", [408, 423, 425, 429])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code":"1301"}'], ids=["empty", "html", "own"])
def test_who_asks_us_to_come_back_later_is_busy_whoever_says_it(kind, status, body):
    with pytest.raises(Busy, match=f"^HTTP {status}$"):
        own_answers.read(status, body, **kind)


@any_kind
@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
@foreign
def test_failure_of_theirs_is_no_answer_whoever_says_it(kind, status, body):
    with pytest.raises(Unreachable, match=f"^HTTP {status}$") as failure:
        own_answers.read(status, body, **kind)

    assert type(failure.value) is Unreachable


def test_failure_of_theirs_keeps_the_facts_for_support():
    with pytest.raises(Unreachable) as failure:
        own_answers.read(500, b'{"code": "2000", "correlationId": "abc"}', **KINDS["create"])

    assert (failure.value.code, failure.value.trace_id) == ("2000", "abc")


@pytest.mark.parametrize("status", [409, 429, 500])
def test_facts_for_support_are_fit_to_be_kept(status):
    body = b'{"code": "1301", "correlationId": "a\\u0000b\\ud800\\u202e' + b"x" * 1000 + b'"}'

    with pytest.raises((Rejected, Unreachable)) as error:
        own_answers.read(status, body, **KINDS["create"])

    assert error.value.trace_id.startswith("abx")
    assert len(error.value.trace_id) <= 100


def test_code_of_a_failure_is_fit_to_be_kept():
    with pytest.raises(Unreachable) as failure:
        own_answers.read(503, b'{"code": "\\u0000' + b"x" * 1000 + b'"}', **KINDS["create"])

    assert "\0" not in failure.value.code
    assert len(failure.value.code) <= 100


@only("tell")
@pytest.mark.parametrize("status", [200, 204])
@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_success_without_a_body_is_one_where_the_protocol_has_none(kind, status, body):
    assert own_answers.read(status, body, **kind) is None


@only("tell")
@pytest.mark.parametrize("status", [200, 204])
@foreign
def test_success_with_a_body_is_none_where_the_protocol_has_none(kind, status, body):
    with pytest.raises(Unreadable, match=IS_NOT_OWN.format(status)):
        own_answers.read(status, body, **kind)


@only("tell")
@pytest.mark.parametrize("status", [201, 202, 203, 205, 206])
@pytest.mark.parametrize("body", [b"", b"{}"])
def test_success_of_another_kind_is_none(kind, status, body):
    with pytest.raises(Unreadable, match=IS_NOT_OWN.format(status)):
        own_answers.read(status, body, **kind)


@only("create", "look-up", "list")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \r\n",
        b"hello",
        b"<html>",
        b"{",
        b"\xff\xfe",
        b"NaN",
        b"[" * 100_000,
        b'{"amount": 1e99999999999999999999}',
    ],
    ids=["empty", "blank", "text", "html", "half", "not utf-8", "NaN", "nested", "number without end"],
)
@pytest.mark.parametrize("status", [200, 202, 204])
def test_success_that_cannot_be_read_is_none_where_the_protocol_has_a_body(kind, body, status):
    with pytest.raises(Unreadable, match=f"^HTTP {status} with a body that is not JSON$"):
        own_answers.read(status, body, **kind)


@only("create", "look-up", "list")
@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"amount": 0.1}', {"amount": Decimal("0.1")}),
        (b'{"amount": 12.50}', {"amount": Decimal("12.50")}),
        (b'{"amount": 9999999999.99}', {"amount": Decimal("9999999999.99")}),
        (b"[1, null, true]", [1, None, True]),
    ],
)
@pytest.mark.parametrize("status", [200, 201])
def test_numbers_keep_their_exact_decimals(kind, body, value, status):
    assert str(own_answers.read(status, body, **kind)) == str(value)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, "html"),
        (403, "no route"),
        (400, "status code"),
        (409, "code 404"),
        (302, "html"),
        (202, "html"),
        (200, "html"),
        (200, "ok"),
    ],
)
def test_no_call_takes_a_gateways_word_for_mobilepays(script, scripted, call, status, body):
    script.will_answer(*[answer(FOREIGN[body], status=f"{status} Said")] * 3)

    with pytest.raises(Unreadable):
        call(scripted)

    # What cannot be MobilePay's is asked for again; JSON in a success is only known for foreign once it is looked into.
    assert len(script.asked) in {1, 3}


@pytest.mark.parametrize("call", [CALLS[name] for name in ONE_OF_EACH_KIND], ids=ONE_OF_EACH_KIND)
@foreign
def test_success_with_words_of_a_gateway_is_none(script, scripted, call, body):
    script.will_answer(*[answer(body)] * 3)

    with pytest.raises(Unreadable):
        call(scripted)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_no_call_takes_a_gateways_second_401_for_mobilepays(script, scripted, call):
    script.will_answer(
        answer(FOREIGN["html"], status="401 Who"),
        answer({"access_token": "token-2", "expires_in": 3700}),
        answer(FOREIGN["no route"], status="401 Who"),
    )

    with pytest.raises(Unreadable, match=IS_NOT_OWN.format(401)):
        call(scripted)

    assert [asked.headers["authorization"].split()[0] for asked in script.asked] == ["Bearer", "Basic", "Bearer"]
