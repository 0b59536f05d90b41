"""`manage.py remove_second_factor EMAIL`: for whoever has lost phone and codes, whoever they are."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from portal import clock
from portal.accounts import addresses
from portal.accounts.models import User
from portal.accounts.services import second_factors
from portal.audit.actors import COMMAND
from portal.errors import PortalError
from portal.web.forms import ReasonField


class Command(BaseCommand):
    help = (
        "Remove the second factor, recovery codes and password of somebody who has lost them; asks for a reason. "
        "They get a letter with a link to choose a new password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *_args: Any, email: str, **_options: Any) -> None:
        user = User.objects.filter(email=addresses.as_kept(email)).first()
        if user is None:
            raise CommandError(f"There is no account for {email}. Nothing was changed.")
        try:
            reason = ReasonField().clean(input(f"Why is the second factor of {user} to be removed? "))
            second_factors.remove_by_command(user=user, reason=reason, by=COMMAND, now=clock.now())
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong
        except PortalError as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(
            f"{user.email} is signed out everywhere, and gets a letter with a link to choose a new password."
        )
