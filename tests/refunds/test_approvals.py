"""Approving a refund: somebody else's decision, once, while the request stands."""

from datetime import timedelta

import pytest

from payments.models import Payment
from portal import clock
from portal.audit.models import Entry
from tests.refunds.scenarios import (
    approve,
    at_mobilepay,
    books,
    decline,
    fresh,
    refusal,
    rules,
    told,
    told_mobilepay,
    traces,
    withdraw,
    work,
)

NOT_WAITING = "This refund is not waiting for approval: it is {}. Nothing was changed."
LAPSED = "This request has lapsed. Ask again if it is still wanted. Nothing was changed."
TOO_OLD = (
    "The payment has become too old to be refunded. Decline the request and pay it back another way. "
    "Nothing was changed."
)
CHANGED = (
    "The payment has changed since this was asked for: look at it again, and decline the request. Nothing was changed."
)


def test_another_person_approves_and_a_worker_pays(asked, payment, approver, simulator):
    approved = approve(asked, approver)
    before = told_mobilepay(simulator)
    work()

    assert (approved.state, approved.first_approver, approved.is_emergency) == ("Approved", approver.user, False)
    assert (before, told(asked)[:2], fresh(asked).state) == (0, ["Requested", "Approved"], "Captured")
    assert at_mobilepay(simulator, payment) == [(asked.refund_order_id, 1000, "Captured")]
    assert books(payment) == (2706, 1000, 1000)


def test_an_approval_is_written_down_with_what_was_remarkable(asked, approver):
    approve(asked, approver)

    entry = Entry.objects.about(asked).get(action="refund:approved")
    event = asked.events.get(to_state="Approved")
    assert (entry.actor_kind, entry.actor, entry.merchant_id) == (
        "person",
        "asta@kino.example",
        asked.merchant_id,
    )
    assert {name: entry.details[name] for name in ("amount", "is_emergency", "cause")} == {
        "amount": "10.00 DKK",
        "is_emergency": False,
        "cause": "approved",
    }
    assert (event.cause, event.actor_kind, event.actor) == ("approved", "person", "asta@kino.example")


def test_nobody_approves_their_own_request(asked, clerk, simulator):
    before = traces(asked)

    said = refusal(approve, asked, clerk)

    work()
    assert said == "You asked for this refund, so somebody else must approve it. Nothing was changed."
    assert (traces(asked), told_mobilepay(simulator)) == (before, 0)


@pytest.mark.parametrize(
    ("decide", "stands"),
    [(approve, "approved"), (decline, "declined"), (withdraw, "withdrawn")],
    ids=["approved", "declined", "withdrawn"],
)
def test_what_was_decided_is_not_approved_again(decide, stands, asked, administrator, approver, second_approver):
    decide(asked, administrator if decide is withdraw else approver)
    before = traces(asked)

    said = [refusal(approve, asked, person) for person in (approver, second_approver)]

    assert said == [NOT_WAITING.format(stands)] * 2
    assert traces(asked) == before


def test_what_was_paid_is_not_approved_again(asked, approver, second_approver, simulator):
    approve(asked, approver)
    work()
    before, calls = traces(asked), told_mobilepay(simulator)

    said = refusal(approve, asked, second_approver)

    work()
    assert said == NOT_WAITING.format("paid back")
    assert (traces(asked), told_mobilepay(simulator)) == (before, calls)


def test_a_lapsed_request_is_refused_before_a_worker_has_seen_that_it_lapsed(asked, approver, simulator, time_machine):
    before = traces(asked)
    time_machine.move_to(asked.lapses_at, tick=False)

    said = refusal(approve, asked, approver)

    assert (said, traces(asked), told_mobilepay(simulator)) == (LAPSED, before, 0)


def test_a_request_can_be_approved_until_the_last_moment(asked, approver, time_machine):
    time_machine.move_to(asked.lapses_at - timedelta(microseconds=1), tick=False)

    approved = approve(asked, approver)

    assert approved.state == "Approved"


def test_a_lapsed_request_is_refused_after_a_worker_has_seen_it(asked, approver, simulator, time_machine):
    time_machine.move_to(asked.lapses_at, tick=False)
    work()
    before = traces(asked)

    said = refusal(approve, asked, approver)

    assert (said, traces(asked), told_mobilepay(simulator)) == (NOT_WAITING.format("lapsed"), before, 0)


def test_a_payment_that_has_become_too_old_meanwhile_is_not_refunded(asked, payment, approver, simulator, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    rules(payment.merchant, window=timedelta(days=30))
    Payment.objects.update(changed_at=clock.now() - timedelta(days=30, microseconds=1))
    before = traces(asked)

    said = refusal(approve, asked, approver)

    work()
    assert (said, traces(asked), told_mobilepay(simulator)) == (TOO_OLD, before, 0)


def test_a_payment_is_refunded_until_the_last_moment_of_its_window(asked, payment, approver, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    rules(payment.merchant, window=timedelta(days=30))
    Payment.objects.update(changed_at=clock.now() - timedelta(days=30))

    approved = approve(asked, approver)

    assert approved.state == "Approved"


def test_a_payment_that_is_no_longer_captured_is_not_refunded(asked, approver, simulator):
    Payment.objects.update(state="CancelledByMobilePay", captured_minor=0, refund_committed_minor=0)
    before = traces(asked)

    said = refusal(approve, asked, approver)

    work()
    assert (said, traces(asked), told_mobilepay(simulator)) == (CHANGED, before, 0)
