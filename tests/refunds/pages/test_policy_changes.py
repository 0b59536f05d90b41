"""What somebody wants to loosen about the rules: where it shows, who decides about it, and who cannot."""

from datetime import timedelta

import pytest

from portal import clock
from portal.accounts.models import Membership
from portal.accounts.services import people
from refunds.models import Outcome, Policy, PolicyChange
from refunds.services import policy_changes
from tests.house.world import rows
from tests.pages import all_of, errors, facts, said, toasts, words
from tests.refunds.pages.forms import form, lead
from tests.refunds.scenarios import prove, rules, want

PAGE = "refunds/policy/DKK/"
EVERY_ACT = ("confirm", "decline", "withdraw")


@pytest.fixture(autouse=True)
def _proved(administrator):
    prove(administrator)


@pytest.fixture
def waiting(administrator, eva):
    """Anna wants the desk to give back 20.00 alone; Eva may say yes or no."""
    return want(administrator, desk_limit_minor=2000)


def act(change, name):
    return f"refunds/policy-changes/{change.pk}/{name}/"


def notice(person):
    """What the merchant's page says about a change that waits, and where its buttons lead."""
    page = person.get("merchant/")
    boxes = all_of(page, "section//div", "notice")
    links = [each.get("href").rpartition("policy-changes/")[2] for box in boxes for each in box.iterfind(".//a")]
    lines = [each for box in boxes for each in box.iterfind(".//p") if "buttons" not in each.get("class", "")]
    return [words(each) for each in lines], links


def badge(person):
    page = person.get("terminals/")
    [item] = [each for each in all_of(page, "nav[@class='side']//li/a") if words(each).startswith("Merchant")]
    return words(item)


def to_look_at(person):
    return [words(each) for each in all_of(person.get(""), "div[@id='overview']/div", "notice")]


def desk_limit():
    return Policy.objects.get().desk_limit_minor


def test_saving_a_looser_rule_says_that_it_waits(administrator, eva):
    answer = administrator.post(PAGE, **form(administrator, PAGE, desk_limit="20", till_limit="100"))

    page = administrator.browser.get(answer["Location"])
    assert answer["Location"] == administrator.url("merchant/")
    assert toasts(page) == [
        "Saved. What is stricter holds at once; what lets more through waits until another administrator confirms it."
    ]
    policy = Policy.objects.get()
    assert (policy.desk_limit_minor, policy.till_limit_minor) == (0, 10_000)


def test_saving_alone_says_that_it_waits_for_a_day(administrator, kino):
    answer = administrator.post(PAGE, **form(administrator, PAGE, desk_limit="20"))

    assert toasts(administrator.browser.get(answer["Location"])) == [
        "Saved. What is stricter holds at once; what lets more through waits for a day."
    ]
    assert notice(administrator)[0][-1] == (
        "Nobody else could confirm it, so it takes effect by itself in 1 d, at 3 Mar 2026, 15:00."
    )


def test_the_form_says_what_waits_for_whom_and_that_saving_replaces_it(administrator, eva):
    before = lead(administrator.get(PAGE))
    want(administrator, desk_limit_minor=2000)

    after = lead(administrator.get(PAGE))

    rule = "What is stricter holds at once. What lets more through waits for another administrator, or for a day."
    assert before == [rule]
    assert after == [f"{rule} A change waits already: what you save replaces it."]


def test_what_waits_for_a_second_person_shows_with_what_each_may_do(waiting, administrator, eva, clerk, platform):
    prove(platform)
    text = [
        "Anna asked 0 s ago to loosen these rules:",
        "The desk needs no approver up to: 20.00 DKK instead of nothing",
        "It waits for Eva.",
    ]
    decide = [f"{waiting.pk}/confirm/", f"{waiting.pk}/decline/"]

    assert notice(administrator) == (text, [f"{waiting.pk}/withdraw/"])
    assert notice(eva) == (text, decide)
    assert notice(platform) == (text, decide)
    assert notice(clerk) == (text, [])


def test_what_nobody_is_left_to_confirm_says_so(waiting, administrator, eva, platform):
    people.remove(membership=Membership.objects.get(user=eva.user), by=platform.user)

    assert notice(administrator)[0][-1] == (
        "Nobody is left who could confirm it. Withdrawn and asked for again, it takes effect after a day."
    )


def test_it_is_counted_and_pointed_out_to_those_who_can_decide(waiting, administrator, eva, clerk, approver, platform):
    found = {
        each.user.name: (badge(each), to_look_at(each)) for each in (administrator, eva, clerk, approver, platform)
    }

    pointed_out = ("Merchant 1 waiting for you", ["Anna wants to loosen the rules for refunds. Confirm or decline it."])
    nothing = ("Merchant", [])
    assert found == {
        "Anna": nothing,
        "Eva": pointed_out,
        "Carl": nothing,
        "Asta": nothing,
        "Pia": pointed_out,
    }


def test_a_second_administrator_confirms(waiting, eva):
    page = eva.get(act(waiting, "confirm"))
    answer = eva.post(act(waiting, "confirm"))

    assert said(page, "h1") == ["Loosen the rules for refunds?"]
    assert facts(page) == {"The desk needs no approver up to": "20.00 DKK instead of nothing", "Asked by": "Anna"}
    assert said(page, "button[@type='submit']", "main") == ["Confirm"]
    assert answer["Location"] == eva.url("merchant/")
    assert toasts(eva.browser.get(answer["Location"])) == [
        "Confirmed. The rules hold for what is asked for from now on."
    ]
    assert (desk_limit(), PolicyChange.objects.get().decider) == (2000, eva.user)


def test_a_second_administrator_declines_with_a_reason(waiting, eva):
    wordless = eva.post(act(waiting, "decline"))
    answer = eva.post(act(waiting, "decline"), reason="Not before Christmas")

    assert errors(wordless) == ["This field is required."]
    assert toasts(eva.browser.get(answer["Location"])) == ["Declined. The rules stay as they are."]
    assert (desk_limit(), PolicyChange.objects.get().outcome) == (0, Outcome.DECLINED)


def test_whoever_asked_withdraws(waiting, administrator):
    page = administrator.get(act(waiting, "withdraw"))
    answer = administrator.post(act(waiting, "withdraw"))

    assert said(page, "button[@type='submit']", "main") == ["Withdraw"]
    assert toasts(administrator.browser.get(answer["Location"])) == ["Withdrawn. The rules stay as they are."]
    assert (desk_limit(), PolicyChange.objects.get().outcome) == (0, Outcome.WITHDRAWN)


@pytest.mark.parametrize(
    ("name", "who", "why"),
    [
        ("confirm", "administrator", "You asked for this change, so another administrator must confirm it."),
        ("decline", "administrator", "You asked for this change: withdraw it instead."),
        ("withdraw", "eva", "Only the person who asked for this change can withdraw it."),
    ],
)
def test_what_somebody_may_not_do_says_why_and_changes_nothing(name, who, why, waiting, request):
    person, before = request.getfixturevalue(who), rows()

    page = person.get(act(waiting, name))
    refused = person.post(act(waiting, name), reason="It has to be.")

    assert (lead(page), said(page, "button[@type='submit']", "main")) == ([why], [])
    assert (refused.status_code, errors(refused)) == (422, [f"{why} Nothing was changed."])
    assert rows() == before


def test_who_was_too_late_reads_what_became_of_it(waiting, administrator, eva):
    policy_changes.withdraw(change=waiting, by=administrator.user, now=clock.now())
    before = rows()

    refused = eva.post(act(waiting, "confirm"))

    assert errors(refused) == ["This change does not wait any more: withdrawn. Nothing was changed."]
    assert rows() == before


@pytest.mark.parametrize("name", EVERY_ACT)
def test_who_decides_has_shown_lately_who_they_are(name, waiting, eva):
    prove(eva, ago=timedelta(minutes=5, seconds=1))
    before = rows()

    answer = eva.post(act(waiting, name), reason="It has to be.")

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert rows() == before


@pytest.mark.parametrize("name", EVERY_ACT)
def test_another_merchants_change_does_not_exist(name, waiting, rival):
    prove(rival)
    before = rows()

    answers = [rival.get(act(waiting, name)), rival.post(act(waiting, name))]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert rows() == before


def test_rules_that_nobody_wants_to_loosen_show_nothing(administrator, eva, kino):
    rules(kino)

    assert notice(administrator) == ([], [])
