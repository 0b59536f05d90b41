"""How long lists take with few payments and audit rows, and with a thousand times as many."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
import time
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.test import Client

from payments.models import Payment
from portal import clock
from portal.accounts.models import User
from portal.accounts.services import people
from portal.audit.actors import COMMAND
from portal.audit.models import Entry
from portal.dashboard import collection
from portal.management.bench import questions
from portal.management.report import Table
from portal.management.sample import deeds, history, multiplied, shops
from portal.management.scratch import fresh_database
from terminals import import_file
from terminals.models import AccessToken, Merchant, PointOfSale, Terminal
from terminals.services import access, imports
from terminals.states import PosState

FEW = 5000
AIM_MS = 300
AIM_RATIO = 2
_ROUNDS = 7


@dataclass(frozen=True)
class _Row:
    words: str
    few: float
    many: float

    @property
    def is_met(self) -> bool:
        # A short log has fewer rows to show than a page holds: its times are no measure.
        ratio = AIM_RATIO if self.words.startswith("payments") else AIM_MS
        return self.many <= min(AIM_MS, ratio * self.few)


def measure(*, folder: str, many: int, say: Callable[[str], object]) -> Table:
    """Time every filter, order and end of the lists, with FEW payments and with about `many`."""
    fresh_database(folder=folder)
    settings.SECOND_FACTOR_REQUIRED = False
    settings.ALLOWED_HOSTS = ["testserver"]
    browser = Client()
    browser.force_login(_load())
    merchant = Merchant.objects.get(bio_code="KINO1")
    few = _times(browser, merchant)
    say(f"writing {many:,} payments, and twice as many audit rows")
    multiplied.multiply(copies=many // FEW - 1)
    began = time.perf_counter()
    while collection.collect_finished_days(now=clock.now()):
        pass
    say(f"the figures of all finished days took {time.perf_counter() - began:.0f} s to add up")
    times = _times(browser, merchant)
    rows = [_Row(words, few[words], took) for words, took in times.items()]
    for row in rows:
        say(f"{row.words:60} {row.few:6.0f} ms {row.many:6.0f} ms  {row.many / row.few:5.2f}")
    missed = [row.words for row in rows if not row.is_met]
    total, own, entries = Payment.objects.count(), Payment.objects.for_merchant(merchant).count(), Entry.objects.count()
    return Table(
        title=f"Lists: {FEW:,} and {total:,} payments, {own:,} of them this merchant's; then {entries:,} audit rows",
        head=("question", f"{FEW:,}", f"{total:,}", "ratio"),
        rows=[(row.words, f"{row.few:.0f} ms", f"{row.many:.0f} ms", f"{row.many / row.few:.2f}") for row in rows],
        verdict=f"Aim: under {AIM_MS} ms, and for payments at most {AIM_RATIO} times the time with {FEW:,}: "
        + (f"missed by {', '.join(missed)}." if missed else "met by all."),
    )


def _load() -> User:
    imports.import_merchants(merchants=import_file.read(shops.document()), by=COMMAND)
    PointOfSale.objects.bulk_create(
        PointOfSale(
            terminal=terminal,
            account=terminal.store.account,
            state=PosState.REGISTERED,
            pos_id=uuid4(),
            beacon_id=str(uuid4()),
            name=terminal.name,
        )
        for terminal in Terminal.objects.select_related("store__account")
    )
    history.write(count=FEW, now=clock.now(), tokens={}, with_story=False)
    for merchant in Merchant.objects.all():
        access.issue(merchant=merchant, by=COMMAND)
    tokens = dict(AccessToken.objects.values_list("merchant_id", "lookup_id"))
    deeds.write(payments=Payment.objects.order_by("created_at"), tokens=tokens)
    return people.create_platform_administrator(
        email="bench@portal.example", name="Bench", password=str(uuid4()), by=COMMAND
    )


def _times(browser: Client, merchant: Merchant) -> dict[str, float]:
    return {words: median(_milliseconds(browser, address, _ROUNDS)) for words, address in questions.all_of(merchant)}


def _milliseconds(browser: Client, url: str, rounds: int) -> Iterator[float]:
    for _ in range(rounds):
        began = time.perf_counter()
        answer: Any = browser.get(url)
        if answer.status_code != 200:  # noqa: PLR2004 - the page itself, and nothing else, is what is timed
            raise RuntimeError(f"{url} answered {answer.status_code}")
        yield (time.perf_counter() - began) * 1000
