"""`manage.py import_merchants FILE.json`: merchants, stores and terminals, all or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.audit.actors import COMMAND
from portal.errors import PortalError
from terminals import import_file
from terminals.import_file import WrongRows
from terminals.services import imports


class Command(BaseCommand):
    help = "Import merchants, stores and terminals from a JSON file (docs/importing.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="tell what would happen, and change nothing")

    def handle(self, *_args: Any, file: Path, verbosity: int, dry_run: bool = False, **_options: Any) -> None:
        try:
            content = import_file.parse(file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{file} is not JSON: {error}.") from error
        try:
            merchants = import_file.read(content)
            outcomes = imports.import_merchants(merchants=merchants, by=COMMAND, is_rehearsal=dry_run)
        except WrongRows as wrong:
            rows = "\n  ".join(wrong.rows)
            raise CommandError(f"Nothing was imported. Wrong rows:\n  {rows}") from wrong
        except PortalError as refusal:
            raise CommandError(refusal.message) from refusal
        counted = ", ".join(f"{outcomes[kind]} {kind}" for kind in ("new", "changed", "same"))
        if verbosity:
            self.stdout.write(f"Would be imported: {counted}." if dry_run else f"Imported: {counted}.")
