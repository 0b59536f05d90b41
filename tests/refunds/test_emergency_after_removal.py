"""Taking an approver's role away opens no emergency approval: not for what was asked before, and not at once."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
import pytest

from portal import clock
from portal.accounts.models import Membership
from portal.accounts.services import people, second_factors
from portal.roles import Role
from tests.payments.factories import new_payment, new_store
from tests.people import hire
from tests.refunds.scenarios import ask, last_seen, refusal, stand_in, traces

COULD = (
    "Asta could approve it until lately. You may stand in when nobody has done so for 30 minutes. Nothing was changed."
)
TOOK = (
    "You have taken an approver's role or second factor away, so for a day you cannot stand in for one, and not at all "
    "for what was asked for before. Another administrator can. Nothing was changed."
)


@pytest.fixture
def asked(pos, clerk, time_machine):
    """Carl asks for 10.00 DKK, and time stands still."""
    refund = ask(new_payment(pos, state="Captured"), clerk, 1000)
    time_machine.move_to(refund.created_at, tick=False)
    return refund


def remove(person, by):
    people.remove(membership=Membership.objects.get(user=person.user), by=by.user)


def demote(person, by):
    people.change(membership=Membership.objects.get(user=person.user), role=Role.CLERK, stores=None, by=by.user)


def confine(person, by):
    store = new_store(person.merchant, "Randers")
    membership = Membership.objects.get(user=person.user)
    people.change(membership=membership, role=Role.APPROVER, stores=[store], by=by.user)


def take_factor(person, by):
    Authenticator.objects.create(user=person.user, type=Authenticator.Type.TOTP, data={})
    membership = Membership.objects.with_people().get(user=person.user)
    second_factors.remove(membership=membership, reason="Lost the phone.", by=by.user, now=clock.now())


@pytest.mark.parametrize("take_away", [remove, demote, confine, take_factor])
def test_one_administrator_does_not_remove_the_approver_and_stand_in_at_once(take_away, asked, approver, administrator):
    take_away(approver, administrator)
    before = traces(asked)

    said = refusal(stand_in, asked, administrator)

    assert (said, traces(asked)) == (TOOK, before)


@pytest.mark.parametrize("take_away", [remove, demote, confine])
def test_a_removed_approver_still_counts_as_being_there_for_other_administrators(
    take_away, asked, approver, administrator, eva
):
    take_away(approver, administrator)
    before = traces(asked)

    said = refusal(stand_in, asked, eva)

    assert (said, traces(asked)) == (COULD, before)


def test_other_administrators_stand_in_after_half_an_hour(asked, approver, administrator, eva, time_machine):
    remove(approver, administrator)
    time_machine.shift(timedelta(minutes=30))

    assert stand_in(asked, eva).state == "Approved"


def test_what_was_asked_for_before_is_never_theirs_to_approve(
    asked, approver, administrator, merchants, time_machine, pos, clerk
):
    remove(approver, administrator)
    time_machine.shift(timedelta(hours=23, minutes=59))

    said = refusal(stand_in, asked, administrator)

    assert said == TOOK


def test_what_is_asked_for_afterwards_is_theirs_a_day_after(approver, administrator, pos, clerk, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    remove(approver, administrator)
    refund = ask(new_payment(pos, state="Captured"), clerk, 1000)
    time_machine.shift(timedelta(hours=23, minutes=50))
    last_seen(approver)
    early = refusal(stand_in, refund, administrator)
    time_machine.shift(timedelta(minutes=9, seconds=59))
    still = refusal(stand_in, refund, administrator)
    other = ask(new_payment(pos, state="Captured", order_id="order-2"), clerk, 1000)
    time_machine.shift(timedelta(seconds=2))

    assert (early, still) == (TOOK, TOOK)
    assert stand_in(other, administrator).state == "Approved"


@pytest.mark.parametrize(("ago", "is_there"), [(timedelta(hours=12), True), (timedelta(hours=12, seconds=1), False)])
def test_approvers_of_the_last_twelve_hours_count_as_being_there(
    ago, is_there, approver, administrator, eva, pos, clerk, time_machine
):
    time_machine.move_to(clock.now(), tick=False)
    remove(approver, administrator)
    time_machine.shift(ago)
    # Whatever she does now, she is seen doing it.
    approver.user.last_login = clock.now()
    approver.user.save()
    refund = ask(new_payment(pos, state="Captured"), clerk, 1000)

    outcome = refusal(stand_in, refund, eva) if is_there else stand_in(refund, eva).state

    assert outcome == (COULD if is_there else "Approved")


def test_one_who_was_not_there_before_is_not_there_after(asked, approver, administrator, eva):
    last_seen(approver, hours=13)
    remove(approver, administrator)

    assert stand_in(asked, eva).state == "Approved"


def test_those_who_can_and_those_who_could_are_told_apart(asked, approver, second_approver, administrator, eva):
    remove(approver, administrator)

    said = refusal(stand_in, asked, eva)

    assert said.startswith("Bent can approve it. Asta could approve it until lately. You may stand in when ")


def test_an_approver_who_becomes_an_administrator_does_not_wait_for_themselves(asked, approver, administrator):
    membership = Membership.objects.get(user=approver.user)
    people.change(membership=membership, role=Role.ADMINISTRATOR, stores=None, by=administrator.user)

    assert stand_in(asked, approver).state == "Approved"


@pytest.mark.parametrize("gain", ["all stores", "a clerk", "elsewhere"])
def test_what_takes_no_approver_away_bars_nobody(gain, asked, administrator, merchants, rival):
    kino = merchants["KINO1"]
    if gain == "all stores":
        person = hire("nora@kino.example", kino, Role.APPROVER, stores=[new_store(kino, "Randers")])
        last_seen(person)
        membership = Membership.objects.get(user=person.user)
        people.change(membership=membership, role=Role.APPROVER, stores=None, by=administrator.user)
    elif gain == "a clerk":
        person = hire("nora@kino.example", kino, Role.CLERK)
        remove(person, administrator)
    else:
        person = hire("nora@bager.example", merchants["BAGER7"], Role.APPROVER)
        remove(person, rival)

    outcome = stand_in(asked, administrator).state

    assert outcome == "Approved"


def test_whoever_asked_for_it_is_not_waited_for(approver, administrator, eva, pos, time_machine):
    refund = ask(new_payment(pos, state="Captured"), approver, 1000)
    time_machine.move_to(refund.created_at, tick=False)
    remove(approver, administrator)

    assert stand_in(refund, eva).state == "Approved"
