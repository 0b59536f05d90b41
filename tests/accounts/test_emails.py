"""The letter to somebody who has got a role, and the link in it."""

from datetime import timedelta

from django.conf import settings
import pytest

from portal import clock
from portal.accounts.models import User
from portal.accounts.services import invitations, people
from portal.accounts.services.people import AlreadyMember
from portal.emails.models import Email
from portal.roles import Role
from tests.accounts.colleagues import deeds
from tests.accounts.colleagues import people as everybody
from tests.accounts.visitors import Visitor, link_in, posted
from tests.pages import one, words
from tests.people import PASSWORD

HOSTILE = "Nora\r\nBcc: everybody@evil.example\u2028<b>{{ 7|add:7 }}</b>"


def _invite(by, *, email="new@kino.example", name="Nora New", stores=None, role=Role.CLERK):
    merchant = by.merchant
    return people.invite(merchant=merchant, email=email, name=name, role=role, stores=stores, by=by.user)


def _letter_to(membership):
    [letter] = [letter for letter in posted() if letter.to == [membership.user.email]]
    return letter


def _read(response):
    return words(one(response, "main"))


def test_somebody_new_is_told_who_gave_them_what_and_where_to_choose_a_password(administrator):
    membership = _invite(administrator)

    letter = _letter_to(membership)

    assert (letter.to, letter.cc, letter.bcc, letter.from_email, letter.subject) == (
        ["new@kino.example"],
        [],
        [],
        "portal@kino.example",
        "[PoS Portal] You can work for Kino Nord (KINO1)",
    )
    assert letter.body == (
        "Hello Nora New,\n\nAnna has given you a role at Kino Nord: clerk.\n\n"
        "Choose a password here. The link works once, for three days; "
        "later, ask for a new one with “Forgot password”:\n"
        f"{settings.PORTAL_URL}{link_in(letter)}\n\n"
        "If you do not know what this is about, ignore it: nothing happens without you.\n\n"
    )


def test_somebody_with_a_password_is_sent_to_the_front_door(administrator, rival):
    membership = _invite(administrator, email=rival.user.email, role=Role.AUDITOR)

    letter = _letter_to(membership)

    assert letter.body == (
        "Hello Berta,\n\nAnna has given you a role at Kino Nord: auditor.\n\n"
        f"Sign in as usual:\n{settings.PORTAL_URL}/\n\n"
        "If you do not know what this is about, ignore it: nothing happens without you.\n\n"
    )


def test_a_role_for_some_stores_names_them(administrator, aarhus, randers):
    membership = _invite(administrator, stores=[aarhus, randers])

    letter = _letter_to(membership)

    named = letter.body.partition("at Kino Nord: clerk of ")[2].partition(".\n")[0]
    assert sorted(named.split(", ")) == ["Kino Nord Aarhus", "Kino Nord Randers"]


def test_the_link_sets_a_password_once(administrator):
    membership = _invite(administrator)
    visitor = Visitor(membership.user)
    link = link_in(_letter_to(membership))

    visitor.sets_password(link, PASSWORD)
    visitor.sets_password(link, "another horse battery staple")

    membership.user.refresh_from_db()
    assert membership.user.check_password(PASSWORD) is True
    assert [action for action, *_ in deeds()] == ["person:invited", "person:password_changed"]
    assert "The password reset link was invalid" in _read(visitor.get(link))
    visitor.signs_in()
    assert visitor.is_in is True


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("short", None, "This password is too short. It must contain at least 12 characters."),
        ("Nora New Nora", None, "The password is too similar to the name."),
        ("new@kino.example", None, "The password is too similar to the email."),
        ("1qaz2wsx3edc", None, "This password is too common."),
        (PASSWORD, f"{PASSWORD}r", "You must type the same password each time."),
    ],
)
def test_a_weak_password_is_not_set(password, again, says, administrator):
    membership = _invite(administrator)
    visitor = Visitor(membership.user)
    link = link_in(_letter_to(membership))
    stored = dict(User.objects.values_list("email", "password"))

    response = visitor.sets_password(link, password, again)

    assert response.status_code == 200
    assert says in _read(response)
    assert dict(User.objects.values_list("email", "password")) == stored


def test_the_link_works_for_three_days(administrator, time_machine):
    membership = _invite(administrator)
    time_machine.move_to(start := clock.now())
    link = link_in(_letter_to(membership))

    time_machine.move_to(start + timedelta(days=3, seconds=-5))
    in_time = Visitor(membership.user).get(link).status_code
    time_machine.move_to(start + timedelta(days=3, seconds=5))
    too_late = Visitor(membership.user).get(link)

    assert (in_time, too_late.status_code) == (302, 200)
    assert "The password reset link was invalid" in _read(too_late)


def test_the_link_opens_nobody_elses_account(administrator, clerk):
    membership = _invite(administrator)
    link = link_in(_letter_to(membership))
    own, _, key = link.rstrip("/").rpartition("/")[2].partition("-")
    theirs = invitations.link(clerk.user).rstrip("/").rpartition("/")[2].partition("-")[0]

    response = Visitor(clerk.user).get(f"/accounts/password/reset/key/{theirs}-{key}/")

    assert own != theirs
    assert "The password reset link was invalid" in _read(response)


def test_a_link_that_was_sent_before_the_account_was_used_is_worth_nothing_afterwards(administrator):
    membership = _invite(administrator)
    first = link_in(_letter_to(membership))
    membership.user.set_password(PASSWORD)
    membership.user.save()

    response = Visitor(membership.user).get(first)

    assert "The password reset link was invalid" in _read(response)


def test_no_name_adds_a_header_or_becomes_a_template(administrator, merchants):
    administrator.merchant.name = f"Kino\r\nX-Evil: yes\n\n{HOSTILE}"[:100]
    administrator.merchant.save()
    membership = _invite(administrator, name=HOSTILE)

    letter = _letter_to(membership)

    sent = letter.message()
    assert letter.subject == (
        "[PoS Portal] You can work for Kino X-Evil: yes Nora Bcc: everybody@evil.example <b>{{ 7|add:7 }}</b> (KINO1)"
    )
    assert (sent["Bcc"], sent["X-Evil"], sent.get_all("To")) == (None, None, ["new@kino.example"])
    assert letter.recipients() == ["new@kino.example"]
    assert "{{ 7|add:7 }}" in letter.body


def test_the_letter_is_owed_with_the_role_and_waits_for_a_mail_server_that_is_down(administrator, settings):
    settings.EMAIL_BACKEND, up = "django.core.mail.backends.smtp.EmailBackend", settings.EMAIL_BACKEND
    membership = _invite(administrator)
    posted()
    owed = Email.objects.get()
    settings.EMAIL_BACKEND = up
    Email.objects.update(due_at=clock.now())

    assert (owed.to, owed.sent_at, owed.attempts) == ("new@kino.example", None, 1)
    assert everybody()[1] == ("new@kino.example", "KINO1", "clerk", "all")
    assert link_in(_letter_to(membership)).startswith("/accounts/password/reset/key/")


def test_a_role_that_is_refused_owes_no_letter(administrator, clerk):
    with pytest.raises(AlreadyMember):
        _invite(administrator, email=clerk.user.email)

    assert Email.objects.count() == 0
