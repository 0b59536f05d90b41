"""Which state can follow which: every pair, in the table and in the database, and what the payment's books say then."""

from datetime import timedelta

import pytest

from payments.models import Payment
from portal import clock
from portal.accounts.models import User
from portal.audit.actors import WORKER
from portal.mobilepay.errors import Rejected
from portal.operations.models import IllegalTransition, Operation
from refunds.models import Notification, Refund
from refunds.services import transitions
from refunds.states import POSSIBLE_FROM, TRANSITIONS, State
from tests.payments.factories import new_payment, new_pos
from tests.refunds.factories import new_refund, schedule
from tests.refunds.scenarios import actions, books, fresh, told

pytestmark = pytest.mark.django_db

AT_THE_END = "Captured ExpiredAndCaptured CancelledByClient CancelledByMobilePay"
ALLOWED = {
    "Requested": "Approved Declined Withdrawn Lapsed",
    "Approved": "Created Reserved Withdrawn Lapsed",
    "WaitingForBalance": f"Created Withdrawn Lapsed Initiated Reserved {AT_THE_END}",
    "Created": f"Initiated Reserved WaitingForBalance {AT_THE_END}",
    "Initiated": f"Reserved {AT_THE_END}",
    "Reserved": f"WaitingForBalance {AT_THE_END}",
}
# Written out by hand: the table of the source must not judge itself.
LEGAL = {(start, end) for start, ends in ALLOWED.items() for end in ends.split()}
PAIRS = [(start.value, end.value) for start in State for end in State if start != end]
PAID = {"Captured", "ExpiredAndCaptured"}
UNPAID = {"Declined", "Withdrawn", "Lapsed", "CancelledByClient", "CancelledByMobilePay"}
NEWS = PAID | UNPAID | {"WaitingForBalance"}


@pytest.fixture(autouse=True)
def frozen(time_machine):
    """Time stands still."""
    time_machine.move_to(clock.now(), tick=False)


@pytest.fixture
def refund():
    """Puts a refund of 10.00 DKK with these fields into the database."""
    payment = new_payment(new_pos(), state="Captured")
    return lambda **fields: new_refund(payment, **fields)


def move(refund, to, **more):
    return transitions.transition(
        refund=refund, to=State(to), cause="a test said so", by=WORKER, now=clock.now(), **more
    )


def set_right(payment, state):
    """What the payment's books say of a single refund in that state."""
    promised, refunded = (0 if state in UNPAID else 1000), (1000 if state in PAID else 0)
    Payment.objects.filter(pk=payment.pk).update(refund_committed_minor=promised, refunded_minor=refunded)
    return 2706, promised, refunded


def letters(refund):
    return list(Notification.objects.filter(refund=refund).values_list("kind", "state", "cause"))


@pytest.mark.parametrize(("start", "end"), [pair for pair in PAIRS if pair in LEGAL])
def test_a_legal_move_changes_row_books_events_audit_and_letters(refund, start, end):
    row = refund(state=start)

    moved = move(row, end)

    assert (moved.state, fresh(row).state, fresh(row).changed_at) == (end, end, clock.now())
    assert books(row.payment) == (2706, 0 if end in UNPAID else 1000, 1000 if end in PAID else 0)
    events = row.events.values_list("from_state", "to_state", "cause", "actor_kind", "actor")
    assert list(events) == [(start, end, "a test said so", "worker", "worker")]
    assert actions(row) == ["refund:moved"]
    assert letters(row) == ([("news", end, "a test said so")] if end in NEWS else [])
    assert (fresh(row).due_at is None) is (end in PAID | UNPAID)


@pytest.mark.parametrize(("start", "end"), [pair for pair in PAIRS if pair not in LEGAL])
def test_an_illegal_move_is_refused_and_changes_nothing(refund, start, end):
    row = refund(state=start)
    before = set_right(row.payment, start)

    with pytest.raises(IllegalTransition, match=f"^{start} to {end}$"):
        move(row, end)

    assert (fresh(row).state, books(row.payment)) == (start, before)
    assert (told(row), actions(row), letters(row)) == ([], [], [])


@pytest.mark.parametrize("state", State.values)
def test_the_same_state_again_changes_nothing(refund, state):
    row = refund(state=state)
    before = set_right(row.payment, state)

    again = move(row, state)

    assert (again.state, books(row.payment)) == (state, before)
    assert (told(row), actions(row), letters(row)) == ([], [], [])


def test_the_table_of_moves_is_the_written_one():
    table = {(start.value, end.value) for start, ends in TRANSITIONS.items() for end in ends}

    assert table == LEGAL
    assert set(TRANSITIONS) == set(State)


@pytest.mark.parametrize("end", ["Captured", "CancelledByClient"])
def test_an_answer_that_was_overtaken_changes_nothing_and_gives_the_refund_as_it_is(refund, end):
    row = refund(state="Reserved")
    old = fresh(row)
    move(row, end)
    before = books(row.payment), told(row)

    seen = move(old, "CancelledByMobilePay")

    assert (seen.state, books(row.payment), told(row)) == (end, *before)


def test_an_answer_that_skips_a_step_somebody_else_has_written_moves_on_from_there(refund):
    row = refund(state="Initiated")
    old = fresh(row)
    move(row, "Reserved")

    move(old, "Captured")

    assert list(row.events.order_by("pk").values_list("from_state", "to_state")) == [
        ("Initiated", "Reserved"),
        ("Reserved", "Captured"),
    ]
    assert books(row.payment) == (2706, 1000, 1000)


def test_a_move_that_means_nothing_once_the_refund_has_moved_is_not_made(refund):
    row = refund(state="Created")
    old = fresh(row)
    move(row, "Initiated")

    seen = move(old, "CancelledByMobilePay", only_if_unmoved=True)

    assert (seen.state, told(row), books(row.payment)) == ("Initiated", ["Initiated"], (2706, 1000, 0))


DUE = [
    ("till", "Created", timedelta(seconds=8)),
    ("till", "Initiated", timedelta(minutes=10)),
    ("till", "Reserved", timedelta(minutes=10)),
    ("till", "WaitingForBalance", timedelta(seconds=8)),
    ("back_office", "Approved", timedelta(seconds=8)),
    ("back_office", "Created", timedelta(seconds=8)),
    ("back_office", "Initiated", timedelta(0)),
    ("back_office", "Reserved", timedelta(0)),
]
BEFORE = {
    "Approved": "Requested",
    "Created": "Approved",
    "Initiated": "Created",
    "Reserved": "Initiated",
    "WaitingForBalance": "Created",
}


@pytest.mark.parametrize(("origin", "state", "wait"), DUE)
def test_every_open_state_has_its_clock(refund, origin, state, wait):
    requester = User.objects.create(email="carl@kino.example") if origin == "back_office" else None
    row = refund(state=BEFORE[state], origin=origin, requester=requester)

    move(row, state)

    assert fresh(row).due_at == clock.now() + wait


def test_a_tills_refund_that_people_approved_is_the_workers_to_pay(refund):
    approver = User.objects.create(email="asta@kino.example")
    row = refund(state="Created", approvals_needed=1, first_approver=approver)

    move(row, "Initiated")

    assert fresh(row).due_at == clock.now()


@pytest.mark.parametrize(("start", "end"), [("Created", "Initiated"), ("Initiated", "Reserved")])
def test_a_move_on_the_way_keeps_what_we_owe_mobilepay_and_its_clock(refund, start, end):
    due_at = clock.now() + timedelta(seconds=5)
    row = refund(state=start, operation="cancel", due_at=due_at, attempts=2)

    move(row, end)

    assert (fresh(row).operation, fresh(row).due_at, fresh(row).attempts) == ("cancel", due_at, 0)


@pytest.mark.parametrize("end", AT_THE_END.split())
def test_a_move_that_ends_a_refund_forgets_what_we_owed_mobilepay(refund, end):
    row = refund(state="Reserved", operation="cancel", due_at=clock.now(), attempts=2)

    move(row, end)

    assert (fresh(row).operation, fresh(row).due_at, fresh(row).attempts) == ("", None, 0)


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("operation", [Operation.CAPTURE, Operation.CANCEL])
def test_an_operation_is_noted_only_where_it_can_be_carried_out(refund, operation, state):
    row = refund(state=state, attempts=3)
    possible = {"capture": {"Reserved"}, "cancel": {"WaitingForBalance", "Created", "Initiated", "Reserved"}}[operation]

    noted = schedule(row, operation)

    found = fresh(row)
    assert noted is (state in possible)
    assert {operation: set(POSSIBLE_FROM[operation])} == {operation: possible}
    assert found.operation == (operation if noted else row.operation)
    # What is not open there yet may have been told already, with the key that it has.
    assert (found.operation_key == row.operation_key) is (not noted or row.remote_id is None)
    assert found.attempts == (0 if noted and row.operation == "" else 3)
    assert found.due_at == (clock.now() + timedelta(seconds=8) if noted else None)
    assert actions(row) == (["refund:intended"] if noted else [])


def test_no_second_intent_is_noted_while_one_is_on_its_way(refund):
    row = refund(state="Reserved", operation="cancel")

    noted = schedule(row, Operation.CAPTURE)

    assert (noted, fresh(row).operation, fresh(row).operation_key, actions(row)) == (
        False,
        "cancel",
        row.operation_key,
        [],
    )


def test_giving_up_an_intent_leaves_the_refund_open_and_says_why(refund):
    row = refund(state="Reserved", operation="capture", attempts=3)

    transitions.abandon(row, Rejected("HTTP 409", code="1351"), by=WORKER, now=clock.now())

    found = fresh(row)
    assert (found.state, found.operation, found.attempts) == ("Reserved", "", 0)
    assert found.due_at == clock.now() + timedelta(minutes=1)
    assert (told(row), actions(row)) == ([], ["refund:refused"])


def test_giving_up_an_old_intent_spares_the_new_one(refund):
    row = refund(state="Reserved", operation="capture")
    old = fresh(row)
    transitions.abandon(row, Rejected("HTTP 409", code="1351"), by=WORKER, now=clock.now())
    schedule(fresh(row), Operation.CAPTURE)

    transitions.abandon(old, Rejected("HTTP 409", code="1351"), by=WORKER, now=clock.now())

    assert fresh(row).operation == "capture"
    assert actions(row) == ["refund:refused", "refund:intended"]


def test_what_has_ended_meanwhile_is_not_postponed(refund):
    row = refund(state="Captured")

    Refund.objects.postpone(row, now=clock.now())

    assert (fresh(row).due_at, fresh(row).attempts) == (None, 0)


def test_a_long_cause_is_kept_as_far_as_it_fits(refund):
    row = refund(state="Requested")

    transitions.transition(refund=row, to=State.DECLINED, cause="x" * 400, by=WORKER, now=clock.now())

    assert row.events.get().cause == "x" * 300
    assert letters(row) == [("news", "Declined", "x" * 300)]


def test_an_event_says_what_it_is(refund):
    row = refund(state="Reserved")
    move(row, "Captured")

    event = row.events.get()

    assert str(event) == f"{event.at:%Y-%m-%d %H:%M:%S} Reserved → Captured"
