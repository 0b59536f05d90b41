"""Every code that a call lists as its own can be brought about, and there is no other: see refused/."""

import pytest

from portal.tillapi import catalogue
from tests.tillapi.refused import management, payments, refunds  # noqa: F401 - they fill the table
from tests.tillapi.refused.shop import SCENARIOS, Shop

# test_refusals.py asks these of every call.
OF_EVERY_CALL = {
    *("parameter_missing", "parameter_invalid", "parameter_repeated", "idempotency_key_invalid", "request_unusable"),
    *("body_unreadable", "body_too_large", "unsupported_media_type"),
    *("not_authenticated", "merchant_disabled", "too_many_calls"),
}


@pytest.fixture
def shop(till, customer, pos, simulator, merchants, later, monkeypatch):
    return Shop(till, customer, pos, simulator, merchants["KINO1"], later, monkeypatch)


def test_every_code_of_a_calls_own_is_brought_about_here():
    own = {
        (call.path, refusal.code): refusal.status
        for call in catalogue.calls()
        for refusal in call.refusals
        if refusal.code not in OF_EVERY_CALL
    }

    assert set(SCENARIOS) == set(own)


@pytest.mark.parametrize(("path", "code"), sorted(SCENARIOS))
def test_a_call_is_refused_with_every_code_that_it_lists(path, code, shop):
    answer = SCENARIOS[path, code](shop, path)

    [call] = [each for each in catalogue.calls() if each.path == path]
    [status] = {refusal.status for refusal in call.refusals if refusal.code == code}
    assert (answer.status, answer.codes) == (status, [code]), answer.body
