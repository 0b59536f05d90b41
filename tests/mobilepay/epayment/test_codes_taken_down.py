"""Callback codes that are taken down, and whose word counts for one that was not up."""

import pytest

from portal.mobilepay.epayment.callback_codes import CallbackCodes
from portal.mobilepay.errors import Reason, Rejected, Unreadable
from tests.mobilepay.clients import answer
from tests.mobilepay.epayment.test_callback_codes import CODE, OWN_404, REF, ROOT, TRIES
from tests.mobilepay.epayment.test_driver import BARE, sent


@pytest.fixture
def codes(wire):
    return CallbackCodes(wire)


def test_a_code_is_taken_down_by_its_id(script, codes):
    script.will_answer(answer(status="204 No Content"))

    codes.delete(REF)

    assert sent(script) == [(f"DELETE {ROOT}/{CODE}", BARE, None)]


def test_a_code_that_was_not_up_is_not_found(script, codes):
    script.will_answer(OWN_404)

    with pytest.raises(Rejected) as caught:
        codes.delete(REF)

    assert (caught.value.reason, len(script.asked)) == (Reason.NOT_FOUND, 1)


def test_anybodys_404_does_not_say_that_a_code_was_not_up(script, codes):
    script.will_answer(*[answer(status="404 Not Found")] * TRIES)

    with pytest.raises(Unreadable, match="HTTP 404 that is not ePayment's own"):
        codes.delete(REF)


def test_anybodys_401_is_worth_another_token_and_then_no_answer(script, codes):
    sign_in = answer(b"<html>Sign in</html>", status="401 Unauthorized")
    script.will_answer(sign_in, answer({"expires_in": "3600", "access_token": "token-2"}), sign_in)

    with pytest.raises(Unreadable, match="HTTP 401"):
        codes.delete(REF)

    assert script.lines == [f"DELETE {ROOT}/{CODE}", "POST /accesstoken/get", f"DELETE {ROOT}/{CODE}"]
