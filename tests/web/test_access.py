"""Who gets to see a page: signed in, of this merchant, with the right."""

from django.test import Client
import pytest

from portal.accounts.models import User
from portal.roles import Role
from terminals.models import Merchant
from tests.pages import one, said, words
from tests.people import PASSWORD, Person, hire
from tests.tillapi.raw_calls import rows

LOGIN = "/accounts/login/"


@pytest.fixture
def anybody(clerk):
    """The clerk's browser after their sign-in has expired."""
    clerk.browser.logout()
    return clerk


def _htmx(current_url):
    return {"HX-Request": "true", "HX-Target": "payment-table", "HX-Current-URL": current_url}


@pytest.mark.parametrize(
    ("path", "then"),
    [
        ("/", "/"),
        ("/merchants/", "/merchants/"),
        ("/audit/", "/audit/"),
        ("/merchants/7/payments/?state=open&q=a%26b", "/merchants/7/payments/%3Fstate%3Dopen%26q%3Da%2526b"),
    ],
)
def test_a_page_sends_somebody_who_is_not_signed_in_to_the_door_and_back(path, then, anybody):
    response = anybody.browser.get(path)

    assert (response.status_code, response.url) == (302, f"{LOGIN}?next={then}")


def test_an_expired_sign_in_leads_from_a_part_to_the_door_and_back_to_the_page(anybody):
    here = "http://testserver/merchants/7/payments/?state=open"

    response = anybody.browser.get("/merchants/7/payments/?state=open&page=x", headers=_htmx(here))

    redirect = f"{LOGIN}?next=/merchants/7/payments/%3Fstate%3Dopen"
    assert (response.status_code, response.headers["HX-Redirect"], response.content) == (200, redirect, b"")
    assert "Location" not in response.headers


def test_an_expired_sign_in_leads_from_a_dialog_to_the_page_below_it(anybody):
    response = anybody.browser.post(
        "/merchants/7/people/invite/", headers=_htmx("http://testserver/merchants/7/people/")
    )

    assert (response.status_code, response.headers["HX-Redirect"]) == (200, f"{LOGIN}?next=/merchants/7/people/")


@pytest.mark.parametrize(
    "here", ["", "https://evil.example/", "http://testserver.evil.example/x", "https://testserver/"]
)
def test_a_part_whose_page_is_not_ours_leads_back_to_the_start(here, anybody):
    response = anybody.browser.get("/merchants/7/payments/", headers=_htmx(here))

    assert response.headers["HX-Redirect"] == f"{LOGIN}?next=/"


def test_a_button_that_was_pressed_too_late_leads_back_to_a_page_that_can_be_looked_at(anybody):
    pressed = anybody.browser.post(anybody.url("people/1/remind/"), headers={"Referer": "http://testserver/merchants/"})
    entered = anybody.browser.post(
        pressed.url, {"login": anybody.user.email, "password": PASSWORD, "next": _next(pressed)}
    )

    page = anybody.browser.get(entered.url, follow=True)

    assert (entered.status_code, page.status_code) == (302, 200)


def _next(response):
    request = Client().get(response.url).wsgi_request
    return request.GET["next"]


@pytest.mark.parametrize("path", ["", "payments/", "terminals/", "stores/", "merchant/", "people/", "audit/"])
def test_another_merchant_does_not_exist(path, administrator, merchants):
    stored = rows()

    answers = [
        administrator.get(f"/merchants/{merchant}/{path}")
        for merchant in (merchants["BAGER7"].pk, 0, 987654321, 10**30)
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert "Bageriet" not in " ".join(answer.content.decode() for answer in answers)
    assert rows() == stored


@pytest.mark.parametrize("who", ["administrator", "clerk", "approver", "auditor", "rival"])
def test_only_platform_administrators_see_what_belongs_to_no_merchant(who, request):
    person = request.getfixturevalue(who)

    answers = [person.get("/audit/"), person.get("/merchants/new/")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert words(one(answers[0], "h1")) == "Only platform administrators may do this"


def test_a_missing_right_is_named_with_those_who_can_give_it(clerk, administrator, merchants):
    second = hire("bo@kino.example", merchants["KINO1"], Role.ADMINISTRATOR, name="Bo <b>")
    gone = hire("gone@kino.example", merchants["KINO1"], Role.ADMINISTRATOR)
    User.objects.filter(pk=gone.user.pk).update(is_active=False)
    stored = rows()

    response = clerk.get("people/")

    main = one(response, "main")
    assert (response.status_code, words(one(response, "h1"))) == (403, "You may not manage people here")
    assert words(main.find(".//p")) == (
        "At Kino Nord that takes the role administrator, for all stores where it concerns the whole merchant. "
        "Nothing was done."
    )
    assert [words(each) for each in main.iter("li")] == ["Anna, anna@kino.example", f"Bo <b>, {second.user.email}"]
    assert rows() == stored


def test_a_right_of_several_roles_names_them_all(auditor, merchants):
    response = auditor.post("payments/00000000-0000-4000-8000-000000000000/check/")

    assert (response.status_code, words(one(response, "h1"))) == (
        403,
        "You may not ask MobilePay how a payment stands here",
    )
    assert "that takes the role administrator or approver or clerk," in words(one(response, "main"))


def test_of_many_administrators_five_are_named(clerk, merchants):
    for number in range(7):
        hire(f"admin{number}@kino.example", merchants["KINO1"], Role.ADMINISTRATOR)

    response = clerk.get("people/")

    assert [words(each).split()[-1] for each in one(response, "main").iter("li")] == [
        f"admin{number}@kino.example" for number in range(5)
    ]


def test_a_merchant_without_an_administrator_refers_to_the_platforms(clerk):
    hire("local@kino.example", clerk.merchant, Role.ADMINISTRATOR, stores=[clerk.merchant.stores.get()])

    response = clerk.get("people/")

    sentence = "Kino Nord has no administrator of its own: ask a platform administrator."
    assert sentence in words(one(response, "main"))
    assert "local@kino.example" not in words(one(response, "main"))


@pytest.mark.parametrize("path", ["audit/", "audit/export.csv", "token/"])
def test_what_concerns_all_stores_is_not_for_an_administrator_of_one(path, merchants, one_factor):
    store = merchants["KINO1"].stores.get()
    person = hire("lone@kino.example", merchants["KINO1"], Role.ADMINISTRATOR, stores=[store])

    assert person.get(path).status_code == 403


@pytest.mark.parametrize(("zone", "hour"), [("Europe/Copenhagen", "13:30"), ("Europe/Helsinki", "14:30")])
def test_times_on_a_page_are_the_merchants(zone, hour, administrator, time_machine):
    Merchant.objects.filter(pk=administrator.merchant.pk).update(time_zone=zone)
    time_machine.move_to("2026-01-15 12:30:00+00:00", tick=False)

    response = administrator.get("")

    assert said(response, "div[@class='top']//small") == [f"Thursday 15 January, {hour} · all stores"]


def test_the_start_is_ones_only_merchants_overview(clerk):
    response = clerk.get("/")

    assert (response.status_code, response.url) == (302, clerk.url(""))


@pytest.mark.parametrize("kind", ["nobody", "two", "platform"])
def test_the_start_is_the_list_of_merchants_for_everybody_else(kind, merchants, one_factor):
    user = User.objects.create(email="pia@portal.example", name="Pia", is_platform_administrator=kind == "platform")
    for merchant in merchants.values() if kind == "two" else ():
        user.memberships.create(merchant=merchant, role=Role.CLERK, all_stores=True)
    person = Person(user, None)

    response = person.get("/")

    page = person.get("/merchants/")
    shown = [merchant.name in words(one(page, "main")) for merchant in merchants.values()]
    assert (response.status_code, response.url, page.status_code) == (302, "/merchants/", 200)
    assert shown == [kind != "nobody"] * 2


def test_the_start_is_only_looked_at(clerk):
    assert clerk.post("/").status_code == 405
