"""Which answers can be the token service's own."""

import pytest

from portal.mobilepay.errors import Busy, Rejected, Unauthorized, Unreachable, Unreadable
from portal.mobilepay.posv10 import own_answers
from tests.mobilepay.clients import answer, tokens_from
from tests.mobilepay.posv10.foreign_answers import IS_NOT_OWN, foreign


@foreign
@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_refusal_of_something_in_front_of_the_token_service_is_no_answer(status, body):
    with pytest.raises(Unreadable, match=IS_NOT_OWN.format(status)):
        own_answers.read_token(status, body)


@pytest.mark.parametrize("status", [302, 304, 400, 402, 403, 404, 405, 409, 418])
def test_refusal_of_the_token_service_without_a_body_is_no_answer(status):
    with pytest.raises(Unreadable, match=IS_NOT_OWN.format(status)):
        own_answers.read_token(status, b"")


@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_refusal_of_the_token_service_has_an_error(status):
    with pytest.raises(Rejected, match=f"^HTTP {status}$") as refusal:
        own_answers.read_token(status, b'{"error": "invalid_client"}')

    assert type(refusal.value) is Rejected


@pytest.mark.parametrize("body", [b"", b" \n", b'{"error": "invalid_client"}'], ids=str)
def test_401_of_the_token_service_says_that_our_credentials_are_wrong(body):
    with pytest.raises(Unauthorized, match=r"^HTTP 401$") as refusal:
        own_answers.read_token(401, body)

    assert refusal.value.is_own is True


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'"ok"', b"\xff", b'{"message": "who?"}'], ids=str)
def test_401_of_something_in_front_of_the_token_service_is_no_answer(body):
    with pytest.raises(Unreadable, match=IS_NOT_OWN.format(401)):
        own_answers.read_token(401, body)


@pytest.mark.parametrize(("status", "error"), [(408, Busy), (429, Busy), (500, Unreachable), (503, Unreachable)])
def test_token_service_that_cannot_answer_now_is_no_answer(status, error):
    with pytest.raises(error, match=f"^HTTP {status}$") as failure:
        own_answers.read_token(status, b'{"error": "invalid_client"}')

    assert type(failure.value) is error


@foreign
@pytest.mark.parametrize("status", [200, 202])
def test_success_of_something_in_front_of_the_token_service_is_no_token(script, http, status, body):
    script.will_answer(*[answer(body, status=f"{status} Said")] * 3)

    with pytest.raises(Unreadable):
        tokens_from(script.url, http).get()
