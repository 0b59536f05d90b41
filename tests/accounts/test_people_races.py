"""Administrators who act at the same moment, each in a thread of their own."""

import pytest

from portal.accounts.models import Membership, User
from portal.accounts.services import people
from portal.errors import PortalError
from portal.roles import Role
from tests.accounts.colleagues import accounts, deeds
from tests.accounts.colleagues import people as everybody
from tests.payments.threads import at_once
from tests.people import hire

pytestmark = pytest.mark.usefixtures("transactional_db")


def _outcome(deed):
    """What a service answers, or the code of its refusal; runs in a thread."""
    try:
        deed()
    except PortalError as refusal:
        return refusal.code
    return "done"


def _remover(person, by):
    """As in a request: both are read before anything is held."""
    membership = Membership.objects.with_people().get(user=person.user)
    reader = User.objects.get(pk=by.user.pk)
    assert reader.scope.grants != {}
    return lambda: _outcome(lambda: people.remove(membership=membership, by=reader))


def test_of_two_last_administrators_who_remove_each_other_one_remains(administrator, merchants):
    other = hire("other@kino.example", merchants["KINO1"], Role.ADMINISTRATOR)

    answers = at_once(_remover(other, administrator), _remover(administrator, other))

    assert sorted(answers) == ["done", "last_administrator"]
    winner = "anna@kino.example" if answers[0] == "done" else "other@kino.example"
    assert everybody() == [(winner, "KINO1", "administrator", "all")]
    assert [(action, actor) for action, actor, *_ in deeds()] == [("person:removed", winner)]


def test_of_two_last_administrators_who_demote_each_other_one_remains(administrator, merchants):
    other = hire("other@kino.example", merchants["KINO1"], Role.ADMINISTRATOR)

    def demoter(person, by):
        membership = Membership.objects.with_people().get(user=person.user)
        reader = User.objects.get(pk=by.user.pk)
        assert reader.scope.grants != {}
        return lambda: _outcome(lambda: people.change(membership=membership, role=Role.CLERK, stores=None, by=reader))

    answers = at_once(demoter(other, administrator), demoter(administrator, other))

    assert sorted(answers) == ["done", "last_administrator"]
    assert sorted(role for _, _, role, _ in everybody()) == ["administrator", "clerk"]
    assert len(deeds()) == 1


def test_of_two_administrators_who_invite_the_same_person_one_is_told_so(administrator, merchants):
    other = hire("other@kino.example", merchants["KINO1"], Role.ADMINISTRATOR)

    def inviter(by, email):
        return lambda: _outcome(
            lambda: people.invite(
                merchant=merchants["KINO1"], email=email, name="Nora", role=Role.CLERK, stores=None, by=by.user
            )
        )

    answers = at_once(inviter(administrator, "new@kino.example"), inviter(other, "New@Kino.example"))

    assert sorted(answers) == ["already_member", "done"]
    assert accounts() == ["anna@kino.example", "new@kino.example", "other@kino.example"]
    assert [action for action, *_ in deeds()] == ["person:invited"]


def test_somebody_new_who_is_invited_by_two_merchants_at_once_gets_one_account(administrator, rival):
    def inviter(by):
        return lambda: _outcome(
            lambda: people.invite(
                merchant=by.merchant, email="new@kino.example", name="Nora", role=Role.CLERK, stores=None, by=by.user
            )
        )

    answers = at_once(inviter(administrator), inviter(rival))

    assert answers == ["done", "done"]
    assert accounts() == ["anna@kino.example", "berta@bager.example", "new@kino.example"]
    assert [each[:2] for each in everybody() if each[2] == "clerk"] == [
        ("new@kino.example", "BAGER7"),
        ("new@kino.example", "KINO1"),
    ]
