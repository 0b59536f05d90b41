"""What was asked for and agreed to cannot be changed: not by our code, not by SQL, not later."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

from django.db import DatabaseError, connection, transaction
import pytest

from payments.models import Payment
from portal import clock
from portal.accounts.models import User
from portal.database.append_only import Frozen
from refunds import states
from refunds.models import Refund, RefundEvent
from refunds.states import State
from tests.payments.factories import new_payment, new_pos
from tests.refunds.factories import new_refund

pytestmark = pytest.mark.django_db

# Each with another value than the row has.
FROZEN = {
    "id": uuid4(),
    "merchant_id": 9999,
    "store_id": 9999,
    "payment_id": uuid4(),
    "origin": "till",
    "refund_order_id": "another",
    "amount_minor": 999,
    "refundable_before_minor": 9999,
    "currency": "EUR",
    "reason": "other",
    "note": "another",
    "approvals_needed": 0,
    "ceiling": "tills",
    "requester_id": None,
    "idempotency_key": "key",
    "created_at": clock.now() - timedelta(days=1),
    "lapses_at": clock.now() + timedelta(days=1),
}
ONCE = {"first_approver_id": "dora", "second_approver_id": "dora", "reviewer_id": "dora", "remote_id": "another"}
# These say how it fares.
FREE = {
    "state": "Initiated",
    "refused_reason": "balance_too_low",
    "refused_code": "1368",
    "operation_since": clock.now(),
    "operation": "capture",
    "operation_key": uuid4(),
    "changed_at": clock.now(),
    "fresh_until": clock.now(),
    "unanswered_since": clock.now(),
    "due_at": clock.now(),
    "is_held_up": True,
    "claimed_until": clock.now(),
    "attempts": 7,
    "poll_delay_ms": 7,
    "contradiction": {"amount": "1.00 DKK"},
    "contradicted_at": clock.now(),
    "stray_id": "a-second-one",
    "stray_due_at": clock.now(),
}
MARKS = {"is_emergency", "review"}
ENDED = [*states.PAID, *states.UNPAID]


@pytest.fixture
def people():
    names = ("carl", "asta", "bent", "dora", "otto")
    return {name: User.objects.create(email=f"{name}@kino.example", name=name) for name in names}


@pytest.fixture
def refund(people):
    """A refund of the desk with all that can be written about it."""
    return _new_refund(people, new_payment(new_pos(), state="Captured"))


def _new_refund(people, payment, **fields):
    facts = {
        "origin": "back_office",
        "state": "Created",
        "approvals_needed": 2,
        "requester": people["carl"],
        "first_approver": people["asta"],
        "second_approver": people["bent"],
        "is_emergency": True,
        "reviewer": people["otto"],
        "review": "not_in_order",
        "remote_id": "theirs",
        "reason": "faulty",
        "note": "torn",
        **fields,
    }
    return new_refund(payment, **facts)


def _row():
    return Refund.objects.values().get()


def _refused(refund, **changes):
    """Whether the database refuses the change because of what it changes, and keeps the row."""
    before = Refund.objects.filter(pk=refund.pk).values().get()
    frozen = pytest.raises(DatabaseError, match=r"refunds_refund is (frozen|append-only)")
    with frozen, transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(**changes)
    return Refund.objects.filter(pk=refund.pk).values().get() == before


def test_it_is_known_of_every_column_whether_it_may_change():
    columns = {field.column for field in Refund._meta.concrete_fields}

    assert columns == {*FROZEN, *ONCE, *FREE, *MARKS}


@pytest.mark.parametrize("column", FROZEN)
def test_what_was_asked_for_never_changes(column, refund):
    assert _row()[column] != FROZEN[column]
    assert _refused(refund, **{column: FROZEN[column]})


@pytest.mark.parametrize("column", ["requester_id", "idempotency_key", "ceiling"])
def test_what_was_left_empty_stays_empty(column, people):
    payment = new_payment(new_pos(), state="Captured")
    refund = new_refund(payment, state="Created")

    assert _refused(refund, **{column: {"requester_id": people["carl"].pk}.get(column, "tills")})


@pytest.mark.parametrize("to", ["another", None])
@pytest.mark.parametrize("column", ONCE)
def test_who_approved_and_reviewed_it_never_changes(column, to, refund, people):
    value = people["dora"].pk if column != "remote_id" else "another"

    assert _refused(refund, **{column: value if to else None})


@pytest.mark.parametrize("column", ONCE)
def test_what_happens_once_is_written_down_once(column, people):
    empty = {"first_approver": None, "second_approver": None, "reviewer": None, "remote_id": None, "review": ""}
    payment = new_payment(new_pos(), state="Captured")
    refund = _new_refund(people, payment, **empty, state="Requested")
    before = {} if column != "second_approver_id" else {"first_approver_id": people["asta"].pk}
    also = {"review": "in_order"} if column == "reviewer_id" else {}
    Refund.objects.filter(pk=refund.pk).update(**before)
    value = people["dora"].pk if column != "remote_id" else "theirs"

    Refund.objects.filter(pk=refund.pk).update(**{column: value}, **also)

    assert _row()[column] == value
    assert _refused(refund, **{column: people["otto"].pk if column != "remote_id" else "another"})


@pytest.mark.parametrize("column", FREE)
def test_how_it_fares_is_written_down(column, refund):
    before = _row()
    assert before[column] != FREE[column]

    Refund.objects.filter(pk=refund.pk).update(**{column: FREE[column]})

    assert _row() == {**before, column: FREE[column]}


def test_writing_the_same_again_is_no_change(refund):
    before = _row()

    refund.save()

    assert _row() == before


@pytest.mark.parametrize("to", ["in_order", ""])
def test_a_review_is_not_revised(to, refund):
    assert _refused(refund, review=to)


def test_the_mark_of_an_emergency_never_vanishes(refund):
    assert _refused(refund, is_emergency=False)


def test_the_mark_of_an_emergency_can_be_set(people):
    refund = _new_refund(people, new_payment(new_pos(), state="Captured"), is_emergency=False)

    Refund.objects.filter(pk=refund.pk).update(is_emergency=True)

    assert _row()["is_emergency"] is True


@pytest.mark.parametrize("to", State)
@pytest.mark.parametrize("ended", ENDED)
def test_what_has_ended_stays_as_it_ended(ended, to, people):
    refund = _new_refund(people, new_payment(new_pos(), state="Captured"), state=ended)
    changes = {"state": to}

    kept = Refund.objects.filter(pk=refund.pk).update(**changes) if to == ended else _refused(refund, **changes)

    assert (bool(kept), _row()["state"]) == (True, ended)


def test_a_refund_is_changed_by_no_object_that_somebody_holds(refund):
    before = _row()
    refund.amount_minor = 1

    with pytest.raises(DatabaseError, match="refunds_refund is"), transaction.atomic():
        refund.save()

    assert _row() == before


def test_no_refund_is_replaced_by_another(refund):
    before = _row()
    names = [field.column for field in Refund._meta.concrete_fields]
    values = ", ".join("1" if name == "amount_minor" else name for name in names)
    replacement = f"REPLACE INTO refunds_refund ({', '.join(names)}) SELECT {values} FROM refunds_refund"  # noqa: S608

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(replacement)

    assert _row() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE refunds_refundevent SET cause = 'x'",
        "UPDATE refunds_refundevent SET id = id",
        "DELETE FROM refunds_refundevent",
    ],
)
def test_events_are_never_changed(statement, refund):
    refund.events.create(to_state="Requested", cause="a test", actor_kind="person", actor="carl", correlation_id="c")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    event = RefundEvent.objects.get()
    assert (event.cause, str(event)) == ("a test", f"{event.at:%Y-%m-%d %H:%M:%S} nothing → Requested")


def test_a_payment_keeps_room_for_what_it_promised(refund):
    room = Payment.objects.values_list("captured_minor", "refund_committed_minor", "refunded_minor")
    before = room.get()

    for changes in ({"refund_committed_minor": 2707}, {"refunded_minor": 1001}, {"refund_committed_minor": -1}):
        with pytest.raises(DatabaseError, match="refunded_within_committed"), transaction.atomic():
            Payment.objects.update(**changes)

    assert room.get() == before == (2706, 1000, 0)


class Editor:
    """Writes down what a migration would do to a database of that vendor."""

    def __init__(self, vendor):
        self.connection = SimpleNamespace(vendor=vendor)
        self.statements = []

    def execute(self, statement, params):
        self.statements.append((" ".join(statement.split()), params))


def test_postgresql_refuses_what_is_frozen():
    editor = Editor("postgresql")

    Frozen("a_table", columns=["a"], once=["b"], never=["(c)"]).code(None, editor)

    dropped, function, trigger = editor.statements
    assert function[0].split()[:5] == ["CREATE", "OR", "REPLACE", "FUNCTION", "refuse_change()"]
    assert dropped == ("DROP TRIGGER IF EXISTS a_table_frozen ON a_table", None)
    assert trigger[0] == (
        "CREATE TRIGGER a_table_frozen BEFORE UPDATE ON a_table FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a OR "
        "(OLD.b IS NOT NULL AND OLD.b IS DISTINCT FROM NEW.b) OR (c)) EXECUTE FUNCTION refuse_change()"
    )
    assert trigger[1] is None


def test_the_migration_operation_can_be_written_into_a_migration():
    operation = Frozen("a_table", columns=["a"], once=["b"], never=["c"])

    name, args, options = operation.deconstruct()

    again = Frozen(*args, **options)
    assert (name, args, options) == ("Frozen", ["a_table"], {"columns": ["a"], "once": ["b"], "never": ["c"]})
    assert (again.table, again.columns, again.once, again.never) == ("a_table", ["a"], ["b"], ["c"])
