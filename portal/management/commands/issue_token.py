"""`manage.py issue_token BIOCODE`: prints a new access token, and nothing else, on standard output."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import clock
from portal.audit.actors import COMMAND
from terminals.models import Merchant
from terminals.services import access


class Command(BaseCommand):
    help = "Issue a merchant's access token; one that exists is replaced and stops at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("bio_code", metavar="BIOCODE")

    def handle(self, *_args: Any, bio_code: str, **_options: Any) -> None:
        merchant = Merchant.objects.filter(bio_code=bio_code).first()
        if merchant is None:
            raise CommandError(f"There is no merchant with the bioCode {bio_code}.")
        token = access.reset(
            merchant=merchant, previous=None, by=COMMAND, now=clock.now(), reason="issued on the command line"
        )
        self.stdout.write(token)
