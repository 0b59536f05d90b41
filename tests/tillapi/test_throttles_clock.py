"""A clock that is set right shuts no till out."""

import pytest

from tests.tillapi.raw_calls import call


@pytest.mark.parametrize("limit", ["TILL_RATE_LIMIT", "MERCHANT_RATE_LIMIT"])
def test_a_clock_that_was_ahead_and_is_set_back_shuts_no_till_out(till, settings, time_machine, limit):
    setattr(settings, limit, "2/second")
    time_machine.move_to("2027-05-04 13:00:00Z", tick=False)
    ahead = [call("GET", "payments", token=till.token).status for _ in range(3)]

    time_machine.move_to("2027-05-04 12:00:00Z", tick=False)
    back = [call("GET", "payments", token=till.token).status for _ in range(3)]

    assert (ahead[2], back[2]) == (429, 429)
    assert 429 not in ahead[:2] + back[:2]


def test_an_address_that_guessed_while_the_clock_was_ahead_may_guess_again_when_it_is_right(
    merchants, settings, time_machine
):
    settings.WRONG_TOKEN_RATE_LIMIT = "1/second"
    time_machine.move_to("2027-05-04 13:00:00Z", tick=False)
    ahead = [call("GET", "payments", token="guess", address="203.0.113.77").status for _ in range(2)]

    time_machine.move_to("2027-05-04 12:00:00Z", tick=False)
    back = [call("GET", "payments", token="guess", address="203.0.113.77").status for _ in range(2)]

    assert (ahead, back) == ([401, 429], [401, 429])
