"""How long the list of payments takes with few payments and with a thousand times as many."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
import time
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.test import Client

from payments.models import Payment
from payments.states import State
from portal import clock
from portal.accounts.models import User
from portal.accounts.services import people
from portal.audit.actors import COMMAND
from portal.management.report import Table
from portal.management.sample import history, multiplied, shops
from portal.management.scratch import fresh_database
from terminals import import_file
from terminals.models import Merchant, PointOfSale, Store, Terminal
from terminals.services import importing
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
        return self.many <= min(AIM_MS, AIM_RATIO * self.few)


def measure(*, folder: str, many: int, say: Callable[[str], object]) -> Table:
    """Time every filter, order and end of the list, with FEW payments and with about `many`."""
    fresh_database(folder=folder)
    settings.SECOND_FACTOR_REQUIRED = False
    settings.ALLOWED_HOSTS = ["testserver"]
    browser = Client()
    browser.force_login(_load())
    merchant = Merchant.objects.get(bio_code="KINO1")
    few = _times(browser, merchant)
    say(f"writing {many:,} payments")
    multiplied.multiply(copies=many // FEW - 1)
    times = _times(browser, merchant)
    rows = [_Row(words, few[words], took) for words, took in times.items()]
    for row in rows:
        say(f"{row.words:36} {row.few:6.0f} ms {row.many:6.0f} ms  {row.many / row.few:5.2f}")
    missed = [row.words for row in rows if not row.is_met]
    total, own = Payment.objects.count(), Payment.objects.of(merchant).count()
    return Table(
        title=f"List of payments: {FEW:,} and {total:,} payments, {own:,} of them this merchant's",
        head=("question", f"{FEW:,}", f"{total:,}", "ratio"),
        rows=[(row.words, f"{row.few:.0f} ms", f"{row.many:.0f} ms", f"{row.many / row.few:.2f}") for row in rows],
        verdict=f"Aim: under {AIM_MS} ms, and at most {AIM_RATIO} times the time with {FEW:,}: "
        + (f"missed by {', '.join(missed)}." if missed else "met by all."),
    )


def _load() -> User:
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
    history.write(count=FEW, now=clock.now(), tokens={}, with_story=False)
    return people.create_platform_administrator(
        email="bench@portal.example", name="Bench", password=str(uuid4()), by=COMMAND
    )


def _times(browser: Client, merchant: Merchant) -> dict[str, float]:
    return {
        words: median(_milliseconds(browser, f"/merchants/{merchant.pk}/payments/?{urlencode(query)}", _ROUNDS))
        for words, query in _questions(merchant)
    }


def _questions(merchant: Merchant) -> Iterator[tuple[str, dict[str, str]]]:
    newest = Payment.objects.of(merchant).newest_first().select_related("store")[0]
    rarest = Store.objects.of(merchant).order_by("-pk")[0]
    store, terminal = {"store": str(rarest.pk)}, {"terminal": str(newest.terminal_id)}
    yield "first page", {}
    yield "last page", {"page": "last"}
    for state in ("open", "in-doubt", State.RESERVED, State.CAPTURED, State.REJECTED_AGE):
        yield f"state {state}", {"state": state}
    yield "store", store
    yield "store, last page", {**store, "page": "last"}
    yield "terminal", terminal
    yield "order id", {"q": newest.order_id}
    yield "order id that nobody has", {"q": "no-such-order"}
    yield "payment id", {"q": str(newest.pk)}
    yield "from a day on", {"first": f"{newest.created_at:%Y-%m-%d}"}
    yield "up to a day that is long past", {"last": "2001-01-01"}
    yield "amount at least", {"least": "400,00"}
    yield "amount at most", {"most": "26,00"}
    yield "amount that nobody paid", {"least": "999,00", "most": "999,01"}
    yield "oldest first", {"order": "oldest"}
    yield "largest first", {"order": "largest"}
    yield "largest first, last page", {"order": "largest", "page": "last"}
    yield "store and state", {**store, "state": State.REJECTED_AGE}
    yield "store and amount that nobody paid", {**store, "least": "999,00"}
    yield "terminal and state", {**terminal, "state": State.REJECTED_AGE}
    yield "terminal and amount that nobody paid", {**terminal, "least": "999,00"}
    yield "state and amount that nobody paid", {"state": State.CAPTURED, "least": "999,00"}
    yield "state, oldest first", {"state": State.REJECTED_AGE, "order": "oldest"}
    yield "state, largest first", {"state": State.REJECTED_AGE, "order": "largest"}
    yield "store, largest first", {**store, "order": "largest"}
    yield "terminal, largest first", {**terminal, "order": "largest"}
    yield "a day, largest first", {"first": f"{newest.created_at:%Y-%m-%d}", "order": "largest"}
    yield "terminal, oldest first", {**terminal, "order": "oldest"}


def _milliseconds(browser: Client, url: str, rounds: int) -> Iterator[float]:
    for _ in range(rounds):
        began = time.perf_counter()
        answer: Any = browser.get(url)
        if answer.status_code != 200:  # noqa: PLR2004 - the page itself, and nothing else, is what is timed
            raise RuntimeError(f"{url} answered {answer.status_code}")
        yield (time.perf_counter() - began) * 1000
