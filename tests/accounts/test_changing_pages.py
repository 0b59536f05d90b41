"""Changing and removing somebody, as administrators do it."""

from django.core import mail
import pytest

from portal.accounts.models import Membership
from portal.roles import Role
from tests.accounts.colleagues import deeds, errors, page_of
from tests.accounts.colleagues import people as everybody
from tests.pages import toasts, value_of
from tests.people import hire
from tests.tillapi.raw_calls import rows

LIST = "people/"


def _seen_mark(person, path):
    return value_of(person.get(path), "seen")


@pytest.mark.parametrize("how", ["post", "send"])
def test_a_role_is_changed(how, administrator, clerk, aarhus):
    path = page_of(clerk)
    seen = _seen_mark(administrator, path)

    response = getattr(administrator, how)(path, role="approver", stores=[aarhus.pk], seen=seen)

    assert response.url == administrator.url(LIST)
    assert everybody()[1] == ("carl@kino.example", "KINO1", "approver", ["Kino Nord Aarhus"])
    assert toasts(administrator.get(LIST)) == ["Saved: it holds from Carl's next click on."]


def test_the_form_shows_the_role_as_it_is(administrator, local, aarhus):
    response = administrator.get(page_of(local))

    form = response.context["form"]
    assert (form["role"].value(), form["all_stores"].value(), form["stores"].value()) == (
        "administrator",
        False,
        [aarhus.pk],
    )
    assert response.context["title"] == "Change Lone's role"


def test_a_role_that_somebody_else_has_changed_meanwhile_is_shown_before_it_is_changed_again(
    administrator, clerk, platform, aarhus
):
    path = page_of(clerk)
    seen = _seen_mark(administrator, path)
    platform.post(path, role="auditor", stores=[aarhus.pk], seen=_seen_mark(platform, path))
    stored = rows()

    refused = administrator.send(path, role="approver", all_stores="on", seen=seen)
    unchanged = rows()["accounts_membership"] == stored["accounts_membership"]
    fresh = value_of(refused, "seen")
    administrator.send(path, role="approver", all_stores="on", seen=fresh)

    sentence = (
        "Somebody else has changed this since you opened it: the role is auditor now, for some stores. "
        "Nothing was saved; look at your values again and save them if they still hold."
    )
    assert (errors(refused), unchanged) == ({"__all__": [sentence]}, True)
    assert refused.context["form"]["role"].value() == "approver"
    assert everybody()[1] == ("carl@kino.example", "KINO1", "approver", "all")


def test_a_change_without_its_mark_is_stale(administrator, clerk):
    stored = rows()

    response = administrator.send(page_of(clerk), role="approver", all_stores="on")

    [error] = errors(response)["__all__"]
    assert "the role is clerk now, for all stores" in error
    assert rows() == stored


def test_ones_own_role_stays(administrator):
    path = page_of(administrator)
    stored = rows()

    response = administrator.send(path, role="clerk", all_stores="on", seen=_seen_mark(administrator, path))

    sentence = "Nobody changes or removes their own role: ask another administrator. Nothing was changed."
    assert errors(response) == {"__all__": [sentence]}
    assert rows() == stored


@pytest.mark.parametrize("how", ["post", "send"])
def test_somebody_is_removed_once_it_is_meant(how, administrator, clerk):
    path = page_of(clerk, "remove")
    asked = administrator.get(path)
    before = len(everybody())

    response = getattr(administrator, how)(path)

    assert (asked.context["title"], asked.context["is_danger"], before) == ("Remove Carl from Kino Nord?", True, 2)
    assert response.url == administrator.url(LIST)
    assert [email for email, *_ in everybody()] == ["anna@kino.example"]
    assert toasts(administrator.get(LIST)) == ["Removed Carl."]
    assert [action for action, *_ in deeds()] == ["person:removed"]


def test_a_removal_that_is_refused_says_why(administrator):
    stored = rows()

    response = administrator.send(page_of(administrator, "remove"))

    sentence = "Nobody changes or removes their own role: ask another administrator. Nothing was changed."
    assert errors(response) == {"__all__": [sentence]}
    assert rows() == stored


@pytest.mark.parametrize("act", ["change", "remove", "remind"])
def test_people_of_another_merchant_do_not_exist(act, administrator, rival):
    pk = Membership.objects.get(user=rival.user).pk
    stored = rows()

    response = administrator.post(f"people/{pk}/{act}/", role="clerk", all_stores="on")

    assert (response.status_code, rows(), mail.outbox) == (404, stored, [])


@pytest.mark.parametrize("act", ["change", "remove", "remind"])
def test_people_of_other_stores_do_not_exist_for_an_administrator_of_one(act, local, randers):
    there = hire("there@kino.example", local.merchant, Role.CLERK, stores=[randers])
    stored = rows()

    response = local.post(page_of(there, act))

    assert (response.status_code, rows(), mail.outbox) == (404, stored, [])


@pytest.mark.parametrize("act", ["change", "remove", "remind"])
def test_nobody_has_a_number_that_no_row_can_have(act, administrator):
    answers = [administrator.post(f"people/{pk}/{act}/") for pk in (0, 2**63, 10**30)]

    assert [answer.status_code for answer in answers] == [404] * 3
