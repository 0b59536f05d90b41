"""`manage.py add_administrator`."""

import io

from django.core.management import CommandError, call_command
import pytest

from portal.accounts.models import User
from portal.management.commands import add_administrator
from tests.accounts.colleagues import deeds
from tests.accounts.visitors import Visitor, link_in, posted
from tests.people import PASSWORD
from tests.tillapi.raw_calls import rows


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def typed(monkeypatch, db):
    """Whoever sits at the keyboard: `typed("secret")` is what they answer when they are asked."""
    prompts = []

    def answer(password):
        monkeypatch.setattr("sys.stdin", Terminal())
        monkeypatch.setattr(add_administrator, "getpass", lambda prompt: prompts.append(prompt) or password)
        return prompts

    return answer


def _add(email="Pia@Portal.example", name="Pia"):
    out = io.StringIO()
    call_command("add_administrator", email, name, stdout=out)
    return out.getvalue()


def test_it_makes_an_account_that_runs_the_portal_and_is_written_down(typed):
    prompts = typed(PASSWORD)

    printed = _add()

    user = User.objects.get()
    assert (user.email, user.name, user.is_platform_administrator, user.check_password(PASSWORD)) == (
        "pia@portal.example",
        "Pia",
        True,
        True,
    )
    assert prompts == ["Password: "]
    assert printed.endswith(" can sign in now, and is asked to add a second factor first.\n")
    facts = {"role": "platform administrator"}
    assert deeds() == [("person:invited", "manage.py", "Pia <pia@portal.example>", None, facts)]
    assert PASSWORD not in printed


def test_others_who_run_the_portal_read_of_it(typed):
    for name, is_active in (("Paul", True), ("Gone", False)):
        User.objects.create(
            email=f"{name}@portal.example".lower(), name=name, is_platform_administrator=True, is_active=is_active
        )
    typed(PASSWORD)

    _add()

    [letter] = posted()
    assert letter.to == ["paul@portal.example"]
    assert letter.subject.partition("] ")[2] == (
        "Pia <pia@portal.example> has become a platform administrator, by manage.py on the portal's machine."
    )


def test_the_account_signs_in_and_is_asked_for_a_second_factor_first(typed):
    typed(PASSWORD)
    _add()
    visitor = Visitor(User.objects.get())

    visitor.signs_in()

    assert (visitor.is_in, visitor.get("/merchants/").url) == (True, "/accounts/second-factor/")


@pytest.mark.parametrize("email", ["pia@portal.example", "PIA@portal.EXAMPLE"])
def test_an_account_that_exists_stays_as_it_is(email, typed):
    user = User.objects.create(email="pia@portal.example", name="Pia")
    typed(PASSWORD)
    stored = rows()

    with pytest.raises(CommandError) as refusal:
        _add(email)

    assert str(refusal.value) == "There is an account for pia@portal.example already. Nothing was changed."
    assert (rows(), User.objects.get().is_platform_administrator) == (stored, user.is_platform_administrator)


@pytest.mark.parametrize("email", ["", "pia", "pia@", "pia+x@portal.example", "pia@portal.example\nBcc: x@y.example"])
def test_what_is_no_address_is_refused_before_a_password_is_asked_for(email, typed):
    prompts = typed(PASSWORD)
    stored = rows()

    with pytest.raises(CommandError, match=r"Nothing was done\.$"):
        _add(email)

    assert (prompts, rows()) == ([], stored)


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", "This password is too short. It must contain at least 12 characters."),
        ("short", "This password is too short. It must contain at least 12 characters."),
        ("1qaz2wsx3edc", "This password is too common."),
        (
            "password",
            "This password is too short. It must contain at least 12 characters. This password is too common.",
        ),
        ("pia@portal.example", "The password is too similar to the email."),
    ],
)
def test_a_weak_password_is_refused(password, says, typed):
    typed(password)
    stored = rows()

    with pytest.raises(CommandError) as refusal:
        _add()

    assert (str(refusal.value), rows()) == (says, stored)


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_name_that_says_nothing_or_too_much_is_refused(name, typed):
    typed(PASSWORD)
    stored = rows()

    with pytest.raises(CommandError):
        _add(name=name)

    assert rows() == stored


@pytest.fixture
def nobody(monkeypatch, db):
    """Nobody sits at a keyboard: a container, a script."""
    monkeypatch.setattr("sys.stdin", io.StringIO("what a pipe says is no password\n"))


def test_without_a_terminal_a_letter_lets_the_account_set_its_password(nobody):
    printed = _add()

    user = User.objects.get()
    [letter] = posted()
    visitor = Visitor(user)
    set_now = visitor.sets_password(link_in(letter), PASSWORD)
    visitor.signs_in()
    assert printed == (
        "A worker sends pia@portal.example a letter now: its link sets a password, once, within three days.\n"
    )
    assert (user.name, user.is_platform_administrator, user.has_usable_password()) == ("Pia", True, False)
    assert (letter.to, letter.subject) == (["pia@portal.example"], "[PoS Portal] You can run the portal")
    assert letter.body.startswith("Hello Pia,\n\nYou run this portal from now on: ")
    assert (set_now.status_code, visitor.is_in, visitor.get("/merchants/").url) == (
        302,
        True,
        "/accounts/second-factor/",
    )


def test_without_a_terminal_it_is_written_down_and_told_as_with_one(nobody):
    User.objects.create(email="paul@portal.example", name="Paul", is_platform_administrator=True)

    _add()

    facts = {"role": "platform administrator"}
    assert deeds() == [("person:invited", "manage.py", "Pia <pia@portal.example>", None, facts)]
    assert sorted(letter.to for letter in posted()) == [["paul@portal.example"], ["pia@portal.example"]]


def test_without_a_terminal_an_account_that_exists_gets_no_letter(nobody):
    User.objects.create(email="pia@portal.example", name="Pia")
    stored = rows()

    with pytest.raises(CommandError, match=r"^There is an account for pia@portal\.example already\. Nothing was"):
        _add()

    assert (rows(), posted()) == (stored, [])
