"""A code of an authenticator app is taken once, as long as it is right, at whichever door."""

from datetime import UTC, datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import validate_totp_code
from django.core.cache import caches
import pytest

from portal import clock
from portal.accounts.models import LastCode
from portal.accounts.services import codes
from portal.roles import Role
from tests.accounts.colleagues import deeds
from tests.accounts.visitors import AUTHENTICATE, Visitor, code
from tests.pages import one, words
from tests.payments.threads import at_once
from tests.people import hire

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def anna(merchants):
    """An administrator who has just signed in, with a password alone, and proved it again."""
    visitor = Visitor(hire("anna@kino.example", merchants["KINO1"], Role.ADMINISTRATOR).user)
    visitor.signs_in()
    visitor.proves_it_again()
    return visitor


def _next_minutes():
    """The first second of a code's half-minute, a few minutes from now."""
    seconds = int(clock.now().timestamp())
    return datetime.fromtimestamp(seconds - seconds % 30 + 300, tz=UTC)


@pytest.mark.parametrize("seconds", [0, 29, 32, 59, 89])
def test_a_code_opens_no_door_again_as_long_as_it_is_right(seconds, anna, time_machine):
    """It is right from half a minute before it is shown until half a minute after; caches forget it sooner."""
    secret, _ = anna.adds_factor()
    time_machine.move_to(_next_minutes(), tick=False)
    same, first, second = code(secret, steps=1), Visitor(anna.user), Visitor(anna.user)
    for visitor in (first, second):
        visitor.signs_in()
    first.post(AUTHENTICATE, code=same)
    time_machine.shift(timedelta(seconds=seconds))
    caches["default"].clear()

    response = second.post(AUTHENTICATE, code=same)

    assert validate_totp_code(secret, same) is True
    assert (first.is_in, second.is_nobody, response.status_code) == (True, True, 200)
    assert deeds()[-1][0] == "person:sign_in_failed"


@pytest.mark.parametrize("way", [AUTHENTICATE, "/accounts/2fa/reauthenticate/"])
def test_a_code_that_opened_the_door_proves_nothing_afterwards_and_an_older_one_neither(way, anna, time_machine):
    secret, _ = anna.adds_factor()
    time_machine.move_to(_next_minutes(), tick=False)
    anna.post("/accounts/2fa/reauthenticate/", code=code(secret))
    other = Visitor(anna.user)
    other.signs_in()
    if way != AUTHENTICATE:
        other = anna
    caches["default"].clear()

    answers = [other.post(way, code=code(secret, steps=step)).status_code for step in (0, -1, 1)]

    assert answers == [200, 200, 302]


def test_the_code_that_proved_a_new_app_opens_no_door(anna, time_machine):
    time_machine.move_to(_next_minutes(), tick=False)
    anna.proves_it_again()
    secret, _ = anna.adds_factor()
    visitor = Visitor(anna.user)
    visitor.signs_in()

    answers = [visitor.post(AUTHENTICATE, code=code(secret, steps=step)).status_code for step in (0, 1)]

    assert (answers, visitor.is_in) == ([200, 302], True)


def test_a_code_that_was_used_counts_like_a_wrong_one(anna):
    secret, _ = anna.adds_factor()
    same, visitor = code(secret, steps=1), Visitor(anna.user)
    visitor.signs_in()
    visitor.post(AUTHENTICATE, code=same)
    other = Visitor(anna.user)
    other.signs_in()

    answers = [words(one(other.post(AUTHENTICATE, code=same), "main")) for _ in range(7)]

    assert ["Too many failed login attempts" in answer for answer in answers][-1] is True
    assert other.is_nobody is True


def test_of_many_who_use_one_code_at_once_one_comes_in(anna):
    secret, _ = anna.adds_factor()
    factor = Authenticator.objects.get(type="totp")
    same = code(secret, steps=1)

    taken = at_once(*[lambda: codes.use_up(factor, code=same)] * 4)

    assert sorted(taken) == [False, False, False, True]
    last = LastCode.objects.get()
    assert str(last) == f"code {last.counter}"
