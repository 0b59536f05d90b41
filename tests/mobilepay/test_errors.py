"""The family of errors, and MobilePay's codes in words."""

import re

import pytest

from portal.mobilepay.errors import (
    Busy,
    Code,
    Conflict,
    Contradiction,
    MobilePayError,
    NotFound,
    Rejected,
    Unauthorized,
    Unreachable,
    Unreadable,
)

# The complete list of the protocol: docs/protocol/posv10.md, Errors.
CODES = re.findall(
    "[0-9]+",
    """
    1099 1100 1102 1109 1110 1111 1112 1113 1114 1116 1117 1118 1119 1120 1121 1122
    1151 1155 1159 1152 1156 1160 1153 1157 1161 1162 1163 1164 1182
    1400 1401 1402 1403 1406 1407 1408 1409 1410 1411
    1004 1000 1001 1002 1200 1202 1204
    1300 1301 1303 1304 1305 1306 1307 1308 1351 1352 1354 1365 1366 1367 1368
    """,
)
# What is checked before MobilePay looks at the payment at all: docs/protocol/posv10.md, Common request headers.
HEADER_CODES = [code for code in CODES if "1151" <= code <= "1182"]


def test_every_code_of_the_protocol_is_known():
    assert sorted(code.value for code in Code) == sorted(CODES)


def test_every_code_is_explained_in_words_of_its_own():
    explanations = {Rejected("HTTP 409", code=code).explanation for code in CODES}

    assert len(explanations) == len(CODES)
    assert explanations == {code.meaning for code in Code}


def test_code_equals_the_text_that_came_over_the_wire():
    assert Code("1301") is Code.PAYMENT_ALREADY_ACTIVE
    assert Code.PAYMENT_ALREADY_ACTIVE == "1301"
    assert str(Code.PAYMENT_ALREADY_ACTIVE) == "1301"


@pytest.mark.parametrize("code", ["", "2000", "9999", "PAYMENT_ALREADY_ACTIVE"])
def test_code_that_the_table_does_not_know_is_not_explained(code):
    error = MobilePayError("HTTP 418", code=code)

    assert error.explanation == "nothing that the portal understands"


def test_what_the_network_says_is_cleaned_where_it_comes_in():
    error = Rejected("HTTP 409", code="13\x00\ud80004" + "0" * 100, correlation_id="a\u202eb\n" + "c" * 100)

    assert (error.code, error.correlation_id) == ("13040000", "ab " + "c" * 61)
    assert Conflict("HTTP 409", code="1304\x00").again().code == Code.NOT_RESERVED


def test_error_carries_what_support_will_ask_for():
    error = Unreachable("HTTP 500", code="2000", correlation_id="abc")

    assert (str(error), error.code, error.correlation_id) == ("HTTP 500", "2000", "abc")


@pytest.mark.parametrize(
    ("kind", "base"),
    [
        (Unreachable, MobilePayError),
        (Busy, Unreachable),
        (Unreadable, Unreachable),
        (Contradiction, Unreachable),
        (Rejected, MobilePayError),
        (Conflict, Rejected),
        (NotFound, Rejected),
        (Unauthorized, Rejected),
    ],
)
def test_error_has_its_place_in_the_family(kind, base):
    assert kind.__base__ is base


def test_refusal_is_certain_unless_somebody_knows_better():
    refusal, other = Rejected("HTTP 400"), Rejected("HTTP 400")

    other.is_certain = False

    assert (refusal.is_certain, other.is_certain) == (True, False)


@pytest.mark.parametrize(
    ("error", "is_about_the_state"),
    [
        (Conflict("HTTP 409"), True),
        (NotFound("HTTP 404", code=Code.REFUND_NOT_FOUND), True),
        (NotFound("HTTP 404"), False),
        (Rejected("HTTP 400", code=Code.INVALID_AMOUNT), True),
        (Rejected("HTTP 400"), False),
        (Rejected("HTTP 400", code="9999"), False),
        (Rejected("HTTP 403"), False),
        (Unauthorized("HTTP 401"), False),
    ],
)
def test_refusal_is_about_the_state_or_about_us(error, is_about_the_state):
    assert error.is_about_the_state is is_about_the_state


def test_refusal_of_our_headers_tells_nothing_about_the_payment():
    believed = [code for code in HEADER_CODES if Rejected("HTTP 400", code=code).is_about_the_state]

    assert believed == []


STATE, FIELD, HEADER = Code.NOT_RESERVED, Code.INVALID_AMOUNT, Code.MISSING_VAT


@pytest.mark.parametrize(
    ("refusal", "at_first", "later"),
    [
        pytest.param(Conflict("HTTP 409", code=STATE), True, True, id="about the state"),
        pytest.param(Rejected("HTTP 400", code=FIELD), True, True, id="about a field"),
        pytest.param(NotFound("HTTP 404", code=Code.REFUND_NOT_FOUND), True, True, id="unknown, with a code"),
        pytest.param(Rejected("HTTP 400", code=HEADER), True, False, id="about a header"),
        pytest.param(Rejected("HTTP 403", code="1499"), True, False, id="of a code that nobody knows"),
        pytest.param(Unauthorized("HTTP 401"), True, False, id="of our credentials"),
        pytest.param(NotFound("HTTP 404"), False, False, id="unknown, which anything on the way may have said"),
    ],
)
def test_refusal_ends_the_matter_if_no_earlier_try_can_have_been_carried_out(refusal, at_first, later):
    assert (refusal.is_final(is_first=True), refusal.is_final(is_first=False)) == (at_first, later)


def test_refusal_after_a_lost_try_ends_nothing_though_it_was_asked_for_first():
    refusal = Rejected("HTTP 403", code="1499")

    refusal.is_certain = False

    assert refusal.is_final(is_first=True) is False


def test_refusal_that_ends_the_matter_is_given():
    refusal = Conflict("HTTP 409", code=STATE)

    assert refusal.must_be_final(is_first=False) is refusal


def test_refusal_that_is_not_final_is_raised_as_no_answer_with_the_facts_for_support():
    refusal = NotFound("HTTP 404", correlation_id="abc")

    with pytest.raises(Unreachable) as silence:
        refusal.must_be_final(is_first=True)

    assert (str(silence.value), silence.value.code, silence.value.correlation_id) == ("HTTP 404", "", "abc")
    assert silence.value.__cause__ is refusal


@pytest.mark.parametrize(
    "error",
    [Unreachable("HTTP 500"), Busy("HTTP 429"), Unreadable("HTTP 404"), Contradiction({"amount": "99 DKK"})],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("is_first", [True, False])
def test_what_is_no_answer_ends_nothing(error, is_first):
    with pytest.raises(Unreachable) as raised:
        error.must_be_final(is_first=is_first)

    assert raised.value is error


def test_refused_credentials_are_explained_without_a_code():
    assert Unauthorized("HTTP 401").explanation == "the portal's credentials are not accepted"


def test_contradiction_tells_what_was_said_instead():
    error = Contradiction({"amount": "99 DKK"})

    assert (str(error), error.said) == ("an answer that contradicts what was asked for", {"amount": "99 DKK"})


@pytest.mark.parametrize("error", [Unauthorized("HTTP 401"), Busy("HTTP 429", code="1499", correlation_id="abc")])
def test_trouble_is_the_same_for_who_waited_for_it(error):
    again = error.again()

    assert again is not error
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
