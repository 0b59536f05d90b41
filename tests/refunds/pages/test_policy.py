"""A merchant's rules for refunds: what everybody reads, and what administrators write."""

from datetime import time, timedelta

import pytest

from portal.audit.models import Entry
from portal.roles import Role
from refunds.models import Policy, PolicyChange
from tests.house.world import rows
from tests.pages import all_of, errors, facts, filled, said, toasts, value_of
from tests.places import limited_to
from tests.refunds.pages.forms import form, wish
from tests.refunds.scenarios import prove, rules

PAGE = "refunds/policy/DKK/"
NAMES = ("At a till", "At the desk", "In a day", "Requests lapse", "Refunds are possible", "Shops are open")
WAITS = "More waits for approval in the back office."
DEFAULTS = [
    f"up to 500.00 DKK at once 2,000.00 DKK a day by one terminal, 10,000.00 DKK by all tills. {WAITS}",
    "always with an approver",
    "no limit for one person no limit for everybody together",
    "after 1 d",
    "for 90 d after the capture",
    "08:00 to 23:00 A request that comes in outside these hours is marked for whoever approves it.",
]
STALE = "Somebody else has changed this since you opened it: "


@pytest.fixture(autouse=True)
def _proved(administrator):
    """Whoever loosens a rule has just shown who they are."""
    prove(administrator)


def card(person):
    read = facts(person.get("merchant/"))
    return [read[name] for name in NAMES]


@pytest.mark.parametrize("who", ["clerk", "approver", "auditor", "administrator"])
def test_everybody_reads_the_rules_and_administrators_may_change_them(request, kino, who):
    somebody = request.getfixturevalue(who)

    page = somebody.get("merchant/")

    assert [facts(page)[name] for name in NAMES] == DEFAULTS
    links = [each.get("href") for each in all_of(page, "header/a")]
    assert links.count(somebody.url(PAGE)) == (who == "administrator")


def test_rules_that_were_changed_are_read_in_words(clerk, kino):
    rules(
        kino,
        till_limit_minor=0,
        terminal_day_limit_minor=None,
        tills_day_limit_minor=None,
        desk_limit_minor=2500,
        two_approvers_above_minor=123450,
        person_day_limit_minor=50000,
        day_limit_minor=100000,
        lifetime=timedelta(hours=2),
        window=timedelta(days=30),
        opens_at=time(18),
        closes_at=time(3, 30),
    )

    assert card(clerk) == [
        f"never at once no limit a day for one terminal, none for all tills. {WAITS}",
        "up to 25.00 DKK without an approver Above 1,234.50 DKK two people must approve.",
        "500.00 DKK by one person 1,000.00 DKK by everybody together, tills included",
        "after 2 h",
        "for 30 d after the capture",
        "18:00 to 03:30 A request that comes in outside these hours is marked for whoever approves it.",
    ]


def test_a_merchant_has_rules_in_each_of_its_currencies(rival):
    prove(rival)
    page = rival.get("merchant/")

    titles = [each for each in said(page, "h2") if each.startswith("Rules for refunds")]
    assert titles == ["Rules for refunds in DKK", "Rules for refunds in EUR"]
    assert [rival.get(f"refunds/policy/{currency}/").status_code for currency in ("DKK", "EUR")] == [200, 200]


def test_the_form_shows_the_rules_that_hold(administrator, kino):
    page = administrator.get(PAGE)

    assert said(page, "h1") == ["Rules for refunds in DKK"]
    fields = filled(page)
    fields.pop("seen")
    assert fields == {
        "till_limit": "500.00",
        "terminal_day_limit": "2000.00",
        "tills_day_limit": "10000.00",
        "desk_limit": "",
        "two_approvers_above": "",
        "person_day_limit": "",
        "day_limit": "",
        "lifetime_hours": "24",
        "window_days": "90",
        "opens_at": "08:00",
        "closes_at": "23:00",
    }
    assert said(page, "label") == [
        "Tills give back by themselves up to (DKK)",
        "One terminal gives back by itself, a day (DKK)",
        "All tills together give back by themselves, a day (DKK)",
        "The desk needs no approver up to (DKK)",
        "Two people must approve above (DKK)",
        "One person may ask for, a day (DKK)",
        "Everybody together may ask for, a day (DKK)",
        "Requests lapse after, in hours",
        "Refunds are possible for, in days",
        "Shops open at",
        "and close at",
    ]


def test_stricter_rules_are_saved_and_hold_for_what_is_asked_for_from_then_on(administrator, clerk, payment):
    rules(payment.merchant, desk_limit_minor=5000, opens_at=time(18), closes_at=time(4))
    written = {
        "till_limit": "",
        "terminal_day_limit": "1500",
        "tills_day_limit": "3.000,00",
        "desk_limit": "25",
        "two_approvers_above": "1.234,50",
        "person_day_limit": "500",
        "day_limit": "1000.00",
        "lifetime_hours": "2",
        "window_days": "30",
        "opens_at": "18:00",
        "closes_at": "03:30",
    }

    answer = administrator.post(PAGE, **form(administrator, PAGE, **written))
    clerk.post(f"refunds/ask/{payment.pk}/", **wish(clerk, payment))

    assert answer["Location"] == administrator.url("merchant/")
    page = administrator.browser.get(answer["Location"])
    assert toasts(page) == ["Saved the rules for refunds. They hold for what is asked for from now on."]
    policy = Policy.objects.get()
    assert (policy.till_limit_minor, policy.desk_limit_minor, policy.two_approvers_above_minor) == (0, 2500, 123450)
    assert (policy.terminal_day_limit_minor, policy.tills_day_limit_minor) == (150000, 300000)
    assert (policy.person_day_limit_minor, policy.day_limit_minor) == (50000, 100000)
    assert (policy.lifetime, policy.window) == (timedelta(hours=2), timedelta(days=30))
    assert (policy.opens_at, policy.closes_at) == (time(18), time(3, 30))
    assert payment.refunds.get().approvals_needed == 0


def test_a_change_is_written_down_with_what_it_was_before(administrator, kino):
    rules(kino, desk_limit_minor=2500)

    administrator.post(PAGE, **form(administrator, PAGE, desk_limit="", lifetime_hours="2"))

    entry = Entry.objects.get(action="refund:policy_changed")
    assert (entry.actor, entry.details) == (
        "anna@kino.example",
        {
            "currency": "DKK",
            "before": {"desk_limit_minor": 2500, "lifetime": "1 day, 0:00:00"},
            "after": {"desk_limit_minor": 0, "lifetime": "2:00:00"},
        },
    )


def test_empty_amounts_are_no_limits(administrator, kino):
    limits = ("terminal_day_limit", "tills_day_limit", "two_approvers_above", "person_day_limit", "day_limit")
    nothing = ("till_limit", "desk_limit")
    rules(kino, **{f"{name}_minor": 5000 for name in (*limits, *nothing)})

    administrator.post(PAGE, **form(administrator, PAGE, **dict.fromkeys((*limits, *nothing), "")))

    assert PolicyChange.objects.get().rules == dict.fromkeys([f"{name}_minor" for name in limits])
    assert list(Policy.objects.values_list(*[f"{name}_minor" for name in nothing])) == [(0, 0)]


def test_saving_the_form_as_it_is_changes_nothing_and_writes_nothing_into_the_log(administrator, kino):
    rules(kino, desk_limit_minor=2500)
    fields, before = form(administrator, PAGE), rows()

    answer = administrator.post(PAGE, **fields)

    assert (answer.status_code, rows()) == (302, before)


WRONG = [
    ({"till_limit": "much"}, "The amount must be a plain amount with a point and at most two decimals, such as 27.06."),
    ({"desk_limit": "-1"}, "The amount must be a plain amount with a point and at most two decimals, such as 27.06."),
    ({"desk_limit": "0"}, "The amount must be more than zero."),
    ({"day_limit": "1.000"}, "1.000 can be read in two ways. Write it with two decimals, such as 1234.00."),
    ({"person_day_limit": "9" * 13}, "The amount must have at most 12 digits."),
    ({"lifetime_hours": ""}, "This field is required."),
    ({"lifetime_hours": "0"}, "Ensure this value is greater than or equal to 1."),
    ({"lifetime_hours": "337"}, "Ensure this value is less than or equal to 336."),
    ({"lifetime_hours": "1.5"}, "Enter a whole number."),
    ({"window_days": "0"}, "Ensure this value is greater than or equal to 1."),
    ({"window_days": "91"}, "Ensure this value is less than or equal to 90."),
    ({"opens_at": ""}, "This field is required."),
    ({"closes_at": "25:00"}, "Enter a valid time."),
    (
        {"till_limit": "", "desk_limit": "100", "two_approvers_above": "99.99"},
        "This cannot be less than what needs no approver at all.",
    ),
    ({"two_approvers_above": "499.99"}, "This cannot be less than what tills give back at once."),
]


def test_rules_that_make_no_sense_change_nothing(administrator, kino):
    fields, before = form(administrator, PAGE), rows()

    pages = [(wrong, administrator.send(PAGE, **{**fields, **wrong})) for wrong, _ in WRONG]

    assert [(wrong, *errors(page)) for wrong, page in pages] == WRONG
    assert [page.status_code for _, page in pages] == [422] * len(WRONG)
    assert rows() == before


@pytest.mark.parametrize("second", ["100", "100.01"])
def test_the_second_limit_may_be_the_first_one(administrator, kino, second):
    rules(kino, desk_limit_minor=10000)

    administrator.post(
        PAGE, **form(administrator, PAGE, till_limit="100", desk_limit="100", two_approvers_above=second)
    )

    assert Policy.objects.get().two_approvers_above.minor >= Policy.objects.get().desk_limit.minor == 10000


def test_a_form_older_than_somebody_elses_change_is_shown_again_before_it_is_saved(administrator, kino):
    stale = form(administrator, PAGE, desk_limit="25")
    rules(kino, desk_limit_minor=5000, lifetime=timedelta(hours=2))
    before = rows()

    refused = administrator.send(PAGE, **stale)
    is_unmoved = rows() == before
    saved = administrator.send(PAGE, **filled(refused))

    [message] = errors(refused)
    assert (refused.status_code, is_unmoved, value_of(refused, "desk_limit")) == (422, True, "25")
    assert (message.startswith(STALE), "; Requests lapse after, in hours: now 2; " in message) == (True, True)
    assert saved["HX-Redirect"] == administrator.url("merchant/")
    assert Policy.objects.get().desk_limit_minor == 2500


def test_what_is_true_now_is_told_in_words_for_people(administrator, kino):
    stale = form(administrator, PAGE)
    rules(kino, till_limit_minor=0, desk_limit_minor=2500)

    [message] = errors(administrator.post(PAGE, **stale))

    assert [each for each in ("_", "[", "'", "None", "datetime") if each in message] == []


@pytest.mark.parametrize("currency", ["EUR", "dkk", "SEK", "%00", "x" * 300])
def test_there_are_no_rules_in_a_currency_that_the_merchant_does_not_take(administrator, kino, currency):
    before = rows()

    answers = [administrator.get(f"refunds/policy/{currency}/"), administrator.post(f"refunds/policy/{currency}/")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert rows() == before


@pytest.mark.parametrize("who", ["clerk", "approver", "auditor", "administrator of one store"])
def test_only_administrators_of_the_whole_merchant_write_rules(request, one_factor, counter, administrator, who):
    is_lone = who == "administrator of one store"
    fields = form(administrator, PAGE, desk_limit="25")
    somebody = limited_to(counter.terminal.store, Role.ADMINISTRATOR) if is_lone else request.getfixturevalue(who)
    before = rows()

    answers = [somebody.get(PAGE), somebody.post(PAGE, **fields)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert said(answers[0], "h1") == ["You may not manage the merchant, its stores and its access token here"]
    assert rows() == before


def test_who_changes_the_rules_has_shown_lately_who_they_are(administrator, kino):
    before = rows()
    prove(administrator, ago=timedelta(minutes=5, seconds=1))

    answers = [administrator.get(PAGE), administrator.post(PAGE)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert {answer["Location"].partition("?")[0] for answer in answers} == {"/accounts/reauthenticate/"}
    assert rows() == before
