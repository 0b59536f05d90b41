"""The family of errors, and which refusal ends a matter."""

import pytest

from portal.mobilepay.errors import (
    Busy,
    Contradiction,
    NetworkError,
    Reason,
    Refusal,
    Rejected,
    Unauthorized,
    Unreachable,
    Unreadable,
)


def test_what_the_network_says_is_cleaned_where_it_comes_in():
    error = Rejected("HTTP 409", code="13\x00\ud80004" + "0" * 100, trace_id="a\u202eb\n" + "c" * 100)

    assert (error.code, error.trace_id) == ("13040000", "ab " + "c" * 61)
    assert Rejected("HTTP 409", code="1304\x00").again().code == "1304"


def test_error_carries_what_support_will_ask_for():
    error = Unreachable("HTTP 500", code="2000", trace_id="abc")

    assert (str(error), error.code, error.trace_id) == ("HTTP 500", "2000", "abc")


@pytest.mark.parametrize(
    ("kind", "base"),
    [
        (Unreachable, NetworkError),
        (Busy, Unreachable),
        (Unreadable, Unreachable),
        (Contradiction, Unreachable),
        (Rejected, NetworkError),
        (Unauthorized, Rejected),
    ],
)
def test_error_has_its_place_in_the_family(kind, base):
    assert kind.__base__ is base


def test_refusal_is_certain_unless_somebody_knows_better():
    refusal, other = Rejected("HTTP 400"), Rejected("HTTP 400")

    other.is_certain = False

    assert (refusal.is_certain, other.is_certain) == (True, False)


ABOUT_IT, ABOUT_US = Refusal(Reason.NOT_RESERVED, is_about_the_thing=True), Refusal(Reason.NOT_ALLOWED)


@pytest.mark.parametrize(
    ("refusal", "at_first", "later"),
    [
        pytest.param(Rejected("HTTP 409", refusal=ABOUT_IT), True, True, id="about the thing"),
        pytest.param(Rejected("HTTP 400", refusal=ABOUT_US), True, False, id="about us"),
        pytest.param(Unauthorized("HTTP 401"), True, False, id="of our credentials"),
        pytest.param(Unauthorized("HTTP 401", is_own=False), False, False, id="of something in front"),
    ],
)
def test_refusal_ends_the_matter_if_no_earlier_try_can_have_been_carried_out(refusal, at_first, later):
    assert (refusal.is_final(is_first=True), refusal.is_final(is_first=False)) == (at_first, later)


def test_refusal_after_a_lost_try_ends_nothing_though_it_was_asked_for_first():
    refusal = Rejected("HTTP 403", refusal=ABOUT_US)

    refusal.is_certain = False

    assert refusal.is_final(is_first=True) is False


def test_refusal_that_ends_the_matter_is_given():
    refusal = Rejected("HTTP 409", refusal=ABOUT_IT)

    assert refusal.raise_unless_final(is_first=False) is refusal


def test_refusal_that_is_not_final_is_raised_as_no_answer_with_the_facts_for_support():
    refusal = Rejected("HTTP 404", trace_id="abc")

    with pytest.raises(Unreachable) as silence:
        refusal.raise_unless_final(is_first=False)

    assert (str(silence.value), silence.value.code, silence.value.trace_id) == ("HTTP 404", "", "abc")
    assert silence.value.__cause__ is refusal


@pytest.mark.parametrize(
    "error",
    [Unreachable("HTTP 500"), Busy("HTTP 429"), Unreadable("HTTP 404"), Contradiction({"amount": "99 DKK"})],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("is_first", [True, False])
def test_what_is_no_answer_ends_nothing(error, is_first):
    with pytest.raises(Unreachable) as raised:
        error.raise_unless_final(is_first=is_first)

    assert raised.value is error


def test_refused_credentials_are_explained_without_a_code():
    assert Unauthorized("HTTP 401").refusal.meaning == "the portal's credentials are not accepted"


def test_refusal_is_explained_even_when_nobody_understands_it():
    assert Rejected("HTTP 409").refusal.meaning == "nothing that the portal understands"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Rejected("HTTP 409", refusal=ABOUT_IT), Reason.NOT_RESERVED),
        (Unauthorized("HTTP 401"), Reason.NOT_ALLOWED),
        (Unreachable("HTTP 500"), None),
        (Contradiction({}), None),
    ],
    ids=["refused", "not allowed", "silent", "contradicting"],
)
def test_only_who_said_no_has_a_reason(error, reason):
    assert error.reason is reason


def test_contradiction_tells_what_was_said_instead():
    error = Contradiction({"amount": "99 DKK"})

    assert (str(error), error.said) == ("an answer that contradicts what was asked for", {"amount": "99 DKK"})


@pytest.mark.parametrize("error", [Unauthorized("HTTP 401"), Busy("HTTP 429", code="2000", trace_id="abc")])
def test_trouble_is_the_same_for_who_waited_for_it(error):
    again = error.again()

    assert again is not error
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
