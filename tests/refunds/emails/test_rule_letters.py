"""Letters about rules for refunds: every change, asked for, made or ended, reaches more than the one who made it."""

from datetime import timedelta

import pytest

from portal import clock
from portal.accounts.models import User
from portal.emails.models import Email
from portal.roles import Role
from refunds.services import policy_changes
from tests.people import hire
from tests.places import new_counter
from tests.refunds.scenarios import rules, want

SUBJECT = "[PoS Portal] Rules for refunds: {} (Kino Nord)"
ASKED, CHANGED, ENDED = (
    SUBJECT.format(what) for what in ("looser ones are asked for", "changed", "nothing is loosened")
)


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)


def letters():
    """Who got what since the last look."""
    found = [(letter.to.partition("@")[0], letter.subject) for letter in Email.objects.order_by("pk")]
    Email.objects.all().delete()
    return found


def body():
    return str(Email.objects.order_by("pk").first().body).replace("\xa0", " ")


def to(*names, subject):
    return [(name, subject) for name in names]


def confirm(change, person):
    policy_changes.confirm(change=change, by=person.user, now=clock.now())


def test_a_stricter_rule_is_told_to_all_administrators_and_approvers(
    administrator, eva, approver, clerk, auditor, rival, platform, merchants
):
    counter = new_counter(merchants["KINO1"])
    hire("lone@kino.example", counter.merchant, Role.APPROVER, stores=[counter.terminal.store])
    gone = hire("gone@kino.example", counter.merchant, Role.ADMINISTRATOR).user
    gone.is_active = False
    gone.save()

    want(administrator, till_limit_minor=0)

    assert letters() == to("anna", "asta", "eva", "lone", subject=CHANGED)


def test_what_has_changed_is_told_in_words(administrator, eva, settings):
    settings.PORTAL_URL = "https://portal.example"

    want(administrator, till_limit_minor=10_000, lifetime=timedelta(hours=2))

    assert body() == (
        "Hello Anna,\n\n"
        "Anna has changed the rules for refunds in DKK at Kino Nord:\n\n"
        "    Tills give back by themselves up to: 100.00 DKK instead of 500.00 DKK\n"
        "    Requests lapse after: 2 hours instead of 24 hours\n\n"
        "It counts for what is asked for from now on. If you did not expect it, look at the rules and the audit log.\n"
        f"\nhttps://portal.example/merchants/{administrator.merchant.pk}/merchant/\n\n"
    )


def test_what_waits_for_a_second_person_is_told_when_it_is_asked_for_and_when_it_is_confirmed(
    administrator, eva, approver, platform
):
    change = want(administrator, desk_limit_minor=2000)
    said, asked = body(), letters()
    confirm(change, eva)

    assert asked == to("anna", "asta", "eva", subject=ASKED)
    assert (
        "Anna wants to loosen the rules for refunds in DKK at Kino Nord:\n\n"
        "    The desk needs no approver up to: 20.00 DKK instead of nothing\n\n"
        "Nothing has changed yet: another administrator (Eva) must confirm or decline it.\n"
    ) in said
    assert (
        "Anna wanted to loosen the rules for refunds in DKK at Kino Nord. Eva has confirmed it, and it holds:" in body()
    )
    assert letters() == to("anna", "asta", "eva", subject=CHANGED)


def test_where_nobody_else_could_confirm_it_the_platforms_administrators_are_told_as_well(
    administrator, approver, platform
):
    retired = User.objects.create(
        email="former@portal.example", name="Former", is_platform_administrator=True, is_active=False
    )

    want(administrator, desk_limit_minor=2000)

    assert (
        "No other administrator could confirm it, so it takes effect by itself at 12:00 on 3 March 2026 (CET). Until "
        "then Anna can withdraw it, and a platform administrator can confirm or decline it. If you did not expect it, "
        "speak up now.\n"
    ) in body()
    assert letters() == to("anna", "asta", "pia", subject=ASKED)
    assert retired.is_active is False


def test_what_takes_effect_by_itself_is_told(administrator, approver, platform, time_machine):
    want(administrator, desk_limit_minor=2000)
    letters()
    time_machine.shift(timedelta(days=1))

    policy_changes.take_effect(now=clock.now())

    assert (
        "at Kino Nord. Its day has passed, and it holds:\n\n    The desk needs no approver up to: 20.00 DKK" in body()
    )
    assert letters() == to("anna", "asta", "pia", subject=CHANGED)


def test_a_lone_administrators_stricter_rule_is_told_to_the_platform(administrator, platform):
    want(administrator, till_limit_minor=0)

    assert letters() == to("anna", "pia", subject=CHANGED)


def test_what_a_platform_administrator_changes_is_told_once(administrator, platform):
    want(platform, till_limit_minor=0)

    assert letters() == to("anna", subject=CHANGED)


def test_what_is_changed_where_nobody_decides_is_told_to_the_others_of_the_platform(merchants, platform):
    User.objects.create(email="paul@portal.example", name="Paul", is_platform_administrator=True)

    want(platform, till_limit_minor=0)

    assert letters() == to("paul", subject=CHANGED)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("decline", "It is declined: not before Christmas (Eva)."),
        ("withdraw", "It is withdrawn (Anna)."),
        ("replace", "It is replaced by another one (Eva)."),
    ],
)
def test_what_will_not_come_is_told(end, said, administrator, eva):
    change = want(administrator, desk_limit_minor=2000)
    letters()

    if end == "decline":
        policy_changes.decline(change=change, reason="not before Christmas", by=eva.user, now=clock.now())
    elif end == "withdraw":
        policy_changes.withdraw(change=change, by=administrator.user, now=clock.now())
    else:
        want(eva, till_limit_minor=0)

    assert f"Anna wanted to loosen the rules for refunds in DKK at Kino Nord. {said}\n" in body()
    assert letters()[:2] == to("anna", "eva", subject=ENDED)


def test_what_is_dropped_is_told(administrator, platform, time_machine):
    want(administrator, desk_limit_minor=2000)
    administrator.user.is_active = False
    administrator.user.save()
    letters()
    time_machine.shift(timedelta(days=1))

    policy_changes.take_effect(now=clock.now())

    assert "It is dropped: whoever asked may not change the rules any more.\n" in body()
    assert letters() == to("pia", subject=ENDED)


def test_saving_what_holds_already_is_told_to_nobody(administrator, eva):
    rules(administrator.merchant)

    want(administrator, desk_limit_minor=0)

    assert letters() == []
