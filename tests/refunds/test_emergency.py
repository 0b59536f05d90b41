"""An administrator stands in for an approver when none is there: marked, and looked at by somebody else."""

from datetime import timedelta

import pytest

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.models import Entry
from portal.roles import Role
from refunds.services import approvals
from refunds.services.refusals import MayNotDecide
from tests.payments.factories import new_payment, new_store
from tests.people import hire
from tests.refunds.factories import sale
from tests.refunds.scenarios import (
    approve,
    ask,
    books,
    last_seen,
    refusal,
    stand_in,
    told,
    told_mobilepay,
    traces,
    work,
)

ASTA_IS_THERE = "Asta can approve it. You may stand in when nobody has done so for 30 minutes. Nothing was changed."


@pytest.fixture
def asked(pos, clerk, time_machine):
    """Carl asks for 10.00 DKK, and time stands still."""
    refund = ask(new_payment(pos, state="Captured"), clerk, 1000)
    time_machine.move_to(refund.created_at, tick=False)
    return refund


def _outcome(refund, person):
    """The state that the refund comes to, or the sentence that refuses it."""
    try:
        return stand_in(refund, person).state
    except MayNotDecide as refused:
        return refused.message


def test_an_administrator_stands_in_when_there_is_no_approver_and_it_is_marked(simulator, pos, clerk, administrator):
    payment = sale(simulator, pos)
    refund = ask(payment, clerk, 1000)

    approved = stand_in(refund, administrator, "the cinema burns")

    work()
    event = refund.events.get(to_state="Approved")
    entry = Entry.objects.about(refund).get(action="refund:approved")
    assert (approved.state, approved.first_approver, approved.is_emergency, approved.is_to_be_reviewed) == (
        "Approved",
        administrator.user,
        True,
        True,
    )
    assert event.cause == "approved in an emergency: the cinema burns"
    assert (entry.details["is_emergency"], entry.details["cause"]) == (True, event.cause)
    assert (told(refund)[-1], books(payment)) == ("Captured", (2706, 1000, 1000))


def test_nobody_stands_in_while_an_approver_is_there(asked, approver, administrator, simulator):
    before = traces(asked)

    said = refusal(stand_in, asked, administrator)

    work()
    assert (said, traces(asked), told_mobilepay(simulator)) == (ASTA_IS_THERE, before, 0)


def test_all_approvers_who_are_there_are_named(asked, approver, second_approver, administrator):
    hire("alma@kino.example", asked.merchant, Role.APPROVER)

    said = refusal(stand_in, asked, administrator)

    assert said.startswith("Alma, Asta, Bent can approve it. ")


@pytest.mark.parametrize(
    ("ago", "outcome"),
    [
        ({"seconds": 1}, ASTA_IS_THERE),
        ({"hours": 12}, ASTA_IS_THERE),
        ({"hours": 12, "microseconds": 1}, "Approved"),
        ({}, "Approved"),
    ],
    ids=str,
)
def test_an_approver_is_there_for_a_working_day_after_they_signed_in(ago, outcome, asked, approver, administrator):
    last_seen(approver, **ago)

    found = _outcome(asked, administrator)

    assert found == outcome


@pytest.mark.parametrize(
    ("waited", "outcome"),
    [(timedelta(minutes=30), "Approved"), (timedelta(minutes=30) - timedelta(microseconds=1), ASTA_IS_THERE)],
    ids=str,
)
def test_approvers_who_are_there_have_half_an_hour(waited, outcome, asked, approver, administrator, time_machine):
    time_machine.move_to(asked.created_at + waited, tick=False)

    found = _outcome(asked, administrator)

    assert found == outcome


@pytest.mark.parametrize("who", ["approver of another store", "approver who left", "approver elsewhere", "clerk"])
def test_somebody_who_cannot_approve_it_does_not_count_as_being_there(who, asked, merchants, administrator):
    other_store = new_store(asked.merchant, "Randers")
    options = {
        "approver of another store": (asked.merchant, Role.APPROVER, [other_store]),
        "approver who left": (asked.merchant, Role.APPROVER, None),
        "approver elsewhere": (merchants["BAGER7"], Role.APPROVER, None),
        "clerk": (asked.merchant, Role.CLERK, None),
    }
    merchant, role, stores = options[who]
    person = hire("nora@kino.example", merchant, role, stores=stores)
    person.user.is_active = who != "approver who left"
    person.user.save(update_fields=["is_active"])

    approved = stand_in(asked, administrator)

    assert (approved.state, approved.is_emergency) == ("Approved", True)


def test_an_approver_of_the_store_counts_as_being_there(asked, administrator):
    hire("nora@kino.example", asked.merchant, Role.APPROVER, stores=[asked.store])

    said = refusal(stand_in, asked, administrator)

    assert said.startswith("Nora can approve it. ")


def test_an_administrator_does_not_stand_in_for_their_own_request(pos, administrator, later, simulator):
    refund = ask(new_payment(pos, state="Captured"), administrator)
    later(hours=1)
    before = traces(refund)

    said = refusal(stand_in, refund, administrator)

    work()
    assert said == "You asked for this refund, so somebody else must approve it. Nothing was changed."
    assert (traces(refund), told_mobilepay(simulator)) == (before, 0)


def test_nobody_stands_in_after_a_lapse(asked, administrator, time_machine):
    time_machine.move_to(asked.lapses_at, tick=False)
    before = traces(asked)

    said = refusal(stand_in, asked, administrator)

    assert said == "This request has lapsed. Ask again if it is still wanted. Nothing was changed."
    assert traces(asked) == before


def test_nobody_stands_in_for_what_was_approved(asked, approver, administrator):
    approve(asked, approver)
    before = traces(asked)

    said = refusal(stand_in, asked, administrator)

    assert said == "This refund is not waiting for approval: it is approved. Nothing was changed."
    assert traces(asked) == before


@pytest.mark.parametrize(("who", "status"), [("clerk", 403), ("approver", 403), ("auditor", 403), ("rival", 404)])
def test_only_an_administrator_of_the_merchant_can_stand_in(who, status, asked, one_factor, request):
    person = request.getfixturevalue(who)
    before = traces(asked)
    path = f"/merchants/{asked.merchant_id}/refunds/{asked.pk}/approve-in-emergency/"

    answers = [person.get(path).status_code, person.post(path, reason="now").status_code]

    assert (answers, traces(asked)) == ([status] * 2, before)


def test_an_ordinary_approval_is_not_marked(asked, approver):
    approved = approve(asked, approver)

    assert (approved.is_emergency, approved.is_to_be_reviewed) == (False, False)
    assert "emergency" not in asked.notifications.values_list("kind", flat=True)


def test_reviewers_are_told_with_the_reason(asked, administrator):
    stand_in(asked, administrator, "the cinema burns")

    letters = asked.notifications.filter(kind="emergency").values_list("state", "cause", "sent_at")
    assert list(letters) == [("Requested", "approved in an emergency: the cinema burns", None)]


def test_a_page_knows_beforehand_whether_somebody_may_stand_in(asked, approver, administrator):
    no = approvals.why_no_emergency(refund=asked, by=administrator.user, now=asked.created_at)
    later = approvals.why_no_emergency(
        refund=asked, by=administrator.user, now=asked.created_at + timedelta(minutes=30)
    )

    assert (no, later) == (ASTA_IS_THERE.removesuffix(" Nothing was changed."), "")


def test_an_approver_who_did_something_today_is_there_however_long_ago_they_signed_in(asked, approver, administrator):
    last_seen(approver, hours=13)
    audit.record(Action.PASSWORD_CHANGED, by=approver.user.actor, on=approver.user, merchant_id=None)
    before = traces(asked)

    said = refusal(stand_in, asked, administrator)

    assert (said, traces(asked)) == (ASTA_IS_THERE, before)
