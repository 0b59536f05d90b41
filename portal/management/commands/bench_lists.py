"""`manage.py bench_lists`: how long list pages take with a great many payments, on a database of its own."""

from argparse import ArgumentParser
from collections.abc import Iterator
from statistics import median
import time
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.core.management.base import BaseCommand
from django.test import Client

from payments.models import Payment
from payments.states import State
from portal import clock
from portal.accounts.models import User
from portal.accounts.services import people
from portal.audit.actors import COMMAND
from portal.management.sample import history, shops
from portal.management.scratch import fresh_database
from terminals import import_file
from terminals.models import Merchant, PointOfSale, Store, Terminal
from terminals.services import importing
from terminals.states import PosState

AIM_MS = 300
ROUNDS = 5


class Command(BaseCommand):
    help = "Load many payments, then time the payment list: first page, each filter alone, each order, last page."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--payments", type=int, default=200_000)

    def handle(self, *_args: Any, payments: int, **_options: Any) -> None:
        settings.SECOND_FACTOR_REQUIRED = False
        settings.ALLOWED_HOSTS = ["testserver"]
        fresh_database(folder="bench")
        browser = Client()
        browser.force_login(_load(payments))
        merchant = Merchant.objects.get(bio_code="KINO1")
        slow = 0
        for words, query in _questions(merchant):
            url = f"/merchants/{merchant.pk}/payments/?{urlencode(query)}"
            took = median(_milliseconds(browser, url) for _ in range(ROUNDS))
            slow += took > AIM_MS
            self.stdout.write(f"{words:40} {took:7.0f} ms")
        self.stdout.write(
            f"{Payment.objects.of(merchant).count()} of {payments} payments are this merchant's; "
            f"{slow} pages took longer than {AIM_MS} ms"
        )


def _load(payments: int) -> User:
    importing.import_merchants(merchants=import_file.read(shops.document()), by=COMMAND)
    PointOfSale.objects.bulk_create(
        PointOfSale(
            terminal=terminal,
            state=PosState.REGISTERED,
            pos_id=uuid4(),
            beacon_id=str(uuid4()),
            name=terminal.name,
        )
        for terminal in Terminal.objects.all()
    )
    history.write(count=payments, now=clock.now(), tokens={}, with_story=False)
    return people.create_platform_administrator(
        email="bench@portal.example", name="Bench", password=str(uuid4()), by=COMMAND
    )


def _questions(merchant: Merchant) -> Iterator[tuple[str, dict[str, str]]]:
    newest = Payment.objects.of(merchant).newest_first().select_related("store")[0]
    rarest = Store.objects.of(merchant).order_by("-pk")[0]
    yield "first page", {}
    yield "last page", {"page": "last"}
    for state in ("open", "in-doubt", State.RESERVED, State.CAPTURED, State.REJECTED_AGE):
        yield f"state {state}", {"state": state}
    yield "store", {"store": str(rarest.pk)}
    yield "store, last page", {"store": str(rarest.pk), "page": "last"}
    yield "terminal", {"terminal": str(newest.terminal_id)}
    yield "order id", {"q": newest.order_id}
    yield "order id that nobody has", {"q": "no-such-order"}
    yield "payment id", {"q": str(newest.pk)}
    yield "from a day on", {"first": f"{newest.created_at:%Y-%m-%d}"}
    yield "up to a day that is long past", {"last": "2020-01-01"}
    yield "amount at least", {"least": "400,00"}
    yield "amount at most", {"most": "26,00"}
    yield "amount that nobody paid", {"least": "999,00", "most": "999,01"}
    yield "oldest first", {"order": "oldest"}
    yield "largest first", {"order": "largest"}
    yield "largest first, last page", {"order": "largest", "page": "last"}


def _milliseconds(browser: Client, url: str) -> int:
    began = time.perf_counter_ns()
    browser.get(url)
    return (time.perf_counter_ns() - began) // 1_000_000
