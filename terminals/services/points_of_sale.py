"""Points of sale at MobilePay: registered, deleted, and settled when an answer was lost."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4, uuid5

from django.db import IntegrityError, transaction

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.errors import PortalError
from portal.gateway.errors import OutcomeUnknown, Refused
from portal.mobilepay.errors import (
    Contradiction,
    NetworkError,
    Reason,
    Refusal,
    Rejected,
    Unreadable,
)
from portal.mobilepay.ports import Network, PosRegistry
from portal.mobilepay.types import PointOfSaleOrder, PointOfSaleRef
from portal.operations import engine
from portal.operations.engine import Act, Exchange
from portal.operations.models import ANSWER_TIMEOUT, IllegalTransition, Operation
from terminals.models import LONGEST_QR_CONTENT, PointOfSale, ProviderAccount, Terminal
from terminals.querysets import PointOfSaleQuerySet
from terminals.services.lookups import TerminalWithoutPos
from terminals.states import TRANSITIONS, PosState

_MISSING = Refusal(Reason.NOT_FOUND, "the point of sale does not exist there", is_about_the_thing=True)
_TAKEN = Refusal(Reason.POS_EXISTS, "a point of sale with that id exists already", is_about_the_thing=True)
# Where a point of sale is after MobilePay has refused what we told it about one.
_AFTER_REFUSAL = {
    PosState.REGISTERING: (PosState.REFUSED, Action.POS_REFUSED),
    PosState.DELETING: (PosState.REGISTERED, Action.POS_KEPT),
}


class PosExists(PortalError):
    """The terminal has a point of sale already; the sentence names it."""

    code = "pos_exists"

    def __init__(self, pos: PointOfSale) -> None:
        super().__init__(
            f"The terminal has the point of sale {pos.pos_id} already. Delete it first to register another."
        )


class PaymentOpen(PortalError):
    """A payment is open on the point of sale: capture or cancel it first."""

    code = "payment_open"

    def __init__(self) -> None:
        super().__init__("A payment is open on this point of sale. Capture or cancel it first; nothing was deleted.")


def outcome_unknown(pos: PointOfSale) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"MobilePay has not answered about the point of sale {pos.name} yet. Ask again in a moment; "
        "the portal keeps asking too."
    )


def register(*, terminal: Terminal, by: Actor, now: datetime) -> PointOfSale:
    """Register a terminal as a point of sale; while an earlier try is in doubt, finish that one.

    Raises PosExists, OutcomeUnknown when MobilePay does not answer, Refused when it says no.
    """
    pos, is_new = _note(terminal=terminal, by=by, now=now)
    if pos.state == PosState.REGISTERING:
        return execute(pos=pos, by=by, now=now, is_first=is_new)
    raise PosExists(pos)


def delete(*, terminal: Terminal, by: Actor, now: datetime) -> PointOfSale:
    """Delete the terminal's point of sale; one that is deleted already counts as done.

    Raises TerminalWithoutPos when there never was one, PaymentOpen, OutcomeUnknown or Refused.
    """
    pos = PointOfSale.objects.filter(terminal=terminal).exclude(state=PosState.REFUSED).order_by("-pk").first()
    if pos is None:
        raise TerminalWithoutPos
    pos.terminal = terminal
    if pos.state == PosState.REGISTERING:
        pos = execute(pos=pos, by=by, now=now)
    is_new = pos.state == PosState.REGISTERED
    if is_new:
        pos = _note_deletion(pos=pos, by=by, now=now)
    return pos if pos.state == PosState.DELETED else execute(pos=pos, by=by, now=now, is_first=is_new)


def execute(*, pos: PointOfSale, by: Actor, now: datetime, is_first: bool = False) -> PointOfSale:
    """Finish what the network was or is to be told about it; see `portal.operations.engine.execute`."""
    return engine.execute(POINTS_OF_SALE, pos, by=by, now=now, is_first=is_first)


def process(*, pos_id: int, by: Actor, now: datetime) -> None:
    """Execute what a point of sale owes; what is still in doubt comes due again."""

    def care(pos: PointOfSale) -> None:
        if pos.is_in_doubt:
            execute(pos=pos, by=by, now=now)

    engine.look_after(POINTS_OF_SALE, pos_id, care, now=now)


def _note(*, terminal: Terminal, by: Actor, now: datetime) -> tuple[PointOfSale, bool]:
    """The terminal's live point of sale, and whether it was noted just now."""
    order = PointOfSale(
        created_at=now,
        operation=Operation.REGISTER,
        operation_since=now,
        due_at=now + ANSWER_TIMEOUT,
    )
    try:
        with transaction.atomic():
            # As it is called and where it stands by now: somebody may just have changed it.
            order.terminal = Terminal.objects.locked(terminal.pk)
            order.name, order.account = order.terminal.name, order.terminal.store.account
            # A beacon of our own making spares a second call to learn the one MobilePay would make.
            order.is_printed = bool(order.terminal.beacon_id)
            order.beacon_id = order.terminal.beacon_id or str(uuid4())
            order.save(force_insert=True)
            audit.record(Action.POS_REQUESTED, by=by, on=order, merchant_id=terminal.merchant_id)
    except IntegrityError:
        pos = PointOfSale.objects.live().filter(terminal=terminal).first()
        if pos is None:
            # What was in the way has just ended.
            return _note(terminal=terminal, by=by, now=now)
        pos.terminal = terminal
        return pos, False
    return order, True


class _Act:
    def look_first(self, _exchange: Exchange, pos: PointOfSale) -> PointOfSale:
        return pos

    def is_owed(self, pos: PointOfSale) -> bool:
        return pos.is_in_doubt

    def observe(self, _exchange: Exchange, pos: PointOfSale, _error: NetworkError) -> PointOfSale:
        return pos

    def settled(self, _pos: PointOfSale, _error: NetworkError) -> PointOfSale | None:
        return None

    def abandon(self, exchange: Exchange, pos: PointOfSale, refusal: Rejected) -> PointOfSale:
        to, action = _AFTER_REFUSAL[PosState(pos.state)]
        _move(pos=pos, to=to, action=action, by=exchange.by, now=exchange.now, error=refusal)
        raise Refused(refusal)


class _Registration(_Act):
    def tell(self, exchange: Exchange, pos: PointOfSale) -> PointOfSale:
        return _register_there(exchange.network, pos=pos, by=exchange.by, now=exchange.now)


class _Deletion(_Act):
    def tell(self, exchange: Exchange, pos: PointOfSale) -> PointOfSale:
        return _delete_there(exchange.network.registry, pos=pos, by=exchange.by, now=exchange.now)


class _PointsOfSale:
    """See `portal.operations.engine.Kind`."""

    def rows(self) -> PointOfSaleQuerySet:
        return PointOfSale.objects.all()

    def account(self, pos: PointOfSale) -> ProviderAccount:
        return pos.account

    def opening(self, pos: PointOfSale) -> Act[PointOfSale] | None:
        return _Registration() if pos.operation == Operation.REGISTER else None

    def act(self, pos: PointOfSale) -> Act[PointOfSale] | None:
        return _Deletion() if pos.operation == Operation.DELETE else None

    def note_contradiction(self, pos: PointOfSale, error: Contradiction, *, by: Actor, now: datetime) -> None:
        """Nothing hangs on it: it is registered anew, or stays as it is."""

    def outcome_unknown(self, pos: PointOfSale, error: NetworkError | None = None) -> OutcomeUnknown:  # noqa: ARG002
        return outcome_unknown(pos)


POINTS_OF_SALE = _PointsOfSale()


def _register_there(network: Network, *, pos: PointOfSale, by: Actor, now: datetime) -> PointOfSale:
    order = _order(pos)
    try:
        if network.rules.is_key_forgotten(now - pos.operation_since):
            return _adopt(network, pos=pos, order=order, by=by, now=now)
        pos_id = network.registry.register(order, key=pos.key_of(Operation.REGISTER))
    except Rejected as error:
        if error.reason is not Reason.POS_EXISTS:
            raise
        return _adopt(network, pos=pos, order=order, by=by, now=now, code=error.code)
    except Unreadable:
        # Whoever said that, MobilePay may have it all the same.
        if network.registry.find(order) is None:
            raise
        return _adopt(network, pos=pos, order=order, by=by, now=now)
    return _registered(network.registry, pos, by=by, now=now, pos_id=pos_id)


def _order(pos: PointOfSale) -> PointOfSaleOrder:
    terminal = pos.terminal
    return PointOfSaleOrder(
        merchant_pos_id=terminal.terminal_id,
        store_id=terminal.store.store_id,
        name=pos.name,
        beacon_id=pos.beacon_id,
        pos_id=str(uuid5(pos.operation_key, pos.beacon_id)) if pos.is_printed else pos.beacon_id,
        is_printed=pos.is_printed,
    )


def _adopt(
    network: Network, *, pos: PointOfSale, order: PointOfSaleOrder, by: Actor, now: datetime, code: str = ""
) -> PointOfSale:
    """Take over the registration that MobilePay has under our own id: a restored backup forgot it.

    `code` is MobilePay's, if it has refused to register another.
    """
    registry = network.registry
    pos_id = registry.find(order)
    if pos_id is None:
        raise Rejected("no registration was found", refusal=_MISSING, code=network.rules.no_pos_code)
    if PointOfSale.objects.ended().filter(terminal=pos.terminal, pos_id=pos_id).exists():
        return _register_anew(registry, pos_id, pos=pos, order=order, by=by, now=now)
    if PointOfSale.objects.taken_by_others(pos, pos_id=pos_id).exists():
        raise Rejected("the registration is another terminal's", refusal=_TAKEN, code=code)
    info = registry.record(PointOfSaleRef(pos_id, order.beacon_id))
    if info.merchant_pos_id not in (None, order.merchant_pos_id):
        raise Contradiction({"point of sale": str(info.merchant_pos_id)})
    is_elsewhere = network.stores is not None and info.store_id != order.store_id.lower()
    if info.beacon_id is None or is_elsewhere:
        # Payments would go to another store, or customers find no code: such a one is of no use.
        return _register_anew(registry, pos_id, pos=pos, order=order, by=by, now=now)
    name = info.name or pos.name
    # A sticker keeps the spelling that it was registered with: a network may know it by no other.
    is_ours = info.beacon_id.lower() == order.beacon_id.lower()
    pos.beacon_id = order.beacon_id if is_ours else info.beacon_id.lower()
    return _registered(registry, pos, by=by, now=now, pos_id=pos_id, beacon_id=pos.beacon_id, name=name)


def _register_anew(
    registry: PosRegistry, old_id: str, *, pos: PointOfSale, order: PointOfSaleOrder, by: Actor, now: datetime
) -> PointOfSale:
    """Remove a registration that lives on at MobilePay and is not the one we want; then register the terminal."""
    try:
        registry.delete(PointOfSaleRef(old_id, order.beacon_id))
    except Rejected as error:
        if error.reason is not Reason.NOT_FOUND:
            raise
        raise error.as_unknown() from error
    # The key that made the old one would give it back.
    pos.operation_key = uuid4()
    PointOfSale.objects.filter(pk=pos.pk).update(operation_key=pos.operation_key)
    pos_id = registry.register(order, key=pos.key_of(Operation.REGISTER))
    return _registered(registry, pos, by=by, now=now, pos_id=pos_id)


def _registered(
    registry: PosRegistry, pos: PointOfSale, *, by: Actor, now: datetime, pos_id: str, **details: Any
) -> PointOfSale:
    try:
        content = registry.qr_content(PointOfSaleRef(pos_id, pos.beacon_id))
    except Rejected as error:
        # It is registered all the same: a no to this question is no answer to that.
        raise error.as_unknown() from error
    if len(content) > LONGEST_QR_CONTENT:
        raise Unreadable("an answer with too long a code")
    details |= {"pos_id": pos_id, "qr_content": content}
    try:
        return _move(pos=pos, to=PosState.REGISTERED, action=Action.POS_REGISTERED, by=by, now=now, **details)
    except IntegrityError as error:
        raise Unreadable("an answer with the id of another point of sale") from error


def _delete_there(registry: PosRegistry, *, pos: PointOfSale, by: Actor, now: datetime) -> PointOfSale:
    try:
        registry.delete(pos.ref)
    except (Rejected, Unreadable) as error:
        if error.reason not in (None, Reason.NOT_FOUND):
            raise
        # A repeated deletion is not found; so says anything on the way. MobilePay's own list tells.
        try:
            is_there = registry.find(replace(_order(pos), pos_id=str(pos.pos_id))) == str(pos.pos_id)
        except Rejected as refusal:
            raise refusal.as_unknown() from refusal
        if is_there:
            raise Unreadable("not deleted, whoever said so") from error
    return _move(pos=pos, to=PosState.DELETED, action=Action.POS_DELETED, by=by, now=now)


@transaction.atomic
def _note_deletion(*, pos: PointOfSale, by: Actor, now: datetime) -> PointOfSale:
    held = PointOfSale.objects.locked(pos.pk)
    # The payments of a point of sale are an app further up; only their queryset knows what is open.
    if held.payments.open().exists():
        raise PaymentOpen
    return _move(
        pos=held,
        to=PosState.DELETING,
        action=Action.POS_DELETING,
        by=by,
        now=now,
        operation=Operation.DELETE,
        operation_key=uuid4(),
        operation_since=now,
        due_at=now + ANSWER_TIMEOUT,
    )


@transaction.atomic
def _move(
    *,
    pos: PointOfSale,
    to: PosState,
    action: Action,
    by: Actor,
    now: datetime,
    error: NetworkError | None = None,
    **changes: object,
) -> PointOfSale:
    """Bring the point of sale to a state, unless somebody else has moved it since `pos` was read."""
    held = PointOfSale.objects.locked(pos.pk)
    if held.state != pos.state:
        return held
    if to not in TRANSITIONS[PosState(held.state)]:
        raise IllegalTransition(f"{held.state} to {to}")
    settled = {"operation": Operation.NONE, "attempts": 0, "due_at": None}
    for name, value in {"state": to, "changed_at": now, **settled, **changes}.items():
        setattr(held, name, value)
    held.save()
    details = error.details if error else {}
    audit.record(action, by=by, on=held, merchant_id=held.merchant.pk, **details)
    return held
