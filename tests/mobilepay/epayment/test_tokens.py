"""The access token of a sales unit."""

import pytest

from portal.mobilepay.errors import Unauthorized, Unreadable
from tests.mobilepay.clients import MemoryStore, answer
from tests.mobilepay.epayment.conftest import tokens_to


def test_a_token_is_asked_for_with_the_sales_units_keys(script, http):
    store = MemoryStore()
    script.will_answer(answer({"token_type": "Bearer", "expires_in": "3600", "access_token": "token-1"}))

    token = tokens_to(script.url, http, store=store, clock=lambda: 1000.0).get()

    [asked] = script.asked
    assert (token, asked.line, asked.body) == ("token-1", "POST /accesstoken/get", b"")
    wanted = {
        "client_id": "a-client",
        "client_secret": "a-secret",
        "ocp-apim-subscription-key": "a-subscription",
        "merchant-serial-number": "123456",
    }
    assert {name: asked.headers[name] for name in wanted} == wanted
    # A minute before it expires there is to be another one.
    assert (store.text, store.seconds) == ("4540 token-1", 3600)


def test_refused_keys_are_told_apart_from_silence(script, http):
    script.will_answer(answer({"title": "No", "traceId": "t"}, status="401 Unauthorized"))

    with pytest.raises(Unauthorized):
        tokens_to(script.url, http).get()


def test_an_answer_without_a_token_is_none(script, http):
    script.will_answer(answer({"expires_in": "3600"}))

    with pytest.raises(Unreadable, match="holds no token"):
        tokens_to(script.url, http).get()
