"""How terminals are doing: the one problem that somebody should look at, and from when on it is one."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
import pytest

from payments.states import State
from portal import clock
from portal.operations.models import Operation
from terminals.models import Terminal
from terminals.services import fleet_status
from terminals.services.fleet_status import Problem
from terminals.states import PosState
from tests.places import new_counter, owing, sold

SECOND = timedelta(seconds=1)
BLOCKED, SILENT = timedelta(minutes=3), timedelta(days=7)


@pytest.fixture
def counter(merchants):
    """A point of sale registered at this very moment."""
    return new_counter(merchants["KINO1"])


def watched(pos, *, now=None):
    [found] = fleet_status.status_of([Terminal.objects.get(pk=pos.terminal_id)], now=now or clock.now())
    return found


def change(pos, **fields):
    type(pos).objects.filter(pk=pos.pk).update(**owing(fields))


def active(pos, **fields):
    """A payment that keeps the point of sale busy."""
    return sold(pos, "order-1", **{"state": State.INITIATED, "changed_at": pos.created_at, **fields})


def test_a_terminal_with_a_point_of_sale_and_nothing_else_is_fine(counter):
    found = watched(counter)

    assert (found.pos, found.payment, found.last_sale_at) == (counter, None, None)
    assert (found.problem, found.since) == (None, None)


@pytest.mark.parametrize("state", [None, PosState.DELETED, PosState.REFUSED])
def test_a_terminal_without_a_live_point_of_sale_has_none(counter, state):
    change(counter, state=state) if state else counter.delete()

    found = watched(counter)

    assert (found.pos, found.problem, found.since) == (None, Problem.NO_POS, None)


@pytest.mark.parametrize("state", [PosState.REGISTERING, PosState.DELETING])
def test_a_point_of_sale_about_which_mobilepay_has_not_answered_is_in_doubt(counter, state):
    since = clock.now() - timedelta(minutes=1)
    change(counter, state=state, changed_at=since)

    found = watched(counter)

    assert (found.problem, found.since) == (Problem.IN_DOUBT, since)


@pytest.mark.parametrize(
    ("age", "problem"), [(BLOCKED - SECOND, None), (BLOCKED, Problem.BLOCKED), (BLOCKED + SECOND, Problem.BLOCKED)]
)
def test_a_payment_that_lasts_three_minutes_blocks_its_terminal(counter, age, problem):
    payment = active(counter)

    found = watched(counter, now=counter.created_at + age)

    assert (found.payment, found.problem) == (payment, problem)
    assert found.since == (payment.changed_at if problem else None)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"state": State.CREATED, "attempts": 0}, None),
        ({"state": State.CREATED, "attempts": 1}, Problem.IN_DOUBT),
        ({"operation": Operation.CANCEL, "attempts": 0}, None),
        ({"operation": Operation.CANCEL, "attempts": 1}, Problem.IN_DOUBT),
        ({"attempts": 1}, None),
    ],
)
def test_a_payment_is_in_doubt_once_mobilepay_has_left_a_call_unanswered(counter, fields, problem):
    active(counter, **fields)

    assert watched(counter).problem == problem


@pytest.mark.parametrize("state", [State.RESERVED, State.CAPTURED, State.CANCELLED_BY_USER])
def test_a_payment_that_leaves_the_till_free_blocks_nothing(counter, state):
    active(counter, state=state)

    found = watched(counter, now=counter.created_at + timedelta(hours=1))

    assert (found.payment, found.problem) == (None, None)


def test_a_difference_to_mobilepays_record_is_told_since_it_was_seen(counter):
    seen = clock.now() - timedelta(hours=1)
    change(counter, drift={"name": "Bar"}, drifted_at=seen)

    found = watched(counter)

    assert (found.problem, found.since) == (Problem.DRIFTED, seen)


@pytest.mark.parametrize(("age", "problem"), [(SILENT - SECOND, None), (SILENT, Problem.SILENT)])
def test_a_terminal_that_has_sold_nothing_for_a_week_is_silent(counter, age, problem):
    last = sold(counter, "order-1", at="2026-03-02T12:00:00Z").created_at
    change(counter, created_at=last - timedelta(days=300))

    found = watched(counter, now=last + age)

    assert (found.last_sale_at, found.problem) == (last, problem)
    assert found.since == (last if problem else None)


def test_a_terminal_that_never_sold_is_silent_a_week_after_its_registration(counter):
    found = [watched(counter, now=counter.created_at + age) for age in (SILENT - SECOND, SILENT)]

    assert [(each.problem, each.since) for each in found] == [(None, None), (Problem.SILENT, counter.created_at)]


def test_what_a_terminal_sold_in_another_store_says_nothing_about_this_one(counter, merchants):
    sold(counter, "order-1", at="2026-03-02T12:00:00Z")
    elsewhere = new_counter(merchants["KINO1"], store="Odense").terminal.store
    Terminal.objects.filter(pk=counter.terminal_id).update(store=elsewhere)

    assert watched(counter).last_sale_at is None


def test_a_new_registration_ends_the_silence(counter):
    sold(counter, "order-1", at="2020-03-02T12:00:00Z")

    assert watched(counter).problem is None


def test_of_several_problems_the_worst_is_told(counter):
    late = counter.created_at + timedelta(days=30)
    change(counter, drift={"name": "Bar"}, drifted_at=late)
    told = [watched(counter, now=late).problem]
    payment = active(counter)
    told.append(watched(counter, now=late).problem)
    change(counter, state=PosState.DELETING)
    told.append(watched(counter, now=late).problem)
    type(payment).objects.update(operation=Operation.CANCEL, attempts=1)
    told.append(watched(counter, now=late).problem)

    assert told == [Problem.DRIFTED, Problem.BLOCKED, Problem.BLOCKED, Problem.IN_DOUBT]


def test_terminals_are_watched_in_the_order_they_come_in_and_do_not_mix(merchants, counter):
    bar = new_counter(merchants["KINO1"], terminal="Bar")
    theirs = new_counter(merchants["BAGER7"])
    active(bar)
    sold(theirs, "theirs", at="2026-03-02T12:00:00Z")

    found = fleet_status.status_of([theirs.terminal, counter.terminal, bar.terminal], now=bar.created_at)

    assert [(each.terminal, each.pos) for each in found] == [(pos.terminal, pos) for pos in (theirs, counter, bar)]
    assert [each.payment is not None for each in found] == [False, False, True]
    assert [each.last_sale_at is not None for each in found] == [True, False, True]


def test_nothing_to_watch_is_nothing(db):
    assert fleet_status.status_of([], now=clock.now()) == []


def test_any_number_of_terminals_takes_four_questions_to_the_database(merchants):
    counters = [new_counter(merchants["KINO1"], terminal=f"Kasse {number}") for number in range(20)]
    for counter in counters:
        active(counter)
    terminals = [counter.terminal for counter in counters]

    with CaptureQueriesContext(connection) as queries:
        fleet_status.status_of(terminals, now=clock.now())

    assert len(queries) == 4
