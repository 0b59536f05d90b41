"""`manage.py add_administrator EMAIL NAME`: the account of somebody who runs the portal."""

from argparse import ArgumentParser
from getpass import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from portal.accounts import addresses
from portal.accounts.models import User
from portal.accounts.services import people
from portal.audit.actors import COMMAND
from portal.errors import PortalError
from portal.web.forms import NameField


class Command(BaseCommand):
    help = (
        "Add a platform administrator, who adds merchants and invites their people; asks for a password, or sends "
        "a letter with a link to set one when nobody is at the keyboard."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("name", metavar="NAME")

    def handle(self, *_args: Any, email: str, name: str, **_options: Any) -> None:
        try:
            email = addresses.read(email)
            name = NameField().clean(name)
            password = _typed(User(email=email, name=name)) if sys.stdin.isatty() else None
            people.create_platform_administrator(email=email, name=name, password=password, by=COMMAND)
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong
        except PortalError as refusal:
            raise CommandError(refusal.message) from refusal
        if password is None:
            self.stdout.write(
                f"A worker sends {email} a letter now: its link sets a password, once, within three days."
            )
        else:
            self.stdout.write(f"{email} can sign in now, and is asked to add a second factor first.")


def _typed(user: User) -> str:
    password = getpass("Password: ")
    validate_password(password, user)
    return password
