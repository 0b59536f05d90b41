"""Who may have a token: the keys that are sent, what is refused, and what is no answer."""

from dataclasses import replace

import pytest

from portal.mobilepay.epayment.tokens import token_source
from portal.mobilepay.errors import Busy, Unauthorized, Unreachable, Unreadable
from tests.mobilepay.clients import MemoryStore, answer
from tests.mobilepay.epayment.conftest import KEYS, tokens_to

GRANT = {"token_type": "Bearer", "expires_in": "3600", "access_token": "token-1"}
TOKEN_SERVICE = {"error": "unauthorized_client", "error_description": "No", "trace_id": "t", "correlation_id": "c"}
TRIES = 3


@pytest.mark.parametrize("missing", ["client_id", "client_secret", "subscription_key"])
def test_without_a_key_nothing_is_sent(script, http, missing):
    keys = replace(KEYS, **{missing: ""})
    tokens = token_source(http, url=script.url, keys=keys, account="1/1", shared=MemoryStore())

    with pytest.raises(Unauthorized, match="there are no keys for the sales unit"):
        tokens.get()

    assert script.asked == []


def test_keys_are_not_shown():
    assert repr(KEYS) == "Keys(client_id='a-client', msn='123456')"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        ("400 Bad Request", {**TOKEN_SERVICE, "error": "invalid_request"}),
        ("401 Unauthorized", TOKEN_SERVICE),
        ("401 Unauthorized", {"statusCode": 401, "message": "Access denied due to invalid subscription key"}),
        ("403 Forbidden", {"responseInfo": {"responseCode": 403}, "result": {"message": "No"}}),
        ("400 Bad Request", {}),
    ],
)
def test_a_refusal_of_any_shape_is_one_of_the_keys_and_asked_once(script, http, status, body):
    script.will_answer(answer(body, status=status))

    with pytest.raises(Unauthorized, match=f"HTTP {status[:3]}") as caught:
        tokens_to(script.url, http).get()

    assert (caught.value.is_own, len(script.asked)) == (True, 1)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        ("403 Forbidden", b"<html>No</html>", Unreadable),
        ("400 Bad Request", b"", Unreadable),
        ("404 Not Found", TOKEN_SERVICE, Unreadable),
        ("200 OK", b"<html>Sign in</html>", Unreadable),
        ("503 Service Unavailable", b"", Unreachable),
    ],
)
def test_what_somebody_in_front_says_is_no_refusal_of_the_keys(script, http, status, body, error):
    script.will_answer(*[answer(body, status=status)] * TRIES)

    with pytest.raises(error) as caught:
        tokens_to(script.url, http).get()

    assert not isinstance(caught.value, Unauthorized)


def test_a_page_that_asks_to_sign_in_is_not_the_token_service(script, http):
    script.will_answer(*[answer(b"<html>Sign in</html>", status="401 Unauthorized")] * TRIES)

    with pytest.raises(Unauthorized) as caught:
        tokens_to(script.url, http).get()

    assert (caught.value.is_own, caught.value.is_certain) == (False, False)


def test_a_token_service_that_is_too_busy_is_asked_later(script, http):
    script.will_answer(answer(status="429 Too Many Requests"))

    with pytest.raises(Busy):
        tokens_to(script.url, http).get()


def test_one_failure_is_not_noticed(script, http):
    script.will_answer(answer(status="500 Internal Server Error"), answer(GRANT))

    assert tokens_to(script.url, http).get() == "token-1"
