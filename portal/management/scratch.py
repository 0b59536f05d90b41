"""An empty database of its own for a command that invents data."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection


def fresh_database(*, folder: str) -> None:
    """Make a database anew: the SQLite file in the VAR_DIR of this very name, or PostgreSQL's `portal_<folder>`.

    Raises CommandError when the portal is told to use any other one.
    """
    database = settings.DATABASES["default"]["NAME"]
    if connection.vendor == "postgresql":
        _fresh_postgres(database, f"portal_{folder}")
    else:
        _fresh_file(Path(database), folder)
    call_command("migrate", verbosity=0)


def _fresh_file(database: Path, folder: str) -> None:
    if database.parent != settings.VAR_DIR or settings.VAR_DIR.name != folder:
        raise CommandError(f"This empties its database, and will not touch {database}: run `make {folder}`.")
    # A file that is open lives on, unseen, after it is removed.
    connection.close()
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _fresh_postgres(database: str, own: str) -> None:
    if database != own:
        raise CommandError(f"This empties its database, and will not touch {database}: call it {own}.")
    connection.close()
    with connection._nodb_cursor() as cursor:  # noqa: SLF001 - how Django's own tests do it
        name = connection.ops.quote_name(own)
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
