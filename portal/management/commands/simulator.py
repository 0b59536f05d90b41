"""`manage.py simulator`: a MobilePay of one's own, on the real wire."""

from argparse import ArgumentParser
from contextlib import suppress
import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.management.sample.shops import SAMPLE
from portal.mobilepay.simulator.core.server import SimulatorServer
from portal.mobilepay.simulator.epayment.world import EPaymentWorld
from portal.mobilepay.simulator.pages.routes import DemoTill
from portal.mobilepay.simulator.posv10.world import World


class Command(BaseCommand):
    help = (
        "Serve a simulated MobilePay, ePayment and PoS V10, with the merchants of an import file; and its phone page."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8600)
        parser.add_argument("--merchants", type=Path, default=SAMPLE, help="an import file (docs/importing.md)")
        parser.add_argument("--portal", default="http://127.0.0.1:8000", help="where the phone page's till calls")
        parser.add_argument(
            "--till-token",
            default=os.environ.get("DEMO_TILL_TOKEN", ""),
            help="the access token of the phone page's till (or DEMO_TILL_TOKEN in the environment)",
        )
        parser.add_argument(
            "--tills",
            default=os.environ.get("DEMO_TILLS", ""),
            help=(
                'several tills instead, as JSON (or DEMO_TILLS): [{"label": …, "token": …, "terminals": [ids]}]; '
                'instead of "token", "tokenFile" names a file that is read before every call'
            ),
        )

    def handle(
        self,
        *_args: Any,
        host: str,
        port: int,
        merchants: Path,
        portal: str,
        till_token: str,
        tills: str,
        **_options: Any,
    ) -> None:
        try:
            till = _tills(portal, tills) if tills else [DemoTill(portal, till_token)]
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError(str(error)) from error
        world = World.from_file(merchants)
        server = SimulatorServer(
            world,
            epayment=EPaymentWorld.from_file(merchants, clock=world.clock),
            sends_webhooks=True,
            host=host,
            port=port,
            client_id=settings.POSV10_CLIENT_ID,
            client_secret=settings.POSV10_CLIENT_SECRET,
            till=till,
        )
        self.stdout.write(f"MobilePay simulator: http://{host}:{port}/")
        with suppress(KeyboardInterrupt):
            server.serve_forever()


def _tills(portal: str, tills: str) -> list[DemoTill]:
    return [_till(portal, each) for each in json.loads(tills)]


def _till(portal: str, told: dict[str, Any]) -> DemoTill:
    terminals = tuple(told["terminals"])
    if "tokenFile" in told:
        return DemoTill(portal, label=told["label"], terminals=terminals, token_file=Path(told["tokenFile"]))
    return DemoTill(portal, told["token"], told["label"], terminals)
