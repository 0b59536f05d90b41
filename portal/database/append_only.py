"""Tables whose rows can be added and never changed, or not in some columns: triggers, on SQLite and PostgreSQL."""

from typing import Any

from django.db import migrations

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""


def triggers(table: str, vendor: str) -> dict[str, str]:
    """The SQL of the triggers that make the table append-only, by their names."""
    if vendor == "sqlite":
        return {
            f"{table}_no_{act}": f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for act in ("update", "delete")
        }
    return {
        f"{table}_no_change": f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"{table}_no_truncate": f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    }


def statements(table: str, vendor: str) -> list[str]:
    """All the SQL that makes the table append-only; running it twice changes nothing."""
    function = [] if vendor == "sqlite" else [_FUNCTION]
    return [*function, *triggers(table, vendor).values()]


class AppendOnly(migrations.RunPython):
    """Migration operation: rows of this table can be added and never changed."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(self._install, migrations.RunPython.noop)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table], {}

    def _install(self, _apps: Any, schema_editor: Any) -> None:
        for statement in statements(self.table, schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)


class Frozen(migrations.RunPython):
    """Migration operation: these columns of a row can never change, and those others only from empty to something.

    `never` holds further conditions on OLD and NEW, in SQL, that no change may fulfil. Running it twice is running
    it once.
    """

    def __init__(self, table: str, *, columns: list[str], once: list[str], never: list[str]) -> None:
        self.table, self.columns, self.once, self.never = table, columns, once, never
        super().__init__(self._install, self._remove)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.table], {"columns": self.columns, "once": self.once, "never": self.never}

    def _install(self, _apps: Any, schema_editor: Any) -> None:
        is_sqlite = schema_editor.connection.vendor == "sqlite"
        differs = "OLD.{0} IS NOT NEW.{0}" if is_sqlite else "OLD.{0} IS DISTINCT FROM NEW.{0}"
        once = "(OLD.{0} IS NOT NULL AND " + differs + ")"
        changes = [differs.format(column) for column in self.columns] + [once.format(column) for column in self.once]
        name, condition = f"{self.table}_frozen", " OR ".join([*changes, *self.never])
        trigger = f"CREATE TRIGGER {name} BEFORE UPDATE ON {self.table} FOR EACH ROW WHEN ({condition}) "
        self._remove(_apps, schema_editor)
        if is_sqlite:
            # REPLACE is a new row in the old one's place.
            known = f"EXISTS (SELECT 1 FROM {self.table} WHERE id = NEW.id)"  # noqa: S608 - our own name
            replacing = f"CREATE TRIGGER {self.table}_kept BEFORE INSERT ON {self.table} WHEN {known}"
            schema_editor.execute(f"{replacing} BEGIN SELECT RAISE(ABORT, '{self.table} is frozen'); END", params=None)
            schema_editor.execute(f"{trigger} BEGIN SELECT RAISE(ABORT, '{self.table} is frozen'); END", params=None)
            return
        schema_editor.execute(_FUNCTION, params=None)
        schema_editor.execute(f"{trigger} EXECUTE FUNCTION refuse_change()", params=None)

    def _remove(self, _apps: Any, schema_editor: Any) -> None:
        is_sqlite = schema_editor.connection.vendor == "sqlite"
        for name in ("frozen", "kept") if is_sqlite else ("frozen",):
            on_table = "" if is_sqlite else f" ON {self.table}"
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_{name}{on_table}", params=None)
