"""A request that nobody decides about in time ends by itself, and people are told."""

from datetime import timedelta

import pytest

from portal import clock
from portal.audit.actors import WORKER
from refunds.models import Refund
from refunds.services import sweep
from tests.refunds.scenarios import (
    approve,
    ask,
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


def test_a_request_lapses_when_its_time_is_up_and_frees_its_room(asked, payment, simulator, time_machine):
    time_machine.move_to(asked.lapses_at, tick=False)

    work()

    event = asked.events.get(to_state="Lapsed")
    lapsed = fresh(asked)
    assert (lapsed.state, lapsed.due_at, lapsed.claimed_until, lapsed.changed_at) == (
        "Lapsed",
        None,
        None,
        asked.lapses_at,
    )
    assert (event.from_state, event.cause, event.actor_kind) == ("Requested", "nobody approved it in time", "worker")
    assert (books(payment), told_mobilepay(simulator)) == ((2706, 0, 0), 0)


def test_a_lapse_is_told_with_its_cause(asked, time_machine):
    time_machine.move_to(asked.lapses_at, tick=False)

    work()

    letters = list(asked.notifications.order_by("pk").values_list("kind", "state", "cause"))
    assert letters == [("asked", "Requested", ""), ("news", "Lapsed", "nobody approved it in time")]


def test_a_request_is_left_alone_until_then(asked, time_machine):
    time_machine.move_to(asked.lapses_at - timedelta(microseconds=1), tick=False)
    before = traces(asked)

    claimed = Refund.objects.claim_due(now=clock.now())
    sweep.process(refund_id=asked.pk, by=WORKER, now=clock.now())

    assert (claimed, traces(asked)) == ([], before)


def test_a_merchant_decides_how_long_requests_live(payment, clerk, time_machine):
    rules(payment.merchant, lifetime=timedelta(hours=2))
    refund = ask(payment, clerk)
    time_machine.move_to(refund.created_at + timedelta(hours=2), tick=False)

    work()

    assert told(refund) == ["Requested", "Lapsed"]


def test_a_policy_that_is_changed_later_does_not_change_when_a_request_lapses(asked, payment, time_machine):
    rules(payment.merchant, lifetime=timedelta(hours=2))
    time_machine.move_to(asked.created_at + timedelta(hours=23), tick=False)

    work()

    assert told(asked) == ["Requested"]


@pytest.mark.parametrize("decide", [decline, withdraw])
def test_a_request_that_ends_while_a_worker_takes_it_on_does_not_lapse(decide, asked, clerk, approver):
    [due] = Refund.objects.claim_due(now=asked.lapses_at)
    decided = decide(asked, clerk if decide is withdraw else approver)
    before = traces(asked)

    sweep.process(refund_id=due, by=WORKER, now=asked.lapses_at)

    assert (before[1], traces(asked)[1:]) == (["Requested", decided.state], before[1:])


def test_a_request_that_is_approved_while_a_worker_takes_it_on_is_paid(asked, payment, approver, time_machine):
    [due] = Refund.objects.claim_due(now=asked.lapses_at)
    approve(asked, approver)
    time_machine.move_to(asked.lapses_at, tick=False)

    sweep.process(refund_id=due, by=WORKER, now=clock.now())

    work()
    assert told(asked) == ["Requested", "Approved", "Created", "Initiated", "Reserved", "Captured"]
    assert books(payment) == (2706, 1000, 1000)


@pytest.mark.parametrize("decide", [approve, decline, withdraw])
def test_what_has_lapsed_is_not_decided_about(decide, asked, clerk, approver, time_machine):
    seen = fresh(asked)
    time_machine.move_to(asked.lapses_at, tick=False)
    work()
    before = traces(asked)

    said = refusal(decide, seen, clerk if decide is withdraw else approver)

    quicker = "Somebody else was quicker: this refund is lapsed by now. Nothing was changed."
    too_late = "This refund is not waiting for approval: it is lapsed. Nothing was changed."
    assert (said, traces(asked)) == (too_late if decide is approve else quicker, before)


def test_what_has_lapsed_can_be_asked_for_again(asked, payment, clerk, time_machine):
    time_machine.move_to(asked.lapses_at, tick=False)
    work()

    again = ask(payment, clerk, 2706)

    assert (again.state, books(payment)) == ("Requested", (2706, 2706, 0))
