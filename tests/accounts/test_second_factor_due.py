"""Who must add a second factor before anything else, and what they can do until then."""

import pytest

from portal.accounts.models import User
from portal.roles import Role
from tests.pages import all_of, one, words
from tests.people import Person, hire

DUE = "/accounts/second-factor/"
TRUST_WINDOW = [Role.ADMINISTRATOR, Role.APPROVER]
OTHERS = [Role.CLERK, Role.AUDITOR]


@pytest.fixture
def due(merchants):
    """An administrator with a password alone."""
    return hire("anna@kino.example", merchants["KINO1"], Role.ADMINISTRATOR)


@pytest.mark.parametrize("is_limited", [False, True])
@pytest.mark.parametrize("role", TRUST_WINDOW)
def test_those_who_decide_about_money_add_one_first(role, is_limited, merchants, aarhus):
    person = hire("anna@kino.example", merchants["KINO1"], role, stores=[aarhus] if is_limited else None)

    response = person.get("payments/")

    assert (response.status_code, response.url) == (302, DUE)


@pytest.mark.parametrize("role", OTHERS)
def test_the_others_need_none(role, merchants):
    person = hire("carl@kino.example", merchants["KINO1"], role)

    answers = [person.get("payments/").status_code, person.get(DUE).status_code, person.get(DUE).url]

    assert answers == [200, 302, "/"]


def test_a_trusted_role_elsewhere_keeps_nobody_from_their_own_shop(merchants, aarhus):
    person = hire("anna@kino.example", merchants["KINO1"], Role.CLERK)
    hired_too = person.user.memberships.create(merchant=merchants["BAGER7"], role=Role.APPROVER, all_stores=True)

    answers = [person.get("payments/").status_code, person.get(f"/merchants/{hired_too.merchant_id}/payments/").url]

    assert answers == [200, DUE]


def test_platform_administrators_add_one_first(merchants):
    person = Person(User.objects.create(email="pia@portal.example", is_platform_administrator=True), merchants["KINO1"])

    answers = [person.get(path) for path in ("/", "/merchants/", "/merchants/new/", "/audit/", "people/")]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, DUE)] * 5


def test_until_then_no_page_and_no_deed_is_theirs(due, clerk):
    paths = ["/", "/merchants/", "", "payments/", "terminals/", "people/", "audit/", "audit/export.csv"]
    before = clerk.user.memberships.count()

    answers = [due.get(path) for path in paths] + [
        due.post("people/invite/", email="new@kino.example", name="Nora", role="clerk", all_stores="on"),
        due.post(f"people/{clerk.user.memberships.get().pk}/remove/"),
    ]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, DUE)] * 10
    assert (clerk.user.memberships.count(), User.objects.count()) == (before, 2)


def test_until_then_htmx_is_led_there_too(due):
    answers = [due.part("", "overview"), due.send("people/invite/")]

    assert [(answer.status_code, answer.headers["HX-Redirect"]) for answer in answers] == [(200, DUE)] * 2
    assert [answer.content for answer in answers] == [b""] * 2


def test_the_page_says_why_and_leads_to_the_ways(due):
    response = due.get(DUE)

    assert response.status_code == 200
    assert words(one(response, "h1")) == "Add a second factor first"
    assert [link.get("href") for link in all_of(response, "main//a", "button")] == [
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
    ]


def test_it_is_nobodys_page_before_the_password(due):
    due.browser.logout()

    response = due.get(DUE)

    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={DUE}")


def test_the_page_is_only_looked_at(due):
    assert due.post(DUE).status_code == 405


def test_in_the_demo_a_password_is_enough(due, one_factor):
    answers = [due.get("payments/").status_code, due.get(DUE).url]

    assert answers == [200, "/"]
