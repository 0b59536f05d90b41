"""Merchants: the list, one's details and policies, and what only the platform does."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
import pytest

from portal.accounts.models import Membership, User
from portal.audit.models import Entry
from portal.roles import Role
from terminals.models import Merchant
from tests.pages import all_of, buttons, column, errors, facts, filled, said, table, toasts
from tests.people import Person
from tests.places import limited_to, new_counter
from tests.tillapi.raw_calls import rows

NEW = {
    "name": "Torvet",
    "bio_code": "TORV1",
    "vat_number": "DK11223344",
    "currencies": ["DKK", "EUR"],
    "time_zone": "Europe/Helsinki",
}
CHARSET = "MobilePay takes no line breaks, emoji or foreign scripts here."


@pytest.fixture
def kino(merchants):
    return merchants["KINO1"]


def unmoved():
    stored = rows()
    return stored["terminals_merchant"], stored["audit_entry"]


def entries():
    found = Entry.objects.filter(action__startswith="merchant:", actor_kind="person").order_by("pk")
    return list(found.values_list("action", "actor", "details"))


def form(person, act, **fields):
    return filled(person.get(f"merchant/{act}/"), **fields)


def test_the_list_shows_those_that_one_works_for(clerk, rival, platform, kino, merchants):
    new_counter(kino, store="Odense")
    Merchant.objects.filter(bio_code="BAGER7").update(is_active=False)

    assert table(clerk.get("/merchants/")) == [["Kino Nord", "Active", "KINO1", "2", "DK12345678", "3"]]
    assert column(rival.get("/merchants/"), 1) == ["Disabled"]
    assert column(platform.get("/merchants/"), 0) == ["Bageriet Syd", "Kino Nord"]


@pytest.mark.parametrize(
    ("is_platform", "sentence"),
    [
        (False, "You do not work for any merchant here at the moment. An administrator can invite you."),
        (True, "No merchant yet. Add the first one."),
    ],
)
def test_an_empty_list_says_who_can_change_that(db, one_factor, is_platform, sentence):
    user = User.objects.create(email="new@portal.example", is_platform_administrator=is_platform)

    page = Person(user, None).get("/merchants/")

    assert said(page, "p", "empty") == [sentence]
    assert buttons(page) == ["Add a merchant"][:is_platform]


def test_a_longer_list_of_merchants_goes_on_and_asks_no_more_for_it(platform, kino):
    with CaptureQueriesContext(connection) as few:
        platform.get("/merchants/")
    for number in range(60):
        Merchant.objects.create(bio_code=f"M{number}", name=f"M {number:02}", vat_number="DK1", currencies=["DKK"])

    with CaptureQueriesContext(connection) as many:
        first = platform.get("/merchants/")
    [following] = [each.get("href") for each in all_of(first, "a[@rel='next']")]

    assert len(many) == len(few) <= 12
    assert len(table(first)) + len(table(platform.get("/merchants/" + following))) == 62


def test_a_merchant_is_added_by_the_platform(platform, kino):
    answer = platform.post("/merchants/new/", **NEW)

    merchant = Merchant.objects.get(bio_code="TORV1")
    assert {name: getattr(merchant, name) for name in NEW} == NEW
    assert (merchant.is_active, merchant.token_overlap, merchant.answers_always_200) == (True, timedelta(0), False)
    assert answer["Location"] == f"/merchants/{merchant.pk}/"
    assert toasts(platform.get(answer["Location"])) == ["Added Torvet. What it still needs stands below."]
    added = {name: value for name, value in NEW.items() if name != "bio_code"}
    assert entries() == [("merchant:added", "pia@portal.example", added)]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 101}, "Ensure this value has at most 100 characters (it has 101)."),
        ({"bio_code": ""}, "This field is required."),
        ({"bio_code": "x" * 37}, "Ensure this value has at most 36 characters (it has 37)."),
        ({"bio_code": "🍕"}, CHARSET),
        ({"vat_number": "12345678"}, "A country code and 8 digits, such as DK12345678."),
        ({"vat_number": "dk12345678"}, "A country code and 8 digits, such as DK12345678."),
        ({"vat_number": "DK1234567٨"}, "A country code and 8 digits, such as DK12345678."),
        ({"currencies": []}, "This field is required."),
        ({"currencies": ["SEK"]}, "Select a valid choice. SEK is not one of the available choices."),
        ({"time_zone": "Asia/Tokyo"}, "Select a valid choice. Asia/Tokyo is not one of the available choices."),
        ({"bio_code": "KINO1"}, "There is a merchant with the bioCode KINO1 already. Nothing was added."),
        (
            {"bio_code": "Kino1"},
            "Kino Nord has the bioCode KINO1, and Kino1 differs only in letter case. Nothing was changed.",
        ),
    ],
)
def test_wrong_values_add_no_merchant(platform, kino, wrong, message):
    before = unmoved()

    page = platform.post("/merchants/new/", **{**NEW, **wrong})

    assert (page.status_code, errors(page)) == (422, [message])
    assert unmoved() == before


@pytest.mark.parametrize("who", ["administrator", "clerk", "rival"])
def test_only_the_platform_adds_disables_and_enables(request, kino, who):
    somebody = request.getfixturevalue(who)
    somebody.merchant = Merchant.objects.get(memberships__user=somebody.user)
    before = unmoved()

    paths = ["/merchants/new/", "merchant/disable/", "merchant/enable/"]
    answers = [answer for path in paths for answer in (somebody.get(path), somebody.post(path, **NEW))]

    assert [answer.status_code for answer in answers] == [403] * 6
    assert {words for answer in answers for words in said(answer, "h1")} == {"Only platform administrators may do this"}
    assert unmoved() == before
    assert [each for each in buttons(somebody.get("merchant/")) if each.endswith("able…")] == []


def test_a_merchant_that_is_disabled_keeps_its_tills_out_until_it_is_enabled(platform, till, kino):
    question = platform.get("merchant/disable/")

    off = platform.post("merchant/disable/", reason="unpaid bills")
    page, locked_out = platform.browser.get(off["Location"]), till.start()
    on = platform.post("merchant/enable/", reason="paid at last")
    let_in = till.start()

    assert said(question, "h1") == ["Disable Kino Nord?"]
    assert said(question, "div[@id='dialog-content']/p") == [
        (
            "1 terminal stops selling now. All its tills are refused from their next call on, whatever the overlap of "
            "its access token. Payments that are open are still looked after."
        )
    ]
    assert toasts(page) == ["Disabled Kino Nord."]
    assert buttons(page)[0] == "Enable…"
    assert said(page, "main//div[@class='notice warn']") == [
        "This merchant is disabled: its tills are refused. A platform administrator can enable it again."
    ]
    assert (locked_out.status, locked_out.codes, let_in.status) == (403, ["merchant_disabled"], 200)
    assert toasts(platform.browser.get(on["Location"])) == ["Enabled Kino Nord."]
    closed, opened = {"is_active": False}, {"is_active": True}
    assert [each for each in entries() if each[1] == "pia@portal.example"] == [
        ("merchant:changed", "pia@portal.example", {"before": opened, "after": closed, "reason": "unpaid bills"}),
        ("merchant:changed", "pia@portal.example", {"before": closed, "after": opened, "reason": "paid at last"}),
    ]


def test_disabling_twice_is_disabling_once(platform, kino):
    platform.post("merchant/disable/", reason="unpaid bills")
    before = unmoved()

    platform.post("merchant/disable/", reason="unpaid bills")

    assert unmoved() == before


@pytest.mark.parametrize("who", ["administrator", "clerk", "approver", "auditor"])
def test_everybody_at_a_merchant_sees_its_details_and_policies(request, kino, who):
    page = request.getfixturevalue(who).get("merchant/")

    shown = facts(page)
    assert {name: shown[name] for name in ("Name", "bioCode", "VAT number", "Currencies", "Time zone")} == {
        "Name": "Kino Nord",
        "bioCode": "KINO1",
        "VAT number": "DK12345678",
        "Currencies": "DKK",
        "Time zone": "Copenhagen",
    }
    assert shown["Payment time-out"].startswith("10 min A payment that its till has forgotten")
    assert shown["Token overlap"].startswith("0 s How long")
    assert shown["Answers to tills"].startswith("the HTTP status that fits Some old tills")
    assert buttons(page) == ["Change…"] * (3 if who == "administrator" else 0)


def test_details_are_changed(administrator, kino):
    fields = form(administrator, "details", name="Kino Syd", currencies=["DKK", "EUR"], time_zone="Europe/Helsinki")

    answer = administrator.post("merchant/details/", **fields)

    kino.refresh_from_db()
    assert (kino.name, kino.currencies, kino.time_zone) == ("Kino Syd", ["DKK", "EUR"], "Europe/Helsinki")
    assert toasts(administrator.browser.get(answer["Location"])) == ["Saved the details."]
    assert entries() == [
        (
            "merchant:changed",
            "anna@kino.example",
            {
                "before": {"name": "Kino Nord", "currencies": ["DKK"], "time_zone": "Europe/Copenhagen"},
                "after": {"name": "Kino Syd", "currencies": ["DKK", "EUR"], "time_zone": "Europe/Helsinki"},
            },
        )
    ]


def test_the_platform_changes_every_merchants_details(platform, kino):
    platform.post("merchant/details/", **form(platform, "details", name="Kino Syd"))

    kino.refresh_from_db()
    assert kino.name == "Kino Syd"


@pytest.mark.parametrize("act", ["details", "policies"])
def test_saving_a_form_as_it_is_writes_nothing(administrator, kino, act):
    fields, before = form(administrator, act), unmoved()

    answer = administrator.post(f"merchant/{act}/", **fields)

    assert (answer.status_code, unmoved()) == (302, before)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": " "}, "This field is required."),
        ({"name": "x" * 101}, "Ensure this value has at most 100 characters (it has 101)."),
        ({"currencies": []}, "This field is required."),
        ({"currencies": ["USD"]}, "Select a valid choice. USD is not one of the available choices."),
        ({"time_zone": "UTC"}, "Select a valid choice. UTC is not one of the available choices."),
    ],
)
def test_wrong_details_change_nothing(administrator, kino, wrong, message):
    fields, before = form(administrator, "details", **wrong), unmoved()

    page = administrator.post("merchant/details/", **fields)

    assert (page.status_code, errors(page)) == (422, [message])
    assert unmoved() == before


@pytest.mark.parametrize("who", ["clerk", "approver", "auditor", "somebody in one store"])
@pytest.mark.parametrize("act", ["details", "policies"])
def test_whoever_does_not_manage_the_merchant_changes_nothing(request, one_factor, kino, who, act):
    is_lone = who == "somebody in one store"
    store = kino.stores.get()
    somebody = limited_to(store, role=Role.ADMINISTRATOR) if is_lone else request.getfixturevalue(who)
    before = unmoved()

    answers = [somebody.get(f"merchant/{act}/"), somebody.post(f"merchant/{act}/", name="Mine now")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert said(answers[0], "h1") == ["You may not manage the merchant, its stores and its access token here"]
    assert unmoved() == before


@pytest.mark.parametrize("path", ["merchant/", "merchant/details/", "merchant/policies/", "token/", "stores/"])
def test_another_merchant_does_not_exist(administrator, merchants, path):
    theirs = administrator.get(f"/merchants/{merchants['BAGER7'].pk}/{path}")
    nobodys = administrator.get(f"/merchants/{'9' * 30}/{path}")

    assert (theirs.status_code, nobodys.status_code) == (404, 404)


def test_whoever_is_no_longer_one_of_us_sees_nothing_any_more(administrator, kino):
    Membership.objects.all().delete()

    assert administrator.get("merchant/").status_code == 404
    assert table(administrator.get("/merchants/")) == []
