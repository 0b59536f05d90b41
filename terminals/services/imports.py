"""Brings a whole list of merchants, stores and terminals into the portal, or none of it."""

from collections import Counter
from typing import Any, TypeVar

from django.db import transaction

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.errors import PortalError
from terminals.fields import fold
from terminals.models import Merchant, PointOfSale, Store, Terminal
from terminals.services.accounts import Accounts
from terminals.services.merchants import require_apart

Row = TypeVar("Row", Merchant, Store, Terminal)


class StickerTwice(PortalError):
    code = "sticker_twice"
    status = 400

    def __init__(self, beacon_id: str) -> None:
        super().__init__(
            f"The sticker with the beacon id {beacon_id} would be at two terminals: nobody could tell which of them a "
            "customer stands at. Nothing was imported."
        )


class TerminalInUse(PortalError):
    code = "terminal_in_use"
    status = 400

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(
            f"Terminal {terminal.terminal_id} has a point of sale and cannot move to another store. "
            "Delete the point of sale first. Nothing was imported."
        )


@transaction.atomic
def import_merchants(*, merchants: list[dict[str, Any]], by: Actor, is_rehearsal: bool = False) -> Counter[str]:
    """Create and update what the list names and leave all else alone; running it twice changes nothing.

    A rehearsal does all of it and takes it back.

    `merchants` is the checked content of an import file (docs/importing.md). Gives how many rows were
    `new`, `changed` and `same`. Applies nothing and raises TerminalInUse when a terminal that has a point of sale
    would move to another store, StickerTwice when two terminals would have one sticker, BioCodeResembled when a new
    merchant would differ from another in letter case only, NoSalesUnit when a new store names no sales unit and its
    network would be ePayment, UnitTaken when it names one of another merchant, or UnitInUse when it would change the
    environment of one that has points of sale or took money.
    """
    total: Counter[str] = Counter()
    for entry in merchants:
        merchant, outcomes = _import_merchant(entry)
        if not is_rehearsal and (outcomes["new"] or outcomes["changed"]):
            audit.record(Action.MERCHANTS_IMPORTED, by=by, on=merchant, merchant_id=merchant.pk, **outcomes)
        total += outcomes
    transaction.set_rollback(is_rehearsal)
    return total


def _import_merchant(entry: dict[str, Any]) -> tuple[Merchant, Counter[str]]:
    merchant, outcome = _write(
        _merchant(entry["bio_code"]),
        name=entry["name"],
        vat_number=entry["vat_number"],
        currencies=entry["currencies"],
    )
    outcomes = Counter([outcome])
    accounts = Accounts(merchant)
    # What is known keeps the spelling of its id: MobilePay knows the terminal by it.
    stores = {store.folded_id: store for store in merchant.stores.all()}
    terminals = {terminal.folded_id: terminal for terminal in merchant.terminals.all()}
    for store_entry in entry["stores"]:
        store_id = store_entry["store_id"]
        known_store = stores.get(fold(store_id)) or Store(merchant=merchant, store_id=store_id)
        # Once synchronised, a store is called what MobilePay calls it.
        name = known_store.name if known_store.synchronised_at else store_entry["name"]
        account, is_new_to_account = accounts.of_store(known_store, store_entry)
        store, outcome = _write(known_store, name=name, account=account)
        outcomes["changed" if is_new_to_account and outcome == "same" else outcome] += 1
        for terminal_entry in store_entry["terminals"]:
            terminal_id = terminal_entry["terminal_id"]
            terminal = terminals.get(fold(terminal_id)) or Terminal(merchant=merchant, terminal_id=terminal_id)
            if terminal.pk and terminal.store_id != store.pk:
                _require_no_pos(terminal)
            beacon_id = terminal_entry.get("beacon_id", terminal.beacon_id)
            _, outcome = _write(terminal, store=store, name=terminal_entry["name"], beacon_id=beacon_id)
            outcomes[outcome] += 1
    _require_stickers_once(merchant)
    return merchant, outcomes


def _require_stickers_once(merchant: Merchant) -> None:
    stickers = Counter(fold(each) for each in merchant.terminals.values_list("beacon_id", flat=True) if each)
    twice = next((each for each, count in stickers.items() if count > 1), None)
    if twice is not None:
        raise StickerTwice(twice)


def _require_no_pos(terminal: Terminal) -> None:
    if PointOfSale.objects.live().filter(terminal=terminal).exists():
        raise TerminalInUse(terminal)


def _merchant(bio_code: str) -> Merchant:
    try:
        return Merchant.objects.get(bio_code=bio_code)
    except Merchant.DoesNotExist:
        require_apart(bio_code)
        return Merchant(bio_code=bio_code)


def _write(row: Row, **details: Any) -> tuple[Row, str]:
    is_new = row.pk is None
    changed = {name: value for name, value in details.items() if is_new or getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.save()
    return row, "new" if is_new else "changed" if changed else "same"
