"""Which tills call, and which are refused at the door: what an overview says of them, and no proof of anything.

A till calls every second, so a terminal's row is written once in a while only.
"""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from portal import clock
from portal.observability import request_context
from terminals.models import AccessToken, LastCall, Merchant, PointOfSale, RefusedTill, Terminal
from terminals.querysets import RefusedTillQuerySet
from terminals.sales import payments
from terminals.services.access import Till
from terminals.tokens import TokenText

# So much older than the truth a terminal's last call may be.
EVERY = timedelta(seconds=30)
# Whoever is refused is shown at once, and then every so often.
REFUSED_EVERY = timedelta(seconds=2)
# A till that has not tried for so long has given up, or has the right token by now.
STILL_REFUSED = timedelta(minutes=15)
_MOST_REMEMBERED = 10_000


class _Recently:
    """What this process has written down a moment ago."""

    def __init__(self) -> None:
        self._until: OrderedDict[Any, datetime] = OrderedDict()
        self._lock = Lock()

    def is_new(self, key: Any, *, now: datetime, every: timedelta) -> bool:
        with self._lock:
            until = self._until.pop(key, now)
            # A clock that was set back must not silence a till for long.
            is_new = not now < until <= now + every
            self._until[key] = now + every if is_new else until
            if len(self._until) > _MOST_REMEMBERED:
                self._until.popitem(last=False)
            return is_new

    def forget(self) -> None:
        with self._lock:
            self._until.clear()


recently = _Recently()


def note_call(*, till: Till, about: Mapping[str, Any], now: datetime) -> None:
    """A till was let in; `about` holds what its call named: `terminal`, `pos`, `payment` or `refund`."""
    named = _named(about)
    if named is None or not recently.is_new((till.merchant.pk, named), now=now, every=EVERY):
        return
    terminal = _terminal(till.merchant, named)
    if terminal is None or not recently.is_new(terminal.pk, now=now, every=EVERY):
        return
    facts = {"at": now, "lookup_id": till.token.lookup_id, "address": request_context.client_ip()}
    facts["credential_source"] = till.actor.credential_source
    LastCall.objects.update_or_create(terminal=terminal, defaults=facts)


@transaction.atomic
def note_refusal(*, token: str, about: Mapping[str, Any], now: datetime) -> None:
    """A till was refused at the door; only one that has a token of the merchant's, however old, is one of its tills."""
    offered = TokenText.read(token)
    known = offered and AccessToken.objects.select_related("merchant").filter(lookup_id=offered.lookup_id).first()
    if not offered or not known or not offered.matches(bytes(known.digest)):
        return
    if known.merchant.is_active and known.is_live(now):
        # Its token is good: something else is wrong with the call.
        return
    merchant, address = known.merchant, request_context.client_ip()
    named = _named(about)
    terminal = _terminal(merchant, named) if named else None
    key = {"merchant": merchant, "terminal": terminal, "address": "" if terminal else address}
    if not recently.is_new((merchant.pk, terminal and terminal.pk, address), now=now, every=REFUSED_EVERY):
        return
    why = RefusedTill.Why.MERCHANT_DISABLED if not merchant.is_active else RefusedTill.Why.OLD_TOKEN
    facts = {"at": now, "lookup_id": known.lookup_id, "why": why}
    row, _ = RefusedTill.objects.get_or_create(**key, defaults={**facts, "since": now})
    if row.at < now - STILL_REFUSED or row.lookup_id != known.lookup_id:
        facts["since"] = now
    RefusedTill.objects.filter(pk=row.pk).update(**facts, calls=F("calls") + 1)


def tried_lately(*, now: datetime) -> RefusedTillQuerySet:
    """The tills, of whatever merchant, that are refused at the moment: they have not been let in since."""
    tried = RefusedTill.objects.filter(at__gt=now - STILL_REFUSED)
    return tried.exclude(Q(terminal__last_call__at__gt=F("at")))


def refused_now(merchant: Merchant, *, now: datetime) -> RefusedTillQuerySet:
    """The merchant's tills that are refused at the moment, the newest try first."""
    return tried_lately(now=now).for_merchant(merchant).select_related("terminal__store").order_by("-at")


def selling(merchant: Merchant, *, lookup_id: str = "") -> int:
    """How many terminals of the merchant can sell now; with a token's id, how many called with that one last."""
    ready = Terminal.objects.for_merchant(merchant).filter(pk__in=PointOfSale.objects.live().values("terminal"))
    if lookup_id:
        others = LastCall.objects.exclude(lookup_id=lookup_id).values("terminal")
        ready = ready.exclude(pk__in=others)
    return ready.count()


def _named(about: Mapping[str, Any]) -> tuple[str, Any] | None:
    """The first of the things by which a call names its terminal, and what it is called."""
    if about.get("terminal"):
        return "terminal", str(about["terminal"])
    for name in ("pos", "payment", "refund"):
        if about.get(name):
            try:
                return name, UUID(str(about[name]))
            except ValueError:
                return None
    return None


def _terminal(merchant: Merchant, named: tuple[str, Any]) -> Terminal | None:
    name, value = named
    terminals, sold = Terminal.objects.for_merchant(merchant), payments().filter(merchant=merchant)
    ways: dict[str, Any] = {
        "terminal": lambda: terminals.filter(folded_id=value),
        "pos": lambda: terminals.filter(points_of_sale__pos_id=value),
        "payment": lambda: terminals.filter(pk__in=sold.filter(pk=value).values("terminal")),
        "refund": lambda: terminals.filter(pk__in=sold.filter(refunds=value).values("terminal")),
    }
    found: Terminal | None = ways[name]().first()
    return found


def receive(*, auth: Any, about: Mapping[str, Any], **_more: Any) -> None:
    """Hears of every call that the till API has answered."""
    if isinstance(auth, Till):
        note_call(till=auth, about=about, now=clock.now())
