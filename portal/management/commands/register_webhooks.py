"""`manage.py register_webhooks`: every account is told of what happens, at the portal's present address."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import clock
from portal.audit.actors import COMMAND
from portal.webhooks.services import overview, registrations


class Command(BaseCommand):
    help = (
        "Register the portal's address for deliveries, once for each active account; running it again changes nothing."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        outcomes = registrations.check_all(by=COMMAND, now=clock.now(), may_move=True)
        for each in outcomes:
            said = each.problem or f"{each.made} made, {each.removed} removed"
            told = overview.reception(each.account)
            last = f"{told.last_received_at:%Y-%m-%d %H:%M:%S} UTC" if told.last_received_at else "never"
            self.stdout.write(
                f"{each.account} of {each.account.merchant}: {said}; last told {last}, {told.waiting} waiting"
            )
        if any(each.problem for each in outcomes):
            raise CommandError(
                "Some accounts are not told of what happens. Payments are found by polling all the same."
            )
        if not outcomes:
            self.stdout.write(f"No account has a network that sends anything to {settings.PORTAL_URL}.")
