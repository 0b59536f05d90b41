"""Where nobody else could confirm it, what lets more through takes effect a day later, unless it is stopped."""

from datetime import timedelta

from django.conf import settings
import pytest

from portal import celery, clock
from portal.accounts.services import people
from portal.audit.models import Entry
from portal.roles import Role
from refunds import tasks
from refunds.models import Outcome, Policy, PolicyChange
from refunds.services import policy_changes
from tests.payments.factories import new_payment
from tests.people import hire
from tests.refunds.scenarios import ask, want

DAY = timedelta(days=1)


@pytest.fixture
def waiting(administrator, time_machine):
    """Anna, who has no colleague, wants the desk to give back 20.00 alone."""
    time_machine.move_to(clock.now(), tick=False)
    return want(administrator, desk_limit_minor=2000)


def desk_limit():
    return Policy.objects.get().desk_limit_minor


def outcome():
    return PolicyChange.objects.get().outcome


def test_beat_calls_the_task():
    planned = settings.CELERY_BEAT_SCHEDULE[tasks.change_policies.name]

    assert (planned["task"], planned["schedule"]) == (tasks.change_policies.name, 60.0)
    assert celery.app.tasks[planned["task"]].name == planned["task"]


def test_it_takes_effect_a_day_later_and_not_before(waiting, time_machine):
    time_machine.shift(DAY - timedelta(microseconds=1))
    tasks.change_policies()
    early = desk_limit(), outcome()
    time_machine.shift(timedelta(microseconds=1))

    tasks.change_policies()
    tasks.change_policies()

    assert waiting.takes_effect_at == waiting.created_at + DAY
    assert (early, desk_limit(), outcome()) == ((0, ""), 2000, Outcome.TOOK_EFFECT)
    actions = Entry.objects.filter(action__startswith="refund:policy").order_by("pk")
    assert list(actions.values_list("action", "actor")) == [
        ("refund:policy_asked", "anna@kino.example"),
        ("refund:policy_ended", "worker"),
        ("refund:policy_changed", "worker"),
    ]
    assert actions[2].details == {
        "currency": "DKK",
        "before": {"desk_limit_minor": 0},
        "after": {"desk_limit_minor": 2000},
        "asked_by": "anna@kino.example",
    }


def test_until_then_nothing_is_given_back_by_it(waiting, pos, administrator, time_machine):
    payment = new_payment(pos, state="Captured")
    time_machine.shift(DAY - timedelta(seconds=1))

    refund = ask(payment, administrator, 2000)

    assert (refund.state, refund.approvals_needed) == ("Requested", 1)


def test_whoever_asked_can_withdraw_it_meanwhile(waiting, administrator, time_machine):
    policy_changes.withdraw(change=waiting, by=administrator.user, now=clock.now())
    time_machine.shift(DAY)

    tasks.change_policies()

    assert (desk_limit(), outcome()) == (0, Outcome.WITHDRAWN)


def test_a_platform_administrator_can_decline_it_meanwhile(waiting, platform, time_machine):
    policy_changes.decline(change=waiting, reason="never asked me", by=platform.user, now=clock.now())
    time_machine.shift(DAY)

    tasks.change_policies()

    assert (desk_limit(), outcome()) == (0, Outcome.DECLINED)


def test_asking_again_begins_the_day_again(waiting, administrator, time_machine):
    time_machine.shift(timedelta(hours=12))
    want(administrator, desk_limit_minor=3000)
    time_machine.shift(timedelta(hours=12))

    tasks.change_policies()

    assert desk_limit() == 0


@pytest.mark.parametrize("how", ["removed", "dismissed"])
def test_it_is_dropped_when_whoever_asked_may_not_change_rules_any_more(
    how, waiting, administrator, platform, time_machine
):
    if how == "removed":
        people.remove(membership=administrator.user.memberships.get(), by=platform.user)
    else:
        administrator.user.is_active = False
        administrator.user.save()
    time_machine.shift(DAY)

    tasks.change_policies()

    assert (desk_limit(), outcome(), PolicyChange.objects.get().decider) == (0, Outcome.DROPPED, None)


def test_what_waits_for_a_second_person_never_takes_effect_by_itself(administrator, eva, later):
    want(administrator, desk_limit_minor=2000)
    later(days=400)

    count = policy_changes.take_effect(now=clock.now())

    assert (count, desk_limit(), outcome()) == (0, 0, "")


@pytest.mark.parametrize("colleague", ["of some stores", "invited and never seen", "left"])
def test_a_colleague_who_cannot_confirm_is_none(colleague, administrator, merchants, pos):
    stores = [pos.terminal.store] if colleague == "of some stores" else None
    person = hire("eva@kino.example", merchants["KINO1"], Role.ADMINISTRATOR, stores=stores).user
    if colleague == "invited and never seen":
        person.memberships.update(accepted_at=None)
    person.is_active = colleague != "left"
    person.save()

    asked = want(administrator, desk_limit_minor=2000)

    assert asked.takes_effect_at == asked.created_at + DAY


def test_a_worker_that_comes_second_finds_nothing_to_do(waiting, time_machine):
    time_machine.shift(DAY)
    due = PolicyChange.objects.get()
    policy_changes.take_effect(now=clock.now())

    again = policy_changes._take_effect(due, now=clock.now())

    assert (again, Entry.objects.filter(action="refund:policy_changed").count()) == (False, 1)
