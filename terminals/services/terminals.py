"""Terminals as the back office keeps them: added to a store, renamed, moved."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.errors import PortalError
from portal.money import Money
from terminals.models import PointOfSale, Store, Terminal
from terminals.sales import payments

if TYPE_CHECKING:
    from portal.accounts.models import User


class TerminalIdTaken(PortalError):
    code = "terminal_id_taken"

    def __init__(self, terminal_id: str) -> None:
        super().__init__(f"The merchant has a terminal with the id {terminal_id} already. Nothing was added.")


class TerminalHasPos(PortalError):
    code = "terminal_in_use"

    def __init__(self) -> None:
        super().__init__(
            "MobilePay knows this terminal's point of sale by its store and name. Delete the point of sale first, "
            "change the terminal, and register it again; nothing was changed."
        )


@transaction.atomic
def add(*, store: Store, terminal_id: str, name: str, by: Actor) -> Terminal:
    """Add a cash register to a store; raises TerminalIdTaken."""
    try:
        with transaction.atomic():
            terminal = Terminal.objects.create(
                store=store, merchant_id=store.merchant_id, terminal_id=terminal_id, name=name
            )
    except IntegrityError as error:
        known = Terminal.objects.for_merchant(store.merchant).get(folded_id=terminal_id)
        raise TerminalIdTaken(known.terminal_id) from error
    details = {"name": name, "store": str(store)}
    audit.record(Action.TERMINAL_ADDED, by=by, on=terminal, merchant_id=store.merchant_id, **details)
    return terminal


@transaction.atomic
def change(*, terminal: Terminal, store: Store, name: str, by: Actor) -> Terminal:
    """Rename a cash register or move it to another store; raises TerminalHasPos while it has a point of sale."""
    held = Terminal.objects.locked(terminal.pk)
    if (held.store_id, held.name) == (store.pk, name):
        return held
    if PointOfSale.objects.live().filter(terminal=held).exists():
        raise TerminalHasPos
    before = {"name": held.name, "store": str(held.store)}
    held.store, held.name = store, name
    held.save(update_fields=["store", "name"])
    after = {"name": name, "store": str(store)}
    audit.record(Action.TERMINAL_CHANGED, by=by, on=held, merchant_id=held.merchant_id, before=before, after=after)
    return held


def taken_today(*, terminal: Terminal, user: "User", now: datetime) -> list[Money]:
    """What the terminal has taken since midnight there, as far as the reader may see: a sum per currency."""
    midnight = timezone.localtime(now, terminal.merchant.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    # A moment later, so that what was captured at this very one counts.
    taken = payments().visible_to(user).taken_between(midnight, now + timedelta(seconds=1))
    of_terminal = taken.filter(merchant=terminal.merchant, terminal=terminal).values("currency").order_by("currency")
    return [Money(row["minor"], row["currency"]) for row in of_terminal.annotate(minor=Sum("captured_minor"))]
