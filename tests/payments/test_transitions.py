"""Which state can follow which: every pair, in the table and in the database."""

import pytest

from payments import states
from payments.models import Payment
from payments.services import transitions
from payments.states import TRANSITIONS, State
from portal import clock
from portal.audit.actors import WORKER
from portal.mobilepay.errors import Rejected
from portal.money import Money
from portal.operations.models import IllegalTransition, Operation
from tests.payments.factories import new_payment, new_pos, schedule, traces

pytestmark = pytest.mark.django_db

ALLOWED = {
    "Created": "Prepared Paired Initiated IssuedToUser Reserved Captured",
    "Prepared": "Paired Initiated IssuedToUser Reserved Captured",
    "Paired": "Initiated IssuedToUser Reserved Captured",
    "Initiated": "IssuedToUser Reserved Captured",
    "IssuedToUser": "Reserved Captured",
    "Reserved": "Captured",
}
UNPAID = [
    "CancelledByUser",
    "CancelledByClient",
    "CancelledByMobilePay",
    "ExpiredAndCancelled",
    "RejectedByMobilePayDueToAgeRestrictions",
]
# Written out by hand: the table of the source must not judge itself.
LEGAL = {(start, end) for start, ends in ALLOWED.items() for end in [*ends.split(), *UNPAID]}
PAIRS = [(start.value, end.value) for start in State for end in State if start != end]


def move(payment, to, **changes):
    captured = {"captured_minor": payment.amount_minor} if to == "Captured" else {}
    cause = "a test said so"
    return transitions.transition(
        payment=payment, to=State(to), cause=cause, by=WORKER, now=clock.now(), **captured, **changes
    )


@pytest.mark.parametrize(("start", "end"), [pair for pair in PAIRS if pair in LEGAL])
def test_a_legal_move_changes_the_row_and_writes_an_event_and_an_audit_row(start, end):
    payment = new_payment(new_pos(), state=start)

    moved = move(payment, end)

    row, events, entries = traces(payment)
    assert (moved.state, row["state"]) == (end, end)
    assert events == [(start, end, "a test said so", "worker", "worker")]
    assert entries == ["payment:moved"]
    assert row["captured_minor"] == (2706 if end == "Captured" else 0)
    assert row["due_at"] is not None if State(end) in states.OPEN else row["due_at"] is None


@pytest.mark.parametrize(("start", "end"), [pair for pair in PAIRS if pair not in LEGAL])
def test_an_illegal_move_is_refused_and_changes_nothing(start, end):
    payment = new_payment(new_pos(), state=start)
    before = traces(payment)

    with pytest.raises(IllegalTransition, match=f"^{start} to {end}$"):
        move(payment, end)

    assert traces(payment) == before


@pytest.mark.parametrize("state", State.values)
def test_the_same_state_again_changes_nothing(state):
    payment = new_payment(new_pos(), state=state)
    before = traces(payment)

    again = move(payment, state)

    assert again.state == state
    assert traces(payment) == before


def test_an_answer_that_was_overtaken_changes_nothing_and_gives_the_payment_as_it_is():
    payment = new_payment(new_pos(), state=State.INITIATED)
    old = Payment.objects.whole().get(pk=payment.pk)
    move(payment, State.RESERVED)
    before = traces(payment)

    seen = move(old, State.ISSUED_TO_USER)

    assert seen.state == State.RESERVED
    assert traces(payment) == before


def test_an_answer_that_skips_a_step_somebody_else_has_written_moves_on_from_there():
    payment = new_payment(new_pos(), state=State.INITIATED)
    old = Payment.objects.whole().get(pk=payment.pk)
    move(payment, State.ISSUED_TO_USER)

    move(old, State.RESERVED)

    _, events, _ = traces(payment)
    assert [event[:2] for event in events] == [("Initiated", "IssuedToUser"), ("IssuedToUser", "Reserved")]


@pytest.mark.parametrize("operation", ["cancel", "capture"])
def test_a_move_that_does_not_end_a_payment_keeps_what_we_owe_mobilepay(operation):
    payment = new_payment(
        new_pos(), state=State.ISSUED_TO_USER, operation=operation, operation_minor=2706, due_at=clock.now()
    )

    moved = move(payment, State.RESERVED)

    assert (moved.operation, moved.operation_minor, moved.due_at) == (operation, 2706, payment.due_at)


@pytest.mark.parametrize("end", ["Captured", *UNPAID])
def test_a_move_that_ends_a_payment_forgets_what_we_owed_mobilepay(end):
    payment = new_payment(
        new_pos(), state=State.RESERVED, operation="capture", operation_minor=2706, due_at=clock.now()
    )

    move(payment, end)

    row, _, _ = traces(payment)
    assert (row["operation"], row["operation_minor"], row["due_at"], row["attempts"]) == ("", None, None, 0)


INTENDABLE = {
    "ready": {"Prepared", "Paired"},
    "capture": {"Reserved"},
    "cancel": {"Created", "Prepared", "Paired", "Initiated", "IssuedToUser", "Reserved"},
}


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("operation", INTENDABLE)
def test_an_operation_is_noted_only_where_it_can_be_carried_out(operation, state):
    payment = new_payment(new_pos(), state=state)
    before = traces(payment)
    amount = None if operation == "cancel" else Money(1000, "DKK")

    noted = schedule(payment, operation, amount)

    row, _, entries = traces(payment)
    assert noted is (state in INTENDABLE[operation])
    if noted:
        assert (row["operation"], row["operation_minor"]) == (operation, amount and 1000)
        assert row["operation_key"] != payment.operation_key
        assert entries == ["payment:intended"]
    else:
        assert traces(payment) == before


def test_no_second_operation_is_noted_while_one_is_on_its_way():
    payment = new_payment(new_pos(), state=State.RESERVED, operation="cancel")
    before = traces(payment)

    noted = schedule(payment, Operation.CAPTURE, Money(2706, "DKK"))

    assert noted is False
    assert traces(payment) == before


def test_abandoning_an_operation_leaves_the_payment_open_and_says_why():
    payment = new_payment(new_pos(), state=State.RESERVED, operation="capture", operation_minor=2706, attempts=3)
    refusal = Rejected("HTTP 409", code="1304", trace_id="theirs")

    transitions.abandon(payment, refusal, by=WORKER, now=clock.now())

    row, events, entries = traces(payment)
    assert (row["state"], row["operation"], row["operation_minor"], row["attempts"]) == ("Reserved", "", None, 0)
    assert (events, entries) == ([], ["payment:refused"])


def test_abandoning_an_old_operation_spares_the_new_one():
    payment = new_payment(new_pos(), state=State.RESERVED, operation="capture", operation_minor=2706)
    old = Payment.objects.whole().get(pk=payment.pk)
    refusal = Rejected("HTTP 409", code="1304")
    transitions.abandon(payment, refusal, by=WORKER, now=clock.now())
    payment.refresh_from_db()
    schedule(payment, Operation.CAPTURE, Money(1000, "DKK"))

    transitions.abandon(old, refusal, by=WORKER, now=clock.now())

    row, _, _ = traces(payment)
    assert (row["operation"], row["operation_minor"]) == ("capture", 1000)


def test_the_table_of_moves_is_the_written_one():
    table = {(start.value, end.value) for start, ends in TRANSITIONS.items() for end in ends}

    assert table == LEGAL
    assert set(TRANSITIONS) == set(State)


def test_a_payment_knows_what_it_is():
    payment = new_payment(new_pos(), state=State.RESERVED)
    payment.events.create(
        from_state="", to_state="Created", cause="it began", actor_kind="till", actor="t", correlation_id="c"
    )
    payment.events.create(
        from_state="Created", to_state="Reserved", cause="it went on", actor_kind="till", actor="t", correlation_id="c"
    )

    first, second = payment.events.order_by("pk")

    assert str(payment) == f"payment {payment.pk}"
    assert str(first) == f"{first.at:%Y-%m-%d %H:%M:%S} nothing → Created"
    assert str(second) == f"{second.at:%Y-%m-%d %H:%M:%S} Created → Reserved"
