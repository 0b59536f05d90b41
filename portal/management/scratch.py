"""An empty database of its own for a command that invents data."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError


def fresh_database(*, folder: str) -> None:
    """Make the SQLite file in VAR_DIR anew; CommandError unless VAR_DIR is the folder with this very name."""
    database = Path(settings.DATABASES["default"]["NAME"])
    if database.parent != settings.VAR_DIR or settings.VAR_DIR.name != folder:
        raise CommandError(f"This empties its database, and will not touch {database}: run `make {folder}`.")
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    call_command("migrate", verbosity=0)
