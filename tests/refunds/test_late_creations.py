"""MobilePay said that the balance is too low, and makes the refund all the same: nobody is paid unasked or twice."""

from datetime import timedelta

import pytest

from portal import clock
from portal.audit.actors import WORKER
from portal.audit.models import Entry
from portal.gateway.errors import OutcomeUnknown
from refunds import tasks
from refunds.services import approvals, cancellations, creation, exchanges, sweep
from terminals.models import Merchant
from tests.payments.posv10_calls import be_busy
from tests.refunds.factories import FIND, TILL, at_till, decided, sale, set_balance
from tests.refunds.scenarios import CANCEL, CREATE, LOOK_UP, at_mobilepay, books, fresh, rules, told, work
from tests.refunds.test_old_doubts import refund_behind_our_back


@pytest.fixture
def payment(simulator, pos):
    set_balance(simulator, 5)
    return sale(simulator, pos)


@pytest.fixture
def late(simulator, payment):
    """MobilePay works off a try whose answer was lost, after it has refused the next one."""

    def work_off(refund):
        set_balance(simulator, 100)
        refund_behind_our_back(simulator, payment, order=refund.refund_order_id)

    return work_off


@pytest.fixture
def waiting(simulator, payment, clerk):
    """A refund of the desk whose first try went unanswered, and whose next one was refused for the balance."""
    refund = decided(payment, clerk)
    simulator.faults.add("cut_before", *CREATE)
    tasks.sweep_due()
    assert fresh(refund).state == "WaitingForBalance"
    return fresh(refund)


def withdraw(refund, clerk):
    return approvals.withdraw(refund=fresh(refund), reason="a mistake", by=clerk.user, now=clock.now())


def test_after_an_unanswered_try_a_refusal_for_the_balance_is_followed_by_a_look(waiting, simulator):
    assert len(simulator.calls.find(*FIND)) == 1


def test_what_an_unanswered_try_has_made_is_paid_and_not_waited_for(simulator, payment, clerk, later):
    refund = decided(payment, clerk)
    set_balance(simulator, 10)
    simulator.faults.add("cut_after", *CREATE)
    simulator.faults.add("refuse", *CREATE, status=409, code="1368")

    tasks.sweep_due()
    later(seconds=2)
    work()

    assert told(refund) == ["Approved", "Created", "Reserved", "Captured"]
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]
    assert books(payment) == (2706, 1000, 1000)


def test_a_withdrawal_cancels_what_was_made_late(waiting, late, simulator, payment, clerk):
    late(waiting)

    ended = withdraw(waiting, clerk)

    assert ended.state == "CancelledByClient"
    assert at_mobilepay(simulator, payment) == [(waiting.refund_order_id, 1000, "CancelledByClient")]
    assert books(payment) == (2706, 0, 0)
    assert Entry.objects.get(action="refund:intended").details["cause"] == "withdrawn: a mistake"


def test_a_withdrawal_of_what_was_never_made_ends_it(waiting, simulator, payment, clerk):
    ended = withdraw(waiting, clerk)

    assert (ended.state, fresh(waiting).operation, fresh(waiting).due_at) == ("Withdrawn", "", None)
    assert (at_mobilepay(simulator, payment), books(payment)) == ([], (2706, 0, 0))


def test_a_withdrawal_without_an_answer_is_finished_by_a_worker(waiting, late, simulator, payment, clerk, later):
    late(waiting)
    be_busy(simulator, FIND, times=1)
    with pytest.raises(OutcomeUnknown):
        withdraw(waiting, clerk)
    doubtful = fresh(waiting)
    later(seconds=10)

    work()

    assert (doubtful.state, doubtful.operation, doubtful.is_in_doubt) == ("WaitingForBalance", "cancel", True)
    assert at_mobilepay(simulator, payment) == [(waiting.refund_order_id, 1000, "CancelledByClient")]
    assert books(payment) == (2706, 0, 0)


def test_a_tills_cancellation_cancels_what_was_made_late(late, simulator, payment):
    refund = fresh(at_till(payment))
    late(refund)

    ended = cancellations.cancel_at_till(refund=refund, by=TILL, now=clock.now())

    assert ended.state == "CancelledByClient"
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, "CancelledByClient")]
    assert books(payment) == (2706, 0, 0)


def test_what_waited_too_long_is_looked_for_before_it_lapses(late, simulator, payment, later):
    Merchant.objects.update(payment_timeout=timedelta(minutes=3))
    refund = fresh(at_till(payment))
    later(hours=24, seconds=1)
    late(refund)
    sweep.process(refund_id=refund.pk, by=WORKER, now=clock.now())
    found = fresh(refund).state

    later(minutes=4)
    work()

    assert (found, fresh(refund).state) == ("Reserved", "CancelledByClient")
    assert at_mobilepay(simulator, payment) == [("refund-1", 1000, "CancelledByClient")]
    assert books(payment) == (2706, 0, 0)


def test_what_waited_too_long_does_not_lapse_while_nobody_says_whether_it_was_made(late, simulator, payment, later):
    refund = fresh(at_till(payment))
    later(hours=24, seconds=1)
    late(refund)
    simulator.faults.add("refuse", *FIND, status=403, code="1402", times=3)

    sweep.process(refund_id=refund.pk, by=WORKER, now=clock.now())

    kept = fresh(refund)
    assert (kept.state, kept.due_at > clock.now(), books(payment)) == ("WaitingForBalance", True, (2706, 1000, 0))
    simulator.faults.clear()
    later(hours=1)
    work()
    assert fresh(refund).remote_id is not None


def test_a_refund_of_the_desk_that_was_made_late_is_paid_when_its_time_is_over(
    waiting, late, simulator, payment, later
):
    rules(payment.merchant, window=timedelta(hours=2))
    later(hours=2, minutes=1)
    late(waiting)

    work()
    later(seconds=2)
    work()

    assert told(waiting)[-1] == "Captured"
    assert at_mobilepay(simulator, payment) == [(waiting.refund_order_id, 1000, "Captured")]
    assert books(payment) == (2706, 1000, 1000)


def noted(payment, clerk):
    """A refund that is about to be told to MobilePay, as one worker sees it."""
    refund = decided(payment, clerk)
    return creation.begin(refund=fresh(refund), by=WORKER, now=clock.now())


def settle(refund):
    return exchanges.execute(refund=refund, by=WORKER, now=clock.now())


def test_of_two_who_tell_the_same_the_one_that_succeeds_counts(simulator, payment, clerk, later):
    seen_before = noted(payment, clerk)
    refused = settle(seen_before)
    set_balance(simulator, 100)

    accepted = settle(seen_before)
    later(seconds=2)
    work()

    assert (refused.state, accepted.state, accepted.remote_id is None) == ("WaitingForBalance", "Initiated", False)
    assert at_mobilepay(simulator, payment) == [(seen_before.refund_order_id, 1000, "Captured")]
    assert books(payment) == (2706, 1000, 1000)


def test_what_is_made_after_the_refund_has_ended_is_called_off(simulator, payment, clerk):
    seen_before = noted(payment, clerk)
    settle(seen_before)
    withdraw(seen_before, clerk)
    set_balance(simulator, 100)

    ended = settle(seen_before)

    assert (ended.state, ended.remote_id) == ("Withdrawn", None)
    assert at_mobilepay(simulator, payment) == [(seen_before.refund_order_id, 1000, "CancelledByClient")]
    assert books(payment) == (2706, 0, 0)
    [stray] = [each.details["stray"] for each in Entry.objects.all() if "stray" in each.details]
    with simulator.world.present():
        assert [each.refund_id for each in simulator.world.refunds] == [stray]


def test_what_an_earlier_try_makes_after_a_later_one_is_called_off(simulator, payment, clerk, later):
    seen_before = noted(payment, clerk)
    settle(seen_before)
    set_balance(simulator, 100)
    later(seconds=31)
    tasks.sweep_due()
    first = fresh(seen_before).remote_id

    # As if its call had been under way all the time: it has looked already.
    exchanges.execute(refund=seen_before, by=WORKER, now=clock.now(), is_first=True)
    later(seconds=2)
    work()

    assert fresh(seen_before).remote_id == first
    assert sorted(state for _, _, state in at_mobilepay(simulator, payment)) == ["CancelledByClient", "Captured"]
    assert books(payment) == (2706, 1000, 1000)


@pytest.fixture
def withdrawn(simulator, payment, clerk):
    """A refund that was withdrawn while a try of it is still under way, as the one who makes that try sees it."""
    seen_before = noted(payment, clerk)
    settle(seen_before)
    withdraw(seen_before, clerk)
    set_balance(simulator, 100)
    return seen_before


TROUBLE = [{"kind": "refuse", "status": 403, "code": "1402"}, {"kind": "cut_before"}, {"kind": "foreign_before"}]


@pytest.mark.parametrize("trouble", TROUBLE, ids=[each["kind"] for each in TROUBLE])
@pytest.mark.parametrize("looks", [True, False], ids=["to be seen", "not to be seen"])
def test_what_cannot_be_called_off_yet_is_called_off_later(simulator, payment, withdrawn, later, trouble, looks):
    simulator.faults.add(method=CANCEL[0], path=CANCEL[1], times=3, **trouble)
    if not looks:
        be_busy(simulator, LOOK_UP)

    ended = settle(withdrawn)
    kept = fresh(withdrawn)
    simulator.faults.clear()
    later(seconds=31)
    tasks.sweep_due()

    assert (ended.state, kept.stray_id == "", kept.stray_due_at > kept.changed_at) == ("Withdrawn", False, True)
    assert [state for *_, state in at_mobilepay(simulator, payment)] == ["CancelledByClient"]
    assert (fresh(withdrawn).stray_id, fresh(withdrawn).stray_due_at) == ("", None)
    assert books(payment) == (2706, 0, 0)


def test_what_was_called_off_by_an_unanswered_try_is_known_to_have_ended(simulator, payment, withdrawn):
    simulator.faults.add("foreign_after", *CANCEL, status=200, times=3)

    settle(withdrawn)

    assert (fresh(withdrawn).stray_id, [state for *_, state in at_mobilepay(simulator, payment)]) == (
        "",
        ["CancelledByClient"],
    )


def test_what_mobilepay_pays_before_it_can_be_called_off_is_shown_to_staff(simulator, payment, withdrawn, later):
    simulator.faults.add("refuse", *CANCEL, status=429, times=1)
    settle(withdrawn)
    stray = fresh(withdrawn).stray_id
    later(hours=25)

    tasks.sweep_due()

    shown = fresh(withdrawn)
    assert [state for *_, state in at_mobilepay(simulator, payment)] == ["ExpiredAndCaptured"]
    assert (shown.stray_id, shown.contradiction) == ("", {"a second refund": f"{stray} is paid out"})
    assert [each.details["theirs"] for each in Entry.objects.filter(action="refund:disagrees")] == [
        f"a second refund {stray} is paid out"
    ]


def test_a_refusal_that_another_callers_success_has_overtaken_changes_nothing(simulator, payment, clerk):
    set_balance(simulator, 100)
    seen_before = noted(payment, clerk)
    settle(seen_before)
    simulator.faults.add("refuse", *CREATE, status=409, code="1366")

    seen = exchanges.execute(refund=seen_before, by=WORKER, now=clock.now(), is_first=True)

    assert (seen.state, told(seen_before)) == ("Initiated", ["Approved", "Created", "Initiated"])
    assert books(payment) == (2706, 1000, 0)
