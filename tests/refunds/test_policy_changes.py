"""Stricter rules hold at once; what lets more through waits for a second person."""

from datetime import time, timedelta

import pytest

from portal import clock
from portal.accounts.services import people
from portal.audit.models import Entry
from portal.roles import Role
from refunds.models import Outcome, Policy, PolicyChange, Refund
from refunds.services import policy_changes
from terminals.models import Merchant
from tests.payments.factories import new_payment
from tests.people import hire
from tests.refunds.scenarios import ask, refusal, rules, want

OVER = "This change does not wait any more: {}. Nothing was changed."


@pytest.fixture
def payment(pos):
    """A captured payment of 2000.00 DKK."""
    return new_payment(pos, state="Captured", amount_minor=200_000)


def confirm(change, person):
    return policy_changes.confirm(change=change, by=person.user, now=clock.now())


def decline(change, person, reason="too much"):
    return policy_changes.decline(change=change, reason=reason, by=person.user, now=clock.now())


def withdraw(change, person):
    return policy_changes.withdraw(change=change, by=person.user, now=clock.now())


def holds(*names):
    """The rules that hold."""
    return Policy.objects.values_list(*names).get()


def log():
    entries = Entry.objects.filter(action__startswith="refund:policy").order_by("pk")
    return [(entry.action, entry.actor, entry.details) for entry in entries]


def everything():
    return list(Policy.objects.values()), list(PolicyChange.objects.values()), log()


def test_one_administrator_does_not_lift_the_desks_limit_refund_and_lower_it_again(
    payment, administrator, eva, approver, later
):
    waiting = want(administrator, desk_limit_minor=200_000)
    refund = ask(payment, administrator, 200_000)
    want(administrator, desk_limit_minor=0)
    later(days=30)
    policy_changes.take_effect(now=clock.now())

    assert waiting.takes_effect_at is None
    assert (Refund.objects.get(pk=refund.pk).state, refund.approvals_needed) == ("Requested", 1)
    assert holds("desk_limit_minor") == (0,)


def test_a_stricter_rule_holds_at_once_and_is_written_down(administrator, eva):
    rules(administrator.merchant, desk_limit_minor=500)

    waiting = want(administrator, desk_limit_minor=400, lifetime=timedelta(hours=2), closes_at=time(22))

    assert (waiting, holds("desk_limit_minor", "lifetime", "closes_at")) == (None, (400, timedelta(hours=2), time(22)))
    [(action, actor, facts)] = log()
    entry = Entry.objects.get(action="refund:policy_changed")
    assert (action, actor) == ("refund:policy_changed", "anna@kino.example")
    assert (entry.merchant_id, entry.subject_kind) == (administrator.merchant.pk, "merchant")
    assert facts == {
        "currency": "DKK",
        "before": {"desk_limit_minor": 500, "lifetime": "1 day, 0:00:00", "closes_at": "23:00:00"},
        "after": {"desk_limit_minor": 400, "lifetime": "2:00:00", "closes_at": "22:00:00"},
    }


def test_a_looser_rule_waits_and_is_written_down(administrator, eva):
    waiting = want(administrator, desk_limit_minor=400, opens_at=time(7))

    [asked] = log()
    assert holds("desk_limit_minor", "opens_at") == (0, time(8))
    assert (waiting.is_waiting, waiting.takes_effect_at, waiting.requester) == (True, None, administrator.user)
    assert asked == (
        "refund:policy_asked",
        "anna@kino.example",
        {
            "currency": "DKK",
            "before": {"desk_limit_minor": 0, "opens_at": "08:00:00"},
            "after": {"desk_limit_minor": 400, "opens_at": "07:00:00"},
        },
    )
    assert str(waiting) == "change of refunds of KINO1 in DKK"


def test_of_a_change_both_ways_the_stricter_part_holds_and_the_looser_one_waits(administrator, eva):
    waiting = want(administrator, desk_limit_minor=9000, till_limit_minor=100, two_approvers_above_minor=9000)

    fresh = PolicyChange.objects.get()
    assert holds("desk_limit_minor", "till_limit_minor", "two_approvers_above_minor") == (0, 100, 9000)
    assert (fresh, fresh.old_rules, fresh.rules) == (waiting, {"desk_limit_minor": 0}, {"desk_limit_minor": 9000})


def test_saving_what_holds_already_changes_nothing(administrator, eva):
    rules(administrator.merchant)
    before = everything()

    unchanged = want(administrator, desk_limit_minor=0, window=timedelta(days=90))

    assert (unchanged, everything()) == (None, before)


def test_another_administrator_confirms_and_it_holds_from_then_on(payment, clerk, administrator, eva):
    waiting = want(administrator, desk_limit_minor=1000, lifetime=timedelta(hours=48), closes_at=time(23, 30))
    before = ask(payment, clerk, 100)

    confirmed = confirm(waiting, eva)

    after = ask(payment, clerk, 100)
    row = PolicyChange.objects.get()
    assert (confirmed, row.outcome, row.decider, row.is_waiting) == (row, Outcome.CONFIRMED, eva.user, False)
    assert holds("desk_limit_minor", "lifetime", "closes_at") == (1000, timedelta(hours=48), time(23, 30))
    assert [each.state for each in (before, after)] == ["Requested", "Approved"]
    _, ended, changed = log()
    assert ended == (
        "refund:policy_ended",
        "eva@kino.example",
        {"currency": "DKK", "outcome": "confirmed", "reason": "", "asked_by": "anna@kino.example"},
    )
    assert changed[:2] == ("refund:policy_changed", "eva@kino.example")
    assert (changed[2]["asked_by"], changed[2]["after"]["desk_limit_minor"]) == ("anna@kino.example", 1000)


def test_nobody_confirms_or_declines_what_they_asked_for(administrator, eva):
    waiting = want(administrator, desk_limit_minor=1000)
    before = everything()

    said = [refusal(deed, waiting, administrator) for deed in (confirm, decline)]

    assert said == [
        "You asked for this change, so another administrator must confirm it. Nothing was changed.",
        "You asked for this change: withdraw it instead. Nothing was changed.",
    ]
    assert everything() == before


def test_only_who_asked_withdraws(administrator, eva):
    waiting = want(administrator, desk_limit_minor=1000)
    before = everything()

    said = refusal(withdraw, waiting, eva)

    assert said == "Only the person who asked for this change can withdraw it. Nothing was changed."
    assert everything() == before


@pytest.mark.parametrize(
    ("end", "who", "outcome", "word"),
    [(decline, "eva", "declined", "declined"), (withdraw, "administrator", "withdrawn", "withdrawn")],
)
def test_what_was_declined_or_withdrawn_stays_so(end, who, outcome, word, administrator, eva, request):
    waiting = want(administrator, desk_limit_minor=1000)
    ended = end(waiting, request.getfixturevalue(who))
    before = everything()

    said = [refusal(confirm, waiting, eva), refusal(decline, waiting, eva), refusal(withdraw, waiting, administrator)]

    assert (ended.outcome, holds("desk_limit_minor")) == (outcome, (0,))
    assert said == [OVER.format(word)] * 3
    assert everything() == before


def test_why_it_was_declined_is_written_down(administrator, eva):
    decline(want(administrator, desk_limit_minor=1000), eva, "not before Christmas")

    action, actor, facts = log()[-1]

    assert (action, actor) == ("refund:policy_ended", "eva@kino.example")
    assert (facts["outcome"], facts["reason"]) == ("declined", "not before Christmas")


def test_whatever_is_saved_replaces_what_waits(administrator, eva):
    first = want(administrator, desk_limit_minor=1000)

    second = want(eva, desk_limit_minor=500, till_limit_minor=100)

    replaced = PolicyChange.objects.get(pk=first.pk)
    assert (replaced.outcome, replaced.decider) == (Outcome.REPLACED, eva.user)
    assert (holds("desk_limit_minor", "till_limit_minor"), second.rules) == ((0, 100), {"desk_limit_minor": 500})
    assert refusal(confirm, first, eva) == OVER.format("replaced by another one")


def test_what_is_made_stricter_is_not_loosened_by_what_waited_before(administrator, eva):
    first = want(administrator, desk_limit_minor=9000)

    want(eva, two_approvers_above_minor=5000)

    assert PolicyChange.objects.waiting().exists() is False
    assert refusal(confirm, first, eva) == OVER.format("replaced by another one")
    assert holds("desk_limit_minor", "two_approvers_above_minor") == (0, 5000)


def test_the_same_form_sent_twice_is_one_request(administrator, eva):
    first = want(administrator, desk_limit_minor=1000)
    before = everything()

    again = want(administrator, desk_limit_minor=1000)

    assert (again, everything()) == (first, before)


def test_the_same_wish_of_somebody_else_is_no_confirmation(administrator, eva):
    want(administrator, desk_limit_minor=1000)

    second = want(eva, desk_limit_minor=1000)

    assert (second.requester, holds("desk_limit_minor")) == (eva.user, (0,))


def test_what_somebody_asked_for_who_may_not_change_rules_any_more_is_not_confirmed(administrator, eva):
    waiting = want(administrator, desk_limit_minor=1000)
    people.remove(membership=administrator.user.memberships.get(), by=eva.user)
    before = everything()

    said = refusal(confirm, waiting, eva)

    assert said == ("Anna may not change the rules any more: decline it, and ask for it yourself. Nothing was changed.")
    assert everything() == before


def _invited(person):
    """Somebody whom this person has just made an administrator."""
    return people.invite(
        merchant=person.merchant,
        email="new@kino.example",
        name="New",
        role=Role.ADMINISTRATOR,
        stores=None,
        by=person.user,
    ).user


def test_whom_somebody_made_an_administrator_does_not_confirm_for_them_for_a_day(administrator, eva, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    new = _invited(administrator)
    waiting = want(administrator, desk_limit_minor=1000)
    time_machine.shift(timedelta(hours=23, minutes=59))
    early = policy_changes.why_not_confirm(change=waiting, by=new, now=clock.now())
    time_machine.shift(timedelta(minutes=2))

    late = policy_changes.why_not_confirm(change=waiting, by=new, now=clock.now())

    assert early == (
        "Anna gave you your role, or removed your second factor, less than a day ago, themselves or through others. "
        "Until a day has passed, somebody else must confirm what they ask for."
    )
    assert late == ""


def test_whom_somebody_else_made_an_administrator_confirms_at_once(administrator, eva):
    new = _invited(eva)
    waiting = want(administrator, desk_limit_minor=1000)

    assert policy_changes.why_not_confirm(change=waiting, by=new, now=clock.now()) == ""


def test_a_second_account_of_ones_mailbox_is_no_second_person(administrator, merchants):
    twin = hire("anna+refunds@kino.example", merchants["KINO1"], Role.ADMINISTRATOR)
    waiting = want(administrator, desk_limit_minor=1000)
    before = everything()

    said = [refusal(deed, waiting, twin) for deed in (confirm, decline)]

    assert waiting.takes_effect_at == waiting.created_at + timedelta(days=1)
    assert said == [
        "You asked for this change, so another administrator must confirm it. Nothing was changed.",
        "You asked for this change: withdraw it instead. Nothing was changed.",
    ]
    assert everything() == before
    assert withdraw(waiting, twin).outcome == Outcome.WITHDRAWN


def test_a_platform_administrator_can_confirm(administrator, eva, platform):
    waiting = want(administrator, desk_limit_minor=1000)

    confirm(waiting, platform)

    assert (PolicyChange.objects.get().decider, holds("desk_limit_minor")) == (platform.user, (1000,))


def test_what_a_platform_administrator_asks_for_waits_for_the_merchants_own(administrator, platform):
    waiting = want(platform, desk_limit_minor=1000)

    assert (waiting.takes_effect_at, holds("desk_limit_minor")) == (None, (0,))
    assert confirm(waiting, administrator).outcome == Outcome.CONFIRMED


def test_those_can_confirm_who_administer_the_whole_merchant_and_have_come(administrator, eva, merchants, pos):
    kino = merchants["KINO1"]
    hire("lone@kino.example", kino, Role.ADMINISTRATOR, stores=[pos.terminal.store])
    hire("rival@kino.example", merchants["BAGER7"], Role.ADMINISTRATOR)
    gone, invited = (hire(f"{name}@kino.example", kino, Role.ADMINISTRATOR).user for name in ("gone", "invited"))
    gone.is_active = False
    gone.save()
    invited.memberships.update(accepted_at=None)

    found = policy_changes.confirmers(merchant=Merchant.objects.get(pk=kino.pk), requester=administrator.user)

    assert found == [eva.user]


def test_it_waits_for_others_and_not_for_who_asked(administrator, eva, clerk, approver, platform, rival):
    waiting = want(administrator, desk_limit_minor=1000)
    kino = administrator.merchant

    found = {
        person.user.name: policy_changes.waiting_for(person.user, kino)
        for person in (administrator, eva, clerk, approver, platform, rival)
    }

    assert {name: changes for name, changes in found.items() if changes} == {"Eva": [waiting], "Pia": [waiting]}


def test_each_currency_has_its_own_change(rival, merchants):
    hire("bo@bager.example", merchants["BAGER7"], Role.ADMINISTRATOR)

    changes = [want(rival, currency=currency, desk_limit_minor=100) for currency in ("DKK", "EUR")]

    assert PolicyChange.objects.waiting().count() == 2
    assert [change.policy.currency for change in changes] == ["DKK", "EUR"]
