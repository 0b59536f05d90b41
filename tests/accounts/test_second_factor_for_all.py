"""A merchant may ask all its people for a second factor, and not only those who decide about money."""

from allauth.mfa.models import Authenticator
import pytest

from portal.accounts.models import User
from portal.roles import Role
from terminals.models import Merchant
from tests.accounts.visitors import Visitor
from tests.pages import one, said, table, words
from tests.people import Person, hire

DUE = "/accounts/second-factor/"


@pytest.fixture
def kino(merchants):
    Merchant.objects.filter(bio_code="KINO1").update(second_factor_for_all=True)
    return Merchant.objects.get(bio_code="KINO1")


def _add_factor(person):
    """The same person, with an authenticator app."""
    Authenticator.objects.create(user=person.user, type=Authenticator.Type.TOTP, data={})
    return Person(User.objects.get(pk=person.user.pk), person.merchant)


@pytest.mark.parametrize("role", [Role.CLERK, Role.AUDITOR])
def test_who_has_none_is_led_to_add_one_before_anything_else(role, kino):
    person = hire("carl@kino.example", kino, role)

    answers = [person.get(path) for path in ("/", "", "payments/", "/merchants/")]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, DUE)] * 4


def test_an_open_page_that_asks_by_itself_is_led_there_too(clerk):
    before = clerk.part("payments/", "payment-table").status_code
    Merchant.objects.filter(pk=clerk.merchant.pk).update(second_factor_for_all=True)

    asked = clerk.part("payments/", "payment-table")

    assert (before, asked.status_code, asked.headers["HX-Redirect"], asked.content) == (200, 200, DUE, b"")


@pytest.mark.parametrize("role", list(Role))
def test_who_has_one_notices_nothing(role, kino):
    person = _add_factor(hire("carl@kino.example", kino, role))

    assert (person.get("payments/").status_code, person.get(DUE).url) == (200, "/")


def test_the_page_says_which_merchant_asks_for_it(kino):
    person = hire("carl@kino.example", kino, Role.CLERK)

    page = person.get(DUE)

    assert said(page, "main//p")[0] == (
        "Everybody who works at Kino Nord needs one, so a password alone does not do. It takes a minute, and is asked "
        "of you once."
    )


def test_it_names_each_of_several(kino, merchants):
    Merchant.objects.update(second_factor_for_all=True)
    person = hire("carl@kino.example", kino, Role.CLERK)
    person.user.memberships.create(merchant=merchants["BAGER7"], role=Role.CLERK, all_stores=True)

    page = person.get(DUE)

    names = sorted(Merchant.objects.values_list("name", flat=True))
    assert f"Everybody who works at {', '.join(names)} needs one" in words(one(page, "main"))


def test_another_merchant_that_asks_for_none_stays_open(kino, merchants):
    person = hire("carl@kino.example", kino, Role.CLERK)
    elsewhere = person.user.memberships.create(merchant=merchants["BAGER7"], role=Role.CLERK, all_stores=True)

    answers = [person.get(path) for path in (f"/merchants/{elsewhere.merchant_id}/payments/", "/merchants/", "")]

    assert [(answer.status_code, answer.headers.get("Location")) for answer in answers] == [
        (200, None),
        (200, None),
        (302, DUE),
    ]


@pytest.mark.usefixtures("transactional_db")
def test_once_they_have_added_one_they_are_in(kino):
    visitor = Visitor(hire("carl@kino.example", kino, Role.CLERK).user)
    visitor.signs_in()
    visitor.proves_it_again()
    before = visitor.get("/").url

    visitor.adds_factor()

    assert (before, visitor.get("/").url) == (DUE, f"/merchants/{kino.pk}/")


def test_what_a_merchant_asks_for_itself_holds_in_the_demo_too(kino, one_factor):
    person = hire("anna@kino.example", kino, Role.ADMINISTRATOR)

    assert person.get("payments/").url == DUE


def test_the_list_of_people_shows_who_is_missing_it(kino, one_factor):
    anna = _add_factor(hire("anna@kino.example", kino, Role.ADMINISTRATOR))
    hire("carl@kino.example", kino, Role.CLERK)
    nora = hire("nora@kino.example", kino, Role.CLERK)
    nora.user.memberships.update(accepted_at=None)

    page = anna.get("people/")

    assert {row[0].split()[0]: row[3] for row in table(page)} == {"Anna": "On", "Carl": "Missing", "Nora": ""}
    assert said(page, "main/p") == [
        "Everybody here needs a second factor. Who is missing it is asked to add one with their next click."
    ]


def test_where_only_some_need_one_the_list_tells_them_apart(merchants):
    kino = merchants["KINO1"]
    anna = _add_factor(hire("anna@kino.example", kino, Role.ADMINISTRATOR))
    hire("carl@kino.example", kino, Role.CLERK)
    hire("asta@kino.example", kino, Role.APPROVER)

    page = anna.get("people/")

    assert {row[0].split()[0]: row[3] for row in table(page)} == {"Anna": "On", "Carl": "None", "Asta": "Missing"}
    assert said(page, "main/p") == []
