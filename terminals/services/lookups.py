"""Finds what a till names among what belongs to its merchant; anything else does not exist."""

from uuid import UUID

from portal.errors import NotFound
from terminals.models import Merchant, PointOfSale, Terminal
from terminals.querysets import PointOfSaleQuerySet


class NoTerminal(NotFound):
    """The merchant has no such terminal."""

    code = "terminal_not_found"

    def __init__(self) -> None:
        super().__init__("The merchant has no such terminal. Nothing was done.")


class NoPos(NotFound):
    """The merchant has no such point of sale, or it is deleted."""

    code = "pos_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such point of sale at this merchant, or it is deleted. Nothing was done.")


class TerminalWithoutPos(NotFound):
    """The terminal has no point of sale: it is created with manage/create."""

    code = "pos_missing"

    def __init__(self) -> None:
        super().__init__("The terminal has no point of sale. Create one first; nothing was done.")


def terminal(*, merchant: Merchant, terminal_id: str) -> Terminal:
    found = Terminal.objects.for_merchant(merchant).select_related("store").filter(folded_id=terminal_id).first()
    if found is None:
        raise NoTerminal
    found.merchant = merchant
    return found


def pos_of_terminal(*, merchant: Merchant, terminal_id: str, hold: bool = False) -> PointOfSale:
    """The registered point of sale of a terminal; raises NoTerminal or TerminalWithoutPos.

    With `hold`, inside a transaction, nobody can begin to delete it until that ends.
    """
    found = _registered(merchant, hold=hold).filter(terminal__folded_id=terminal_id).first()
    if found is None:
        terminal(merchant=merchant, terminal_id=terminal_id)
        raise TerminalWithoutPos
    found.terminal.merchant = merchant
    return found


def pos(*, merchant: Merchant, pos_id: UUID, hold: bool = False) -> PointOfSale:
    """A registered point of sale by MobilePay's id, held like `pos_of_terminal`; raises NoPos."""
    found = _registered(merchant, hold=hold).filter(pos_id=pos_id).first()
    if found is None:
        raise NoPos
    found.terminal.merchant = merchant
    return found


def _registered(merchant: Merchant, *, hold: bool) -> PointOfSaleQuerySet:
    registered = PointOfSale.objects.for_merchant(merchant).registered().select_related("terminal__store", "account")
    return registered.select_for_update(of=("self",)) if hold else registered
