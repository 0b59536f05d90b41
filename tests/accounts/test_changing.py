"""Changing somebody's role, and taking it away."""

import pytest

from portal.accounts.models import Membership
from portal.accounts.services import people
from portal.accounts.services.people import LastAdministrator, MayNotGrant, NoMembership, OwnMembership
from portal.roles import Right, Role
from tests.accounts.colleagues import accounts, deeds
from tests.accounts.colleagues import people as everybody
from tests.people import hire
from tests.tillapi.raw_calls import rows


def _change(person, by, role=Role.AUDITOR, stores=None, *, membership=None):
    return people.change(membership=membership or _role_of(person), role=role, stores=stores, by=by.user)


def _remove(person, by, *, membership=None):
    people.remove(membership=membership or _role_of(person), by=by.user)


def _role_of(person):
    return Membership.objects.with_people().get(user=person.user, merchant=person.merchant)


DEEDS = pytest.mark.parametrize("deed", [_change, _remove], ids=["change", "remove"])


@pytest.fixture
def local(merchants, aarhus):
    """An administrator of one store."""
    return hire("lone@kino.example", merchants["KINO1"], Role.ADMINISTRATOR, stores=[aarhus])


def test_another_role_and_other_stores_are_written_down_with_what_was_before(administrator, clerk, aarhus):
    held = _change(clerk, administrator, Role.APPROVER, [aarhus])

    assert everybody()[1] == ("carl@kino.example", "KINO1", "approver", ["Kino Nord Aarhus"])
    assert (held.role, held.all_stores, list(held.stores.all())) == ("approver", False, [aarhus])
    before = {"role": "clerk", "stores": "all stores"}
    facts = {"role": "approver", "stores": str(aarhus), "before": before}
    kino = administrator.merchant
    assert deeds() == [("person:changed", "anna@kino.example", "Carl <carl@kino.example>", kino.pk, facts)]


def test_a_role_for_some_stores_becomes_one_for_all(administrator, local, aarhus):
    _change(local, administrator, Role.ADMINISTRATOR, None)

    assert everybody()[1] == ("lone@kino.example", "KINO1", "administrator", "all")
    assert [facts["before"]["stores"] for *_, facts in deeds()] == [str(aarhus)]


def test_a_role_that_stays_the_same_is_no_change(administrator, clerk, local, aarhus):
    stored = rows()

    _change(clerk, administrator, Role.CLERK, None)
    _change(local, administrator, Role.ADMINISTRATOR, iter([aarhus]))

    assert rows() == stored


def test_somebody_removed_keeps_their_account_and_loses_the_role(administrator, clerk):
    _remove(clerk, administrator)

    assert everybody() == [("anna@kino.example", "KINO1", "administrator", "all")]
    assert accounts() == ["anna@kino.example", "carl@kino.example"]
    facts = {"role": "clerk", "stores": "all stores"}
    kino = administrator.merchant
    assert deeds() == [("person:removed", "anna@kino.example", "Carl <carl@kino.example>", kino.pk, facts)]


def test_somebody_removed_keeps_their_roles_elsewhere(administrator, rival):
    invited = people.invite(
        merchant=administrator.merchant,
        email=rival.user.email,
        name="",
        role=Role.CLERK,
        stores=None,
        by=administrator.user,
    )

    people.remove(membership=invited, by=administrator.user)

    assert everybody()[1:] == [("berta@bager.example", "BAGER7", "administrator", "all")]


@DEEDS
def test_nobody_touches_their_own_role(deed, administrator, local):
    stored = rows()

    with pytest.raises(OwnMembership) as refusal:
        deed(administrator, administrator)

    sentence = "Nobody changes or removes their own role: ask another administrator. Nothing was changed."
    assert (refusal.value.code, refusal.value.status, refusal.value.message) == ("own_membership", 409, sentence)
    assert rows() == stored


@DEEDS
@pytest.mark.parametrize("who", ["clerk", "approver", "auditor", "rival"])
def test_only_administrators_of_the_merchant_touch_roles(who, deed, administrator, request):
    person = request.getfixturevalue(who)
    colleague = hire("colleague@kino.example", administrator.merchant, Role.CLERK)
    stored = rows()

    with pytest.raises(MayNotGrant):
        deed(colleague, person)

    assert rows() == stored


@DEEDS
def test_an_administrator_of_one_store_does_not_touch_those_of_all_or_of_others(deed, administrator, local, randers):
    clerk_there = hire("there@kino.example", local.merchant, Role.CLERK, stores=[randers])
    stored = rows()

    for person in (administrator, clerk_there):
        with pytest.raises(MayNotGrant):
            deed(person, local)

    assert rows() == stored


def test_an_administrator_of_one_store_does_not_give_more_than_it(local, aarhus, randers):
    clerk_here = hire("here@kino.example", local.merchant, Role.CLERK, stores=[aarhus])
    stored = rows()

    for stores in (None, [randers], [aarhus, randers]):
        with pytest.raises(MayNotGrant):
            _change(clerk_here, local, Role.CLERK, stores)
    unchanged = rows() == stored
    _change(clerk_here, local, Role.ADMINISTRATOR, [aarhus])

    assert unchanged is True
    assert everybody()[0] == ("here@kino.example", "KINO1", "administrator", ["Kino Nord Aarhus"])


@pytest.mark.parametrize(
    ("role", "is_limited"), [(Role.AUDITOR, False), (Role.ADMINISTRATOR, True), (Role.CLERK, True)]
)
def test_the_last_administrator_of_all_stores_stays_one(role, is_limited, administrator, aarhus):
    other = hire("other@kino.example", administrator.merchant, Role.ADMINISTRATOR)
    other.user.scope  # noqa: B018 - what they may do is read at the beginning of their request
    _remove(other, administrator)
    stored = rows()

    with pytest.raises(LastAdministrator) as refusal:
        _change(administrator, other, role, [aarhus] if is_limited else None)

    sentence = "Anna is the only administrator of all stores. Make somebody else one first; nothing was changed."
    assert (refusal.value.code, refusal.value.status, refusal.value.message) == ("last_administrator", 409, sentence)
    assert rows() == stored


def test_an_administrator_who_cannot_sign_in_does_not_count_as_another(administrator, merchants):
    gone = hire("gone@kino.example", merchants["KINO1"], Role.ADMINISTRATOR)
    gone.user.is_active = False
    gone.user.save()
    stored = rows()

    with pytest.raises(LastAdministrator):
        _remove(administrator, gone)

    assert rows() == stored


def test_an_administrator_of_one_store_does_not_count_as_another(administrator, local):
    other = hire("other@kino.example", administrator.merchant, Role.ADMINISTRATOR)
    other.user.scope  # noqa: B018
    _remove(other, administrator)
    stored = rows()

    with pytest.raises(LastAdministrator):
        _remove(administrator, other)

    assert rows() == stored


def test_one_administrator_of_two_can_be_removed(administrator, merchants):
    other = hire("other@kino.example", merchants["KINO1"], Role.ADMINISTRATOR)

    _remove(administrator, other)

    assert everybody() == [("other@kino.example", "KINO1", "administrator", "all")]


@DEEDS
def test_a_platform_administrator_takes_the_last_administrators_role_too(deed, administrator, platform):
    deed(administrator, platform)

    assert [role for _, _, role, _ in everybody()] == (["auditor"] if deed is _change else [])
    assert [actor for _, actor, *_ in deeds()] == ["pia@portal.example"]


@DEEDS
def test_a_role_that_somebody_else_has_taken_away_meanwhile_is_refused_in_words(deed, administrator, clerk, platform):
    membership = _role_of(clerk)
    _remove(clerk, platform)
    stored = rows()

    with pytest.raises(NoMembership) as refusal:
        deed(clerk, administrator, membership=membership)

    sentence = "Somebody else has removed this person already. Nothing more was changed."
    assert (refusal.value.code, refusal.value.status, refusal.value.message) == ("membership_not_found", 404, sentence)
    assert rows() == stored


def test_stores_of_another_merchant_are_nobodys_to_give(administrator, clerk, kolding):
    stored = rows()

    with pytest.raises(MayNotGrant):
        _change(clerk, administrator, Role.CLERK, [kolding])

    assert rows() == stored


def test_a_role_ends_with_the_next_request(administrator, clerk):
    before = clerk.get("payments/").status_code
    _remove(clerk, administrator)

    after = clerk.get("payments/").status_code

    assert (before, after) == (200, 404)


def test_a_lesser_role_holds_from_the_next_request_on(administrator, merchants):
    other = hire("other@kino.example", merchants["KINO1"], Role.ADMINISTRATOR)
    before = other.get("people/").status_code
    _change(other, administrator, Role.CLERK)

    after = [other.get(path).status_code for path in ("people/", "payments/")]

    assert (before, after) == (200, [403, 200])
    assert _role_of(other).user.holds(Right.MANAGE_PEOPLE, merchants["KINO1"]) is False


def test_somebody_whose_account_is_switched_off_is_signed_out_with_the_next_request(clerk):
    clerk.user.is_active = False
    clerk.user.save()

    response = clerk.get("payments/")

    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={clerk.url('payments/')}")
