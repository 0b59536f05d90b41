"""`manage.py remove_second_factor`."""

import io

from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
import pytest

from portal.accounts.models import User
from tests.accounts.colleagues import deeds
from tests.accounts.visitors import Visitor, link_in, posted
from tests.people import PASSWORD
from tests.tillapi.raw_calls import rows

NEW = "a new horse, a new battery"


@pytest.fixture
def pia(db):
    """A platform administrator with an authenticator app."""
    user = User(email="pia@portal.example", name="Pia", is_platform_administrator=True)
    user.set_password(PASSWORD)
    user.save()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    return user


@pytest.fixture
def typed(monkeypatch):
    """Whoever sits at the keyboard, and gives this as the reason; gives what they are asked."""
    prompts = []

    def answer(reason):
        monkeypatch.setattr("builtins.input", lambda prompt: prompts.append(prompt) or reason)
        return prompts

    return answer


def _remove(email="PIA@portal.example"):
    out = io.StringIO()
    call_command("remove_second_factor", email, stdout=out)
    return out.getvalue()


def test_a_platform_administrator_who_has_lost_it_comes_back_by_their_mailbox(pia, typed):
    prompts = typed("  Lost the phone.  ")

    printed = _remove()

    [letter] = posted()
    visitor = Visitor(pia)
    visitor.signs_in()
    with_the_old = visitor.is_in
    visitor.sets_password(link_in(letter), NEW)
    visitor.signs_in(NEW)
    assert prompts == ["Why is the second factor of Pia <pia@portal.example> to be removed? "]
    assert printed == (
        "pia@portal.example is signed out everywhere, and gets a letter with a link to choose a new password.\n"
    )
    assert "manage.py on the portal's machine has removed your second factor" in letter.body
    assert (Authenticator.objects.count(), with_the_old, visitor.is_in) == (0, False, True)
    assert visitor.get("/").url == "/accounts/second-factor/"
    [noted] = [deed for deed in deeds() if deed[0] == "person:factors_removed"]
    assert noted[1:] == ("manage.py", "Pia <pia@portal.example>", None, {"reason": "Lost the phone."})


def test_others_who_run_the_portal_read_of_it(pia, typed):
    User.objects.create(email="paul@portal.example", name="Paul", is_platform_administrator=True)
    typed("Lost the phone.")

    _remove()

    letters = {letter.to[0]: letter.subject.partition("] ")[2] for letter in posted()}
    assert letters == {
        "pia@portal.example": "Your second factor was removed",
        "paul@portal.example": (
            "The second factor of Pia <pia@portal.example> was removed by manage.py on the portal's machine."
        ),
    }


def test_nobody_of_that_address_is_told_so_and_no_reason_is_asked_for(pia, typed):
    prompts = typed("Lost the phone.")
    stored = rows()

    with pytest.raises(CommandError) as refusal:
        _remove("paul@portal.example")

    assert str(refusal.value) == "There is no account for paul@portal.example. Nothing was changed."
    assert (prompts, rows()) == ([], stored)


def test_whoever_has_none_keeps_their_password(pia, typed):
    Authenticator.objects.all().delete()
    typed("Lost the phone.")
    stored = rows()

    with pytest.raises(CommandError) as refusal:
        _remove()

    assert str(refusal.value) == "Pia has no second factor here that could be removed. Nothing was changed."
    assert rows() == stored


@pytest.mark.parametrize("reason", ["", "ab", "x" * 201])
def test_a_reason_that_says_nothing_or_too_much_changes_nothing(reason, pia, typed):
    typed(reason)
    stored = rows()

    with pytest.raises(CommandError):
        _remove()

    assert rows() == stored
