"""One mailbox is one person, however many accounts it has come to."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
import pytest

from portal import clock
from portal.accounts.models import User
from portal.accounts.services import people
from portal.accounts.services.people import AlreadyMember, OwnMembership
from portal.roles import Role
from tests.accounts.company import accounts, errors
from tests.accounts.company import people as everybody
from tests.desk import hire
from tests.tillapi.wire import rows

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

    response = administrator.send("people/invite/", email=email, name="Carl Two", role="approver", is_whole="on")

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


@pytest.fixture
def old(transactional_db):
    """The models of a database that has not seen mailboxes yet."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    yield MigrationExecutor(connection).loader.project_state(BEFORE).apps
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_old_accounts_get_their_mailbox_even_when_they_share_it(old):
    emails = ["anna@kino.example", "anna+2@kino.example", f"anna@ki{ZERO_WIDTH}no.example", "bent@kino.example"]
    _write(old, emails)

    _migrate()

    kept = User.objects.order_by("pk").values_list("email", "mailbox", "memberships__invited_as")
    assert list(kept) == [
        (email, "bent@kino.example" if email.startswith("bent") else "anna@kino.example", email[:4]) for email in emails
    ]
    came = User.objects.order_by("pk").values_list("memberships__accepted_at", flat=True)
    assert [moment is not None for moment in came] == [True, False, True, True]


def test_old_accounts_are_found_at_the_door_by_the_spelling_that_is_kept_now(old):
    _write(old, ["nora@bl\xe5b\xe6r.example", "anna@kino.example", "anna@kino.example."])

    _migrate()

    assert accounts() == ["anna@kino.example", "anna@kino.example.", "nora@xn--blbr-roah.example"]


def _migrate():
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def _write(old, emails):
    """Accounts as the previous release wrote them; those with a `+tag` have never signed in."""
    kino = old.get_model("terminals", "Merchant").objects.create(
        bio_code="KINO1", name="Kino", vat_number="DK12345678", currencies=["DKK"]
    )
    for email in emails:
        came = clock.now() if "+" not in email else None
        user = old.get_model("accounts", "User").objects.create(email=email, name=email[:4], last_login=came)
        old.get_model("accounts", "Membership").objects.create(user_id=user.pk, merchant_id=kino.pk, role="clerk")
