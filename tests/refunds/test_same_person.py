"""Two people are two people: not two accounts of one mailbox, nor somebody and whom they made an approver today."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
import pytest

from portal import clock
from portal.accounts.models import Membership
from portal.accounts.services import people, second_factors
from portal.roles import Role
from refunds.models import Refund
from refunds.services import approvals, notifications
from refunds.services.refusals import MayNotDecide, PersonDayLimit
from tests.people import hire
from tests.refunds.factories import sale
from tests.refunds.scenarios import approve, ask, decline, fresh, last_seen, review, rules, stand_in, told
from tests.tillapi.raw_calls import rows


@pytest.fixture
def payment(simulator, pos):
    return sale(simulator, pos)


@pytest.fixture
def twin(clerk):
    """Another account of the clerk's mailbox, from before that was refused."""
    return hire("carl+approver@kino.example", clerk.merchant, Role.APPROVER)


def _make(email, role, by):
    """Somebody gives a role, and whoever got it comes at once."""
    merchant, name = by.merchant, email.partition("@")[0].title()
    membership = people.invite(merchant=merchant, email=email, name=name, role=role, stores=None, by=by.user)
    Membership.objects.filter(pk=membership.pk).update(accepted_at=clock.now())
    by_hand = hire(f"x{email}", merchant, Role.AUDITOR)
    by_hand.user = membership.user
    return by_hand


def _refused(deed, *args):
    before = rows()
    with pytest.raises(MayNotDecide) as refusal:
        deed(*args)
    assert rows() == before
    return refusal.value.message


def test_nobody_approves_or_declines_their_own_request_by_another_account(payment, clerk, twin, approver):
    refund = ask(payment, clerk, 1000)

    said = [_refused(approve, refund, twin), _refused(decline, refund, twin)]

    assert said == [
        "You asked for this refund, so somebody else must approve it. Nothing was changed.",
        "You asked for this refund, so somebody else must decide about it. Nothing was changed.",
    ]
    assert approve(fresh(refund), approver).state == "Approved"


def test_two_approvals_of_one_mailbox_are_one(payment, clerk, approver, second_approver):
    rules(payment.merchant, two_approvers_above_minor=0)
    twin = hire("asta+2@kino.example", clerk.merchant, Role.APPROVER)
    refund = ask(payment, clerk, 1000)
    approve(refund, approver)

    said = _refused(approve, fresh(refund), twin)

    assert said == "You have approved this refund already; it needs a second person. Nothing was changed."
    assert approve(fresh(refund), second_approver).state == "Approved"


def test_nobody_reviews_their_own_emergency_by_another_account(payment, clerk, administrator, approver):
    last_seen(approver)
    twin = hire("anna+2@kino.example", clerk.merchant, Role.APPROVER)
    last_seen(twin)
    refund = stand_in(ask(payment, clerk, 1000), administrator)

    said = _refused(review, refund, twin, "in_order")

    assert said == "You took part in this refund, so somebody else must review it. Nothing was changed."


def test_another_account_is_neither_asked_by_letter_nor_shown_the_request(payment, clerk, twin, approver):
    ask(payment, clerk, 1000)

    notifications.write_due(now=clock.now())

    waiting = {who: Refund.objects.waiting_for(who.user, payment.merchant).count() for who in (twin, approver)}
    assert list(waiting.values()) == [0, 1]
    assert [each.user for each in approvals.approvers(refund=Refund.objects.get())] == [approver.user]


def test_what_one_person_may_ask_for_in_a_day_is_one_persons(payment, clerk):
    rules(payment.merchant, person_day_limit_minor=1500)
    twin = hire("carl+2@kino.example", clerk.merchant, Role.CLERK)
    ask(payment, clerk, 1000)

    with pytest.raises(PersonDayLimit):
        ask(payment, twin, 1000)

    assert Refund.objects.count() == 1


GIVEN = (
    "Anna took part in this refund and gave you your role, or removed your second factor, less than a day ago, "
    "themselves or through others. Until a day has passed, somebody else must decide about it. Nothing was changed."
)


def test_whom_somebody_has_made_an_approver_cannot_approve_them_for_a_day(payment, administrator, time_machine):
    time_machine.move_to(start := clock.now(), tick=False)
    nora = _make("nora@kino.example", Role.APPROVER, administrator)
    refund = ask(payment, administrator, 1000)
    at_once = _refused(approve, refund, nora)
    time_machine.move_to(start + timedelta(days=1, seconds=-1), tick=False)
    early = _refused(approve, refund, nora)
    rules(payment.merchant, lifetime=timedelta(days=3))
    later = ask(payment, administrator, 500)
    time_machine.move_to(start + timedelta(days=1), tick=False)

    approve(later, nora)

    assert (at_once, early) == (GIVEN, GIVEN)
    assert (told(refund), told(later)) == (["Requested"], ["Requested", "Approved"])


def test_a_request_of_somebody_else_they_can_approve_at_once(payment, administrator, clerk):
    nora = _make("nora@kino.example", Role.APPROVER, administrator)

    assert approve(ask(payment, clerk, 1000), nora).state == "Approved"


def test_a_change_to_approver_counts_like_an_invitation(payment, administrator, clerk):
    people.change(
        membership=clerk.user.memberships.with_people().get(), role=Role.APPROVER, stores=None, by=administrator.user
    )

    assert _refused(approve, ask(payment, administrator, 1000), clerk) == GIVEN


def test_a_second_factor_that_was_removed_counts_like_an_invitation(payment, administrator, approver, time_machine):
    """Whoever also reads the approver's mailbox must not approve their own requests with it tonight."""
    time_machine.move_to(start := clock.now(), tick=False)
    Authenticator.objects.create(user=approver.user, type=Authenticator.Type.TOTP, data={})
    membership = Membership.objects.with_people().get(user=approver.user)
    second_factors.remove(membership=membership, reason="Lost the phone.", by=administrator.user, now=clock.now())
    at_once = _refused(approve, ask(payment, administrator, 1000), approver)
    time_machine.move_to(start + timedelta(days=1, seconds=1), tick=False)

    approved = approve(ask(payment, administrator, 500), approver)

    assert (at_once, approved.state) == (GIVEN, "Approved")


def test_power_that_was_handed_on_counts_too(payment, administrator):
    between = _make("between@kino.example", Role.ADMINISTRATOR, administrator)
    nora = _make("nora@kino.example", Role.APPROVER, between)

    assert _refused(approve, ask(payment, administrator, 1000), nora) == GIVEN


def test_another_account_of_the_giver_is_the_giver(payment, administrator):
    twin = hire("anna+2@kino.example", administrator.merchant, Role.CLERK)
    nora = _make("nora@kino.example", Role.APPROVER, administrator)

    assert _refused(approve, ask(payment, twin, 1000), nora).startswith("Anna+2 took part in this refund")


def test_whom_somebody_has_made_an_administrator_does_not_stand_in_for_them(payment, administrator):
    nora = _make("nora@kino.example", Role.ADMINISTRATOR, administrator)

    assert _refused(stand_in, ask(payment, administrator, 1000), nora) == GIVEN


def test_whom_somebody_has_made_an_approver_does_not_review_their_emergency(payment, administrator, clerk):
    refund = stand_in(ask(payment, clerk, 1000), administrator)
    nora = _make("nora@kino.example", Role.APPROVER, administrator)

    assert _refused(review, refund, nora, "in_order") == GIVEN
