"""Only ePayment's own answers count, whatever shape its errors have."""

from itertools import product
import json
import logging

import pytest

from portal.mobilepay.epayment import own_answers
from portal.mobilepay.epayment.errors import refusal_of
from portal.mobilepay.errors import Busy, Reason, Rejected, Unauthorized, Unreachable, Unreadable
from tests.mobilepay.epayment.conftest import problem

HTML = b"<html>Sign in</html>"


def read(status, said):
    return own_answers.read(status, said if isinstance(said, bytes) else json.dumps(said).encode())


@pytest.mark.parametrize(("said", "wanted"), [({"a": 1}, {"a": 1}), (b"", None), (b" \r\n", None), ([], [])])
def test_a_success_is_given_as_it_is(said, wanted):
    assert read(200, said) == wanted


@pytest.mark.parametrize("status", [408, 423, 425, 429])
@pytest.mark.parametrize(
    "said", [b"", HTML, {"statusCode": 429, "message": "Rate limit is exceeded."}, problem("6160")]
)
def test_who_is_asked_to_come_back_comes_back(status, said):
    with pytest.raises(Busy):
        read(status, said)


@pytest.mark.parametrize("code", ["6160", "6250", "6280"])
def test_what_is_under_way_is_not_refused(code):
    with pytest.raises(Busy) as caught:
        read(400, problem(code))

    assert (caught.value.code, caught.value.trace_id) == (code, "trace-1")


@pytest.mark.parametrize(("status", "said"), [(500, b""), (502, HTML), (503, problem("3010", status="503"))])
def test_a_failure_of_theirs_says_nothing_about_the_outcome(status, said):
    with pytest.raises(Unreachable):
        read(status, said)


GATEWAYS = {"statusCode": 403, "message": "Access denied"}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        *product([302, 400, 403, 404, 409, 422], [b"", HTML, b"[]", b'"no"', {"title": "No"}, {"code": "6140"}]),
        *product([302, 400, 404, 409, 422], [GATEWAYS]),
    ],
)
def test_what_something_in_front_says_is_no_answer(status, said):
    with pytest.raises(Unreadable, match=f"HTTP {status} that is not ePayment's own"):
        read(status, said)


@pytest.mark.parametrize("said", [HTML, b"{", b"\xff"])
def test_a_success_that_is_not_json_is_no_answer(said):
    with pytest.raises(Unreadable, match="not JSON"):
        read(200, said)


@pytest.mark.parametrize(
    ("said", "is_own"),
    [
        ({"statusCode": 401, "message": "Access denied"}, True),
        ({"responseInfo": {"responseCode": 401}}, True),
        ({"message": "Access denied"}, False),
        (b"", False),
        (problem(), True),
    ],
)
def test_a_refused_token_is_worth_another_one(said, is_own):
    with pytest.raises(Unauthorized) as caught:
        read(401, said)

    assert (caught.value.is_own, caught.value.is_certain) == (is_own, is_own)


@pytest.mark.parametrize(
    ("status", "said", "reason", "ends_it"),
    [
        (403, GATEWAYS, Reason.NOT_ALLOWED, False),
        (404, problem(status=404), Reason.NOT_FOUND, True),
        (403, problem(status=403), Reason.NOT_ALLOWED, False),
        (400, problem(), Reason.OTHER, True),
        (400, problem("6260"), Reason.FUNDS_GONE, True),
        (400, problem("4050"), Reason.CUSTOMER_UNKNOWN, True),
        (400, problem("5080"), Reason.NOT_ALLOWED, False),
        (409, problem("4010", status="409"), Reason.KEY_REUSED, False),
        (400, problem("9999"), Reason.OTHER, True),
        # Whatever it is, it tells of our rights, and not how the payment stands.
        (403, problem("9999", status=403), Reason.NOT_ALLOWED, False),
        (400, problem("6140") | {"extraDetails": [7, {"name": "ErrorCode"}]}, Reason.OTHER, True),
        (400, problem() | {"extraDetails": "none"}, Reason.OTHER, True),
    ],
)
def test_a_refusal_is_read_for_its_reason_and_what_it_ends(status, said, reason, ends_it):
    with pytest.raises(Rejected) as caught:
        read(status, said)

    assert (caught.value.reason, caught.value.is_final(is_first=False)) == (reason, ends_it)


def test_a_code_that_no_table_knows_is_loud(caplog):
    caplog.set_level(logging.ERROR)

    refusal_of("9999", status=400)
    refusal_of("6140", status=400)

    assert [record.mobilepay_code for record in caplog.records] == ["9999"]
