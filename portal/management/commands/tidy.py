"""`manage.py tidy`: forget now what a worker forgets by and by."""

from typing import Any

from django.core.management.base import BaseCommand

from portal import clock
from portal.retention import services


class Command(BaseCommand):
    help = "Forget ended sessions, sent letters and what names customers, once they are over their time; says how much."

    def handle(self, *_args: Any, **_options: Any) -> None:
        forgotten = services.tidy(now=clock.now())
        self.stdout.write(f"Forgotten: {', '.join(f'{number} {kind}' for kind, number in forgotten.items())}.")
