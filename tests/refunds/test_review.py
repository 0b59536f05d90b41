"""An emergency approval is looked at by somebody who took no part in it, once."""

import pytest

from portal.audit.models import Entry
from refunds.models import Refund
from refunds.states import Review
from tests.payments.factories import new_payment
from tests.refunds.scenarios import (
    approve,
    ask,
    decline,
    fresh,
    last_seen,
    refusal,
    review,
    rules,
    stand_in,
    told,
    traces,
)

NOTHING = "There is nothing to review, or somebody has done so already. Nothing was changed."
TOOK_PART = "You took part in this refund, so somebody else must review it. Nothing was changed."


@pytest.fixture
def payment(pos):
    return new_payment(pos, state="Captured")


@pytest.fixture
def marked(payment, clerk, administrator):
    """Carl asked, and Anna stood in for the approver."""
    return stand_in(ask(payment, clerk, 1000), administrator)


@pytest.mark.parametrize("verdict", Review)
def test_somebody_who_took_no_part_says_whether_it_was_in_order(verdict, marked, approver):
    before = told(marked)

    reviewed = review(marked, approver, verdict, "spoke to Carl")

    row = fresh(marked)
    entry = Entry.objects.about(marked).get(action="refund:reviewed")
    assert (row.reviewer, row.review, row.is_to_be_reviewed) == (approver.user, verdict, False)
    assert (reviewed.reviewer, reviewed.review, reviewed.is_to_be_reviewed) == (approver.user, verdict, False)
    assert (entry.actor, entry.details) == ("asta@kino.example", {"verdict": verdict, "note": "spoke to Carl"})
    assert told(marked) == before


@pytest.mark.parametrize("who", ["clerk", "administrator"])
def test_nobody_reviews_what_they_took_part_in(who, marked, request):
    before = traces(marked)

    said = refusal(review, marked, request.getfixturevalue(who))

    assert (said, traces(marked)) == (TOOK_PART, before)


def test_the_second_approver_does_not_review_it_either(payment, clerk, approver, administrator):
    rules(payment.merchant, two_approvers_above_minor=0)
    last_seen(approver)
    refund = stand_in(ask(payment, clerk), administrator)
    approve(refund, approver)
    before = traces(refund)

    said = refusal(review, refund, approver)

    assert (said, traces(refund)) == (TOOK_PART, before)


def test_it_is_reviewed_once(marked, approver, second_approver):
    review(marked, approver, "not_in_order")
    before = traces(marked)

    said = [refusal(review, marked, person) for person in (second_approver, approver)]

    assert (said, traces(marked)) == ([NOTHING] * 2, before)


def test_an_ordinary_approval_is_not_reviewed(payment, clerk, approver, administrator):
    refund = approve(ask(payment, clerk), approver)
    before = traces(refund)

    said = refusal(review, refund, administrator)

    assert (said, traces(refund)) == (NOTHING, before)


def test_an_emergency_is_reviewed_though_the_refund_was_declined_in_the_end(payment, clerk, administrator, approver):
    rules(payment.merchant, two_approvers_above_minor=0)
    last_seen(approver)
    refund = stand_in(ask(payment, clerk), administrator)
    decline(refund, approver)

    reviewed = review(refund, approver)

    assert (reviewed.state, reviewed.review) == ("Declined", "in_order")


def test_what_waits_for_a_review_is_found(marked, payment, clerk, approver, second_approver, administrator):
    approve(ask(payment, clerk, 500), approver)
    before = [
        set(Refund.objects.waiting_for(person.user, marked.merchant))
        for person in (approver, second_approver, administrator, clerk)
    ]

    review(marked, approver)

    assert before == [{marked}, {marked}, set(), set()]
    assert Refund.objects.filter(is_emergency=True, reviewer=None).count() == 0


def test_a_request_that_needs_another_approval_is_not_reviewed_yet(payment, clerk, administrator, approver):
    rules(payment.merchant, two_approvers_above_minor=999)
    last_seen(approver)
    halfway = stand_in(ask(payment, clerk, 1000), administrator)
    waiting = list(Refund.objects.waiting_for(approver.user, payment.merchant))
    before = traces(halfway)

    said = refusal(review, halfway, approver)

    assert (said, traces(halfway), waiting) == (NOTHING, before, [halfway])
    approved = approve(halfway, approver)
    assert (approved.state, approved.is_to_be_reviewed) == ("Approved", True)
