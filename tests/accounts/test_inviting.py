"""Giving somebody a role, and an account when they have none."""

import pytest

from portal.accounts.models import Membership, User
from portal.accounts.services import people
from portal.accounts.services.people import AlreadyMember, MayNotGrant
from portal.roles import Role
from tests.accounts.colleagues import accounts, deeds
from tests.accounts.colleagues import people as everybody
from tests.people import hire
from tests.tillapi.raw_calls import rows


def _invite(by, merchant, email="new@kino.example", role=Role.CLERK, stores=None, name="Nora New"):
    return people.invite(merchant=merchant, email=email, name=name, role=role, stores=stores, by=by.user)


@pytest.mark.parametrize("role", Role)
def test_somebody_new_gets_an_account_that_nobody_can_sign_in_to_yet_and_the_role(role, administrator):
    kino = administrator.merchant

    membership = _invite(administrator, kino, role=role)

    user = User.objects.get(email="new@kino.example")
    assert (user.name, user.has_usable_password(), user.is_active, user.is_platform_administrator) == (
        "Nora New",
        False,
        True,
        False,
    )
    assert (membership.user, membership.merchant_id) == (user, kino.pk)
    assert everybody() == [
        ("anna@kino.example", "KINO1", "administrator", "all"),
        ("new@kino.example", "KINO1", role.value, "all"),
    ]
    assert deeds() == [
        (
            "person:invited",
            "anna@kino.example",
            "Nora New <new@kino.example>",
            kino.pk,
            {"role": role.value, "stores": "all stores"},
        )
    ]


def test_a_role_can_be_for_some_stores(administrator, aarhus, randers):
    _invite(administrator, administrator.merchant, stores=iter([randers, aarhus]))

    assert everybody()[1] == ("new@kino.example", "KINO1", "clerk", ["Kino Nord Aarhus", "Kino Nord Randers"])
    assert [facts for *_, facts in deeds()] == [{"role": "clerk", "stores": f"{aarhus}, {randers}"}]


def test_somebody_with_an_account_keeps_it_with_its_name_and_password(administrator, rival, merchants):
    password = rival.user.password

    membership = _invite(administrator, merchants["KINO1"], email="Berta@BAGER.example", name="Somebody Else")

    rival.user.refresh_from_db()
    assert (membership.user, rival.user.name, rival.user.password) == (rival.user, "Berta", password)
    assert everybody()[1:] == [
        ("berta@bager.example", "BAGER7", "administrator", "all"),
        ("berta@bager.example", "KINO1", "clerk", "all"),
    ]


def test_a_new_address_is_kept_in_small_letters(administrator):
    _invite(administrator, administrator.merchant, email="Nora.New@Kino.EXAMPLE")

    assert accounts() == ["anna@kino.example", "nora.new@kino.example"]


# Databases fold the letters of other scripts differently from Python; a Kelvin sign is a k.
@pytest.mark.parametrize("email", ["ANNA@BLÅBÆR.EXAMPLE", "Anna@blåbÆr.example", "\u212aai@kino.example"])
def test_an_account_is_found_again_whatever_letters_its_address_is_written_in(email, administrator, merchants):
    first = _invite(administrator, merchants["KINO1"], email=email.lower())
    Membership.objects.filter(pk=first.pk).delete()

    again = _invite(administrator, merchants["KINO1"], email=email)

    assert (again.user, User.objects.count()) == (first.user, 2)


@pytest.mark.parametrize("email", ["carl@kino.example", "CARL@Kino.example"])
def test_somebody_who_works_there_already_is_not_invited_again(email, administrator, clerk):
    stored = rows()

    with pytest.raises(AlreadyMember) as refusal:
        _invite(administrator, administrator.merchant, email=email, role=Role.AUDITOR)

    sentence = (
        "carl@kino.example works here already. Change the role in the list, or ask an administrator of all stores; "
        "nothing was sent."
    )
    assert (refusal.value.code, refusal.value.status, refusal.value.message) == ("already_member", 409, sentence)
    assert rows() == stored


def test_an_administrator_cannot_invite_themself_to_another_role(administrator):
    stored = rows()

    with pytest.raises(AlreadyMember):
        _invite(administrator, administrator.merchant, email=administrator.user.email)

    assert rows() == stored


@pytest.mark.parametrize("role", [Role.CLERK, Role.APPROVER, Role.AUDITOR])
def test_only_administrators_invite(role, merchants):
    person = hire("somebody@kino.example", merchants["KINO1"], role)
    stored = rows()

    with pytest.raises(MayNotGrant) as refusal:
        _invite(person, merchants["KINO1"], role=role)

    sentence = "You can give and take away only what you hold yourself. Nothing was changed."
    assert (refusal.value.code, refusal.value.status, refusal.value.message) == ("may_not_grant", 403, sentence)
    assert rows() == stored


def test_an_administrator_does_not_invite_to_somebody_elses_merchant(administrator, merchants):
    stored = rows()

    with pytest.raises(MayNotGrant):
        _invite(administrator, merchants["BAGER7"])

    assert rows() == stored


def test_an_administrator_of_one_store_invites_for_it_and_for_nothing_more(merchants, aarhus, randers):
    local = hire("lone@kino.example", merchants["KINO1"], Role.ADMINISTRATOR, stores=[aarhus])
    stored = rows()

    for stores in (None, [randers], [aarhus, randers]):
        with pytest.raises(MayNotGrant):
            _invite(local, merchants["KINO1"], stores=stores)
    unchanged = rows() == stored
    _invite(local, merchants["KINO1"], stores=[aarhus], role=Role.ADMINISTRATOR)

    assert unchanged is True
    assert everybody()[1] == ("new@kino.example", "KINO1", "administrator", ["Kino Nord Aarhus"])


def test_the_stores_of_another_merchant_are_nobodys_to_give(administrator, kolding):
    stored = rows()

    with pytest.raises(MayNotGrant):
        _invite(administrator, administrator.merchant, stores=[kolding])

    assert rows() == stored


def test_a_platform_administrator_invites_everywhere_themself_included(platform, merchants):
    _invite(platform, merchants["BAGER7"], role=Role.ADMINISTRATOR)
    _invite(platform, merchants["KINO1"], role=Role.AUDITOR, email=platform.user.email)

    assert everybody() == [
        ("new@kino.example", "BAGER7", "administrator", "all"),
        ("pia@portal.example", "KINO1", "auditor", "all"),
    ]
