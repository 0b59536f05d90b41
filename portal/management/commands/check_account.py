"""`manage.py check_account MSN`: whether a sales unit's keys work, and what it may do."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import clock
from portal.audit.actors import COMMAND
from terminals.models import ProviderAccount
from terminals.services import connections
from terminals.services.connections import Connection

_WORDS = {True: "yes", False: "no", None: "not told"}


class Command(BaseCommand):
    help = "Test the connection of an account by its merchant serial number (for PoS V10 its VAT number)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("msn")

    def handle(self, *_args: Any, msn: str, **_options: Any) -> None:
        accounts = ProviderAccount.objects.filter(merchant_number=msn).select_related("merchant").order_by("pk")
        if not accounts:
            raise CommandError(f"No account has the number {msn}.")
        tested = [connections.check(account=account, by=COMMAND, now=clock.now()) for account in accounts]
        for each in tested:
            self._say(each)
        if any(each.problem for each in tested):
            raise CommandError("Not everything is in order; no money moved.")

    def _say(self, tested: Connection) -> None:
        account, unit = tested.account, tested.unit
        self.stdout.write(f"{account} of {account.merchant}: {tested.problem or 'the keys work.'}")
        if unit is not None:
            self.stdout.write(
                f"  {unit.name}, {unit.currency or 'currency not told'}; payments {_WORDS[unit.takes_payments]}, "
                f"push {_WORDS[unit.may_push]}, parts {_WORDS[unit.captures_parts]}"
            )
