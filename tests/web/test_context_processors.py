"""The frame around every page: where one is, who one is there, and where else one may go."""

import tomllib

from django.conf import settings
from django.test import RequestFactory
import pytest

from portal.accounts.models import User
from portal.roles import Role
from portal.web import context_processors
from terminals.models import Merchant
from tests.accounts.visitors import Visitor
from tests.pages import all_of, one, said, words
from tests.payments.factories import new_store
from tests.people import Person, hire

MENU = {
    "administrator": [
        "Figures",
        "Payments",
        "Refunds",
        "Terminals",
        "Stores",
        "Merchant",
        "Access token",
        "People",
        "Audit log",
    ],
    "clerk": ["Figures", "Payments", "Refunds", "Terminals", "Stores", "Merchant"],
    "approver": ["Figures", "Payments", "Refunds", "Terminals", "Stores", "Merchant"],
    "auditor": ["Figures", "Payments", "Refunds", "Terminals", "Stores", "Merchant", "Audit log"],
    "platform": [
        "Figures",
        "Payments",
        "Refunds",
        "Terminals",
        "Stores",
        "Merchant",
        "Access token",
        "People",
        "Audit log",
    ],
}
SIDE = "nav[@class='side']"


def _menu(response):
    return [link for link in said(response, f"{SIDE}/ul//a") if link != "Overview"]


@pytest.mark.parametrize("who", MENU)
def test_the_menu_offers_what_the_reader_may_see_and_every_link_leads_there(who, request):
    person = request.getfixturevalue(who)

    page = person.get("")

    links = [link.get("href") for link in all_of(page, f"{SIDE}/ul//a")]
    assert _menu(page) == MENU[who]
    assert [person.get(link).status_code for link in links] == [200] * len(links)


def test_an_administrator_of_one_store_is_not_offered_what_reaches_beyond_it(merchants, one_factor):
    person = hire("lone@kino.example", merchants["KINO1"], Role.ADMINISTRATOR, stores=[merchants["KINO1"].stores.get()])

    assert _menu(person.get("")) == ["Figures", "Payments", "Refunds", "Terminals", "Stores", "Merchant", "People"]


@pytest.mark.parametrize(
    ("stores", "says"), [(None, "Clerk"), (0, "Clerk · 0 stores"), (1, "Clerk · 1 store"), (2, "Clerk · 2 stores")]
)
def test_the_frame_says_who_one_is_here(stores, says, merchants):
    kino = merchants["KINO1"]
    new_store(kino, "Randers", "11111111-2222-4333-8444-555555555555")
    limits = None if stores is None else list(kino.stores.all()[:stores])
    person = hire("carl@kino.example", kino, Role.CLERK, stores=limits, name="Carl <b>")

    shown = words(one(person.get(""), f"{SIDE}//div[@class='me']/span"))

    assert shown == f"Carl <b> {says}"


def test_the_frame_says_who_one_is_away_from_any_merchant(clerk, platform):
    shown = [words(one(person.get("/merchants/"), f"{SIDE}//div[@class='me']/span")) for person in (clerk, platform)]

    assert shown == ["Carl carl@kino.example", "Pia Platform administrator"]
    assert _menu(platform.get("/merchants/")) == ["Merchants", "Audit log"]
    assert _menu(clerk.get("/merchants/")) == []


def test_the_menu_of_merchants_names_ones_own_and_marks_the_one_that_is_shown(clerk, merchants):
    clerk.user.memberships.create(merchant=merchants["BAGER7"], role=Role.CLERK, all_stores=True)

    links = all_of(clerk.get(""), f"{SIDE}//details//a")

    assert [(words(link), link.get("aria-current")) for link in links] == [
        ("Bageriet Syd", None),
        ("Kino Nord", "true"),
        ("All merchants", None),
    ]
    assert words(one(clerk.get(""), f"{SIDE}//summary")).startswith("Kino Nord")


def test_of_many_merchants_eight_stand_in_the_menu(platform):
    for number in range(12):
        Merchant.objects.create(
            bio_code=f"M{number:02}", name=f"A {number:02}", vat_number="DK12345678", currencies=["DKK"]
        )

    shown = said(platform.get("/merchants/"), f"{SIDE}//details//a")

    assert shown == [*(f"A {number:02}" for number in range(8)), "All merchants"]


def test_nobody_in_particular_is_shown_no_menu(clerk):
    visitor = Visitor(clerk.user)

    pages = [visitor.get("/accounts/login/"), visitor.get("/no/such/page")]

    assert [said(page, SIDE) for page in pages] == [[], []]
    assert "Kino" not in b"".join(page.content for page in pages).decode()


@pytest.mark.parametrize("theme", ["dark", "light", "", "x"])
def test_a_page_made_before_anybody_is_known_has_its_theme_alone(theme):
    request = RequestFactory().get("/", headers={"Cookie": f"theme={theme}"})

    assert context_processors.shell(request) == {"theme": theme if theme in {"dark", "light"} else ""}


def test_somebody_without_a_role_sees_no_merchant(merchants):
    person = Person(User.objects.create(email="nora@kino.example", name="Nora"), merchants["KINO1"])

    page = person.get("/merchants/")

    assert (page.status_code, said(page, f"{SIDE}//details//a")) == (200, ["All merchants"])
    assert "Kino Nord" not in words(one(page, "html"))


def test_a_disabled_merchant_says_so_on_every_page(clerk):
    Merchant.objects.update(is_active=False)

    shown = [said(clerk.get(path), "main//div", "warn") for path in ("", "payments/", "stores/")]

    sentence = "This merchant is disabled: its tills are refused. A platform administrator can enable it again."
    assert shown == [[sentence]] * 3


def test_the_foot_of_the_menu_tells_the_version_that_the_project_has(clerk):
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert said(clerk.get(""), f"{SIDE}/div/small") == [f"Version {project['version']}"]
