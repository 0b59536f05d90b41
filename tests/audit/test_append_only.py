"""What is written down can never be changed, by nobody and by no way."""

from django.db import DatabaseError, connection, transaction
import pytest

from portal.audit.models import Entry
from portal.database import append_only
from portal.database.append_only import AppendOnly
from tests.conftest import APPEND_ONLY_TABLES
from tests.refunds.scenarios import sell
from tests.tillapi.raw_calls import rows


@pytest.fixture
def busy(till, customer):
    """Every kind of deed has left a row."""
    payment = sell(till, customer)
    till.post("refund/create", paymentId=str(payment.pk), refundOrderId="R-1", amount="1.00")


LOGS = pytest.mark.parametrize("table", APPEND_ONLY_TABLES)


@LOGS
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET actor = 'nobody'",
        "UPDATE {} SET id = id",
        "DELETE FROM {}",
        "DELETE FROM {} WHERE id = (SELECT MIN(id) FROM {})",
    ],
)
def test_no_statement_changes_a_row(table, statement, busy):
    stored = rows()
    assert stored[table] != []

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.replace("{}", table))

    assert rows() == stored


@LOGS
def test_no_row_is_replaced_by_another(table, busy):
    stored = rows()
    names = [column.name for column in _columns(table)]
    values = ", ".join("'nobody'" if name == "actor" else name for name in names)
    replacement = f"REPLACE INTO {table} ({', '.join(names)}) SELECT {values} FROM {table}"  # noqa: S608 - ours

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(replacement)

    assert rows() == stored


def test_no_model_changes_a_row(till):
    entry = Entry.objects.first()
    stored = rows()

    for change in (entry.save, entry.delete, Entry.objects.all().delete, lambda: Entry.objects.update(actor="nobody")):
        with pytest.raises(DatabaseError, match="audit_entry is append-only"), transaction.atomic():
            change()

    assert rows() == stored


@LOGS
@pytest.mark.django_db
def test_making_a_table_append_only_twice_changes_nothing(table):
    before = _triggers()

    with connection.cursor() as cursor:
        for statement in append_only.statements(table, connection.vendor):
            cursor.execute(statement)

    assert _triggers() == before
    assert set(append_only.triggers(table, connection.vendor)) <= set(before)


def test_postgresql_refuses_update_delete_and_truncate():
    function, *triggers = append_only.statements("audit_entry", "postgresql")

    assert function.split()[:5] == ["CREATE", "OR", "REPLACE", "FUNCTION", "refuse_change()"]
    assert triggers == [
        (
            "CREATE OR REPLACE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        ),
        (
            "CREATE OR REPLACE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ),
    ]


def test_the_migration_operation_can_be_written_into_a_migration():
    name, args, options = AppendOnly("audit_entry").deconstruct()

    assert (name, args, options) == ("AppendOnly", ["audit_entry"], {})
    assert AppendOnly(*args, **options).table == "audit_entry"


def _columns(table):
    with connection.cursor() as cursor:
        return connection.introspection.get_table_description(cursor, table)


def _triggers():
    known = {"sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'"}
    with connection.cursor() as cursor:
        cursor.execute(known.get(connection.vendor, "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))
        return sorted(name for (name,) in cursor.fetchall())
