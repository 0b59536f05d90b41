"""Who works for the demo's merchants: signed in before, some with second factors, one still invited."""

import pytest

from portal.accounts.models import Membership, User
from portal.audit.actors import COMMAND
from portal.emails.models import Email
from portal.management.sample import people, shops
from terminals import import_file
from terminals.services import imports
from tests.pages import table
from tests.people import Person


@pytest.fixture
def hired(db, one_factor):
    imports.import_merchants(merchants=import_file.read(shops.document()), by=COMMAND)
    return people.hire()


def listed(hired):
    """Name, second factor and last sign-in of everybody, as the administrator reads them."""
    anna = User.objects.get(email="anna@kino.example")
    page = Person(anna, Membership.objects.get(user=anna).merchant).get("people/")
    return {row[0].partition(" ")[0]: (row[3], row[4]) for row in table(page)}


def test_colleagues_have_been_here_and_one_is_still_invited(hired):
    shown = listed(hired)

    assert {name: at for name, (_, at) in shown.items() if name != "Anna"} == {
        "Carl": "3 h ago",
        "Stine": "1 h ago",
        "Asta": "50 min ago",
        "Bent": "1 d ago",
        "Otto": "12 d ago",
        "Mette": "3 d ago",
        "Lars": "22 h ago",
        "Ida": "5 h ago",
        "Nanna": "Invited",
    }
    assert [name for name, (factor, _) in shown.items() if factor == "On"] == ["Mette", "Lars"]


def test_whoever_the_demo_names_signs_in_with_the_password_alone(hired):
    users = User.objects.filter(email__in=[email for email, _ in hired])

    assert (len(hired), len(users)) == (9, 9)
    assert [(user.check_password(people.PASSWORD), user.factors) for user in users] == [(True, [])] * 9


def test_only_who_is_still_invited_has_a_letter(hired):
    nanna = User.objects.get(email="nanna@kino.example")

    assert list(Email.objects.values_list("to", flat=True)) == ["nanna@kino.example"]
    assert (nanna.last_login, nanna.has_usable_password()) == (None, False)
