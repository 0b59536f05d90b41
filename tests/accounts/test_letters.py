"""The letter to somebody who has got a role, and the link in it."""

from datetime import timedelta

from django.core import mail
import pytest

from portal import clock
from portal.accounts.models import Membership, User
from portal.accounts.services import invitations, people
from portal.accounts.services.invitations import MailFailed
from portal.roles import Role
from tests.accounts.company import deeds
from tests.accounts.company import people as everybody
from tests.accounts.door import Visitor, link_in
from tests.desk import PASSWORD
from tests.reading import one, words
from tests.tillapi.wire import rows

HOSTILE = "Nora\r\nBcc: everybody@evil.example\u2028<b>{{ 7|add:7 }}</b>"


def _invite(by, *, email="new@kino.example", name="Nora New", stores=None, role=Role.CLERK):
    merchant = by.merchant
    return people.invite(merchant=merchant, email=email, name=name, role=role, stores=stores, by=by.user)


def _send(membership, by):
    invitations.send(membership=membership, by=by.user, portal_url="http://testserver/")
    [letter] = mail.outbox
    return letter


def _written():
    """Everything that is stored, but allauth's own note of an address, which it makes with each link."""
    return {table: content for table, content in rows().items() if table != "account_emailaddress"}


def _read(response):
    return words(one(response, "main"))


def test_somebody_new_is_told_who_gave_them_what_and_where_to_choose_a_password(administrator):
    membership = _invite(administrator)

    letter = _send(membership, administrator)

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
        f"http://testserver{link_in(letter)}\n\n"
        "If you do not know what this is about, ignore it: nothing happens without you.\n\n"
    )


def test_somebody_with_a_password_is_sent_to_the_front_door(administrator, rival):
    membership = _invite(administrator, email=rival.user.email, role=Role.AUDITOR)

    letter = _send(membership, administrator)

    assert letter.body == (
        "Hello Berta,\n\nAnna has given you a role at Kino Nord: auditor.\n\n"
        "Sign in as usual:\nhttp://testserver/\n\n"
        "If you do not know what this is about, ignore it: nothing happens without you.\n\n"
    )


def test_a_role_for_some_stores_names_them(administrator, aarhus, randers):
    membership = _invite(administrator, stores=[aarhus, randers])

    letter = _send(membership, administrator)

    named = letter.body.partition("at Kino Nord: clerk of ")[2].partition(".\n")[0]
    assert sorted(named.split(", ")) == ["Kino Nord Aarhus", "Kino Nord Randers"]


def test_the_link_sets_a_password_once(administrator):
    membership = _invite(administrator)
    visitor = Visitor(membership.user)
    link = link_in(_send(membership, administrator))

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
    link = link_in(_send(membership, administrator))
    stored = dict(User.objects.values_list("email", "password"))

    response = visitor.sets_password(link, password, again)

    assert response.status_code == 200
    assert says in _read(response)
    assert dict(User.objects.values_list("email", "password")) == stored


def test_the_link_works_for_three_days(administrator, time_machine):
    membership = _invite(administrator)
    time_machine.move_to(start := clock.now())
    link = link_in(_send(membership, administrator))

    time_machine.move_to(start + timedelta(days=3, seconds=-5))
    in_time = Visitor(membership.user).get(link).status_code
    time_machine.move_to(start + timedelta(days=3, seconds=5))
    too_late = Visitor(membership.user).get(link)

    assert (in_time, too_late.status_code) == (302, 200)
    assert "The password reset link was invalid" in _read(too_late)


def test_the_link_opens_nobody_elses_account(administrator, clerk):
    membership = _invite(administrator)
    link = link_in(_send(membership, administrator))
    own, _, key = link.rstrip("/").rpartition("/")[2].partition("-")
    theirs = invitations.path(clerk.user).rstrip("/").rpartition("/")[2].partition("-")[0]

    response = Visitor(clerk.user).get(f"/accounts/password/reset/key/{theirs}-{key}/")

    assert own != theirs
    assert "The password reset link was invalid" in _read(response)


def test_a_link_that_was_sent_before_the_account_was_used_is_worth_nothing_afterwards(administrator):
    membership = _invite(administrator)
    first = link_in(_send(membership, administrator))
    membership.user.set_password(PASSWORD)
    membership.user.save()

    response = Visitor(membership.user).get(first)

    assert "The password reset link was invalid" in _read(response)


def test_no_name_adds_a_header_or_becomes_a_template(administrator, merchants):
    merchants["KINO1"].name = f"Kino\r\nX-Evil: yes\n\n{HOSTILE}"[:100]
    merchants["KINO1"].save()
    membership = _invite(administrator, name=HOSTILE)

    letter = _send(Membership.objects.with_people().get(pk=membership.pk), administrator)

    sent = letter.message()
    assert letter.subject == (
        "[PoS Portal] You can work for Kino X-Evil: yes Nora Bcc: everybody@evil.example <b>{{ 7|add:7 }}</b> (KINO1)"
    )
    assert (sent["Bcc"], sent["X-Evil"], sent.get_all("To")) == (None, None, ["new@kino.example"])
    assert letter.recipients() == ["new@kino.example"]
    assert "{{ 7|add:7 }}" in letter.body


def test_a_mail_server_that_does_not_answer_leaves_the_role_and_says_so(administrator, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    membership = _invite(administrator)
    stored = _written()

    with pytest.raises(MailFailed) as refusal:
        invitations.send(membership=membership, by=administrator.user, portal_url="http://testserver/")

    assert (refusal.value.code, refusal.value.status, refusal.value.message) == (
        "mail_failed",
        503,
        (
            "The role is given, but the mail server did not take the letter to new@kino.example. "
            "Send it again in a while."
        ),
    )
    assert _written() == stored
    assert everybody()[1] == ("new@kino.example", "KINO1", "clerk", "all")
