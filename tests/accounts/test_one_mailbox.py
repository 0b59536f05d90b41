"""One mailbox is one person, however many accounts it has come to."""

import pytest

from portal.accounts.models import User
from portal.accounts.services import people
from portal.accounts.services.people import AlreadyMember, OwnMembership
from portal.roles import Role
from tests.accounts.colleagues import accounts, errors
from tests.accounts.colleagues import people as everybody
from tests.people import hire
from tests.tillapi.raw_calls import rows

ZERO_WIDTH = "\u200b"
BEFORE = [("accounts", "0001_initial"), ("mfa", "0003_authenticator_type_uniq"), ("terminals", "0002_back_office")]


@pytest.mark.parametrize(
    "email",
    [
        f"carl@ki{ZERO_WIDTH}no.example",
        '"carl"@kino.example',
        "carl+approver@kino.example",
        "carl(x)@kino.example",
        "c\u0430rl@kino.example",
    ],
)
def test_nobody_is_invited_a_second_time_by_another_spelling_of_their_mailbox(email, administrator, clerk):
    stored = rows()

    response = administrator.send("people/invite/", email=email, name="Carl Two", role="approver", all_stores="on")

    assert list(errors(response)) == ["email"]
    assert rows() == stored


@pytest.mark.parametrize(
    "email", ["CARL@kino.example.", "\uff43arl@kino.example", "carl@\uff4bino.example", "carl\uff20kino\u3002example"]
)
def test_spellings_that_mail_takes_for_one_lead_to_the_account_that_is_there(email, administrator, clerk):
    with pytest.raises(AlreadyMember):
        people.invite(
            merchant=administrator.merchant,
            email=email,
            name="C",
            role=Role.APPROVER,
            stores=None,
            by=administrator.user,
        )

    assert accounts() == ["anna@kino.example", "carl@kino.example"]


def test_two_accounts_that_share_a_mailbox_are_one_person(administrator, clerk):
    twin = hire("carl+old@kino.example", administrator.merchant, Role.APPROVER)
    dots, dotless = (User.objects.create(email=f"{name}@gmail.com", name="G") for name in ("an.na", "anna"))

    assert twin.user.is_same_person_as(clerk.user) is True
    assert twin.user.is_same_person_as(administrator.user) is False
    assert dots.is_same_person_as(dotless) is True
    assert set(clerk.user.accounts) == {clerk.user, twin.user}


def test_nobody_changes_their_own_role_by_another_account_of_theirs(administrator):
    twin = hire("anna+2@kino.example", administrator.merchant, Role.CLERK)
    membership = twin.user.memberships.get()
    before = everybody()

    for deed in (
        lambda: people.change(membership=membership, role=Role.APPROVER, stores=None, by=administrator.user),
        lambda: people.remove(membership=membership, by=administrator.user),
    ):
        with pytest.raises(OwnMembership):
            deed()

    assert everybody() == before
