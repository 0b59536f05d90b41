"""Sending an invitation's letter again: to whom it may be sent, and by whom."""

import pytest

from portal.accounts.models import Membership
from portal.roles import Role
from tests.accounts.colleagues import page_of
from tests.accounts.visitors import posted
from tests.pages import toasts
from tests.people import hire

LIST = "people/"


@pytest.fixture
def both(local, aarhus, randers):
    """A clerk of two stores who has never come."""
    person = hire("both@kino.example", local.merchant, Role.CLERK, stores=[aarhus, randers])
    Membership.objects.filter(user=person.user).update(accepted_at=None)
    return person


def test_who_could_not_have_given_the_role_sends_no_letter(local, both):
    local.post(page_of(both, "remind"))

    assert toasts(local.get(LIST)) == ["Both needs no letter from you. Nothing was sent."]
    assert posted() == []


def test_who_could_have_given_the_role_sends_one(administrator, both):
    administrator.post(page_of(both, "remind"))

    assert toasts(administrator.get(LIST)) == ["A letter is on its way to both@kino.example."]
    assert [letter.to for letter in posted()] == [["both@kino.example"]]


def test_a_letter_says_what_the_role_is_by_now(administrator, both):
    Membership.objects.filter(user=both.user).update(role=Role.AUDITOR, all_stores=True)

    administrator.post(page_of(both, "remind"))

    assert "Anna has given you a role at Kino Nord: auditor.\n" in posted()[0].body
