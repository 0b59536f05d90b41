"""Others read of it whenever somebody becomes or stops being one who decides about money."""

import pytest

from portal.accounts.models import Membership, User
from portal.accounts.services import people
from portal.emails.models import Email
from portal.roles import Role
from tests.accounts.visitors import posted
from tests.people import hire


@pytest.fixture
def alma(administrator):
    """A second administrator of Kino Nord."""
    return hire("alma@kino.example", administrator.merchant, Role.ADMINISTRATOR)


def _invite(by, role, email="new@kino.example", merchant=None, stores=None):
    merchant = merchant or by.merchant
    return people.invite(merchant=merchant, email=email, name="Nora", role=role, stores=stores, by=by.user)


def _change(person, by, role):
    people.change(membership=_role_of(person), role=role, stores=None, by=by.user)


def _role_of(person):
    return Membership.objects.with_people().get(user=person.user)


def _told():
    """Who reads of a power, and what."""
    letters = [letter for letter in posted() if "You can work for" not in letter.subject]
    return [(letter.to[0], letter.subject.partition("] ")[2]) for letter in letters]


def test_other_administrators_read_who_made_whom_an_approver_and_where_to_change_it(administrator, alma, settings):
    settings.PORTAL_URL = "https://portal.example"

    _invite(administrator, Role.APPROVER)

    sentence = "Nora <new@kino.example> is invited by Anna <anna@kino.example>: approver, Kino Nord."
    assert _told() == [("alma@kino.example", sentence)]
    [letter] = [letter for letter in posted() if letter.to == ["alma@kino.example"]]
    assert letter.body == (
        f"Hello Alma,\n\n{sentence}\n\n"
        "Administrators and approvers decide about money, so you read of it whenever somebody becomes or stops being "
        "one.\nIf this is not right, change it here, and speak to the others:\n"
        f"https://portal.example/merchants/{administrator.merchant.pk}/people/\n\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Role.CLERK, Role.APPROVER),
        (Role.CLERK, Role.ADMINISTRATOR),
        (Role.APPROVER, Role.CLERK),
        (Role.APPROVER, Role.ADMINISTRATOR),
    ],
)
def test_they_read_of_every_change_from_or_to_such_a_role(before, after, administrator, alma):
    carl = hire("carl@kino.example", administrator.merchant, before)

    _change(carl, administrator, after)

    sentence = f"Carl <carl@kino.example> was changed by Anna <anna@kino.example>: {after.label.lower()}, Kino Nord."
    assert _told() == [("alma@kino.example", sentence)]


def test_whoever_is_removed_or_demoted_as_administrator_reads_of_it_too(administrator, alma):
    _change(alma, administrator, Role.AUDITOR)

    sentence = "Alma <alma@kino.example> was changed by Anna <anna@kino.example>: auditor, Kino Nord."
    assert _told() == [("alma@kino.example", sentence)]


def test_they_read_of_a_removal(administrator, alma, approver):
    people.remove(membership=_role_of(approver), by=administrator.user)

    sentence = "Asta <asta@kino.example> was removed by Anna <anna@kino.example>: approver, Kino Nord."
    assert _told() == [("alma@kino.example", sentence)]


@pytest.mark.parametrize("role", [Role.CLERK, Role.AUDITOR])
def test_nobody_is_written_to_about_roles_that_decide_nothing(role, administrator, alma):
    _invite(administrator, role)
    people.remove(
        membership=Membership.objects.with_people().get(user__email="new@kino.example"), by=administrator.user
    )

    assert _told() == []


@pytest.mark.parametrize("has_twin", [False, True])
def test_where_there_is_no_other_administrator_the_platforms_read_of_it(has_twin, administrator, platform, aarhus):
    """Another account of the same mailbox is nobody else, and an administrator of some stores is not told of all."""
    if has_twin:
        hire("anna+2@kino.example", administrator.merchant, Role.ADMINISTRATOR)
    hire("lone@kino.example", administrator.merchant, Role.ADMINISTRATOR, stores=[aarhus])
    User.objects.create(email="gone@portal.example", name="G", is_platform_administrator=True, is_active=False)

    _invite(administrator, Role.APPROVER)

    assert [to for to, _ in _told()] == ["pia@portal.example"]


def test_a_platform_administrator_who_acts_alone_is_read_of_by_the_merchants_administrators(platform, administrator):
    _invite(platform, Role.ADMINISTRATOR)

    assert [to for to, _ in _told()] == ["anna@kino.example"]


def test_a_deed_that_is_refused_tells_nobody(administrator, alma, clerk):
    with pytest.raises(people.AlreadyMember):
        _invite(administrator, Role.APPROVER, email=clerk.user.email)

    assert Email.objects.count() == 0


def test_somebody_invited_is_called_in_letters_what_the_inviter_calls_them(administrator, alma, rival):
    _invite(administrator, Role.APPROVER, email=rival.user.email)

    assert [sentence.partition(" is ")[0] for _, sentence in _told()] == ["Nora <berta@bager.example>"]
