"""Payments on our points of sale that only MobilePay knows, after a restored backup for instance.

An active one is cancelled, because it blocks the till. A reserved one holds a customer's money: it is
adopted into our records and shown to staff, never captured or cancelled by itself.
"""

from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction

from payments.models import Payment
from payments.services import transitions
from payments.states import Flow, State
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.gateway import networks
from portal.mobilepay.charset import MAX_LENGTH
from portal.mobilepay.errors import Contradiction, Rejected, Unreachable, Unreadable
from portal.mobilepay.ports import Network
from portal.mobilepay.types import PaymentRef, PaymentState, PaymentStatus
from portal.operations.models import Operation
from portal.plain_text import clean
from terminals.models import PointOfSale

UNKNOWN = "unknown"
_OPEN_THERE = {
    PaymentState.PREPARED,
    PaymentState.PAIRED,
    PaymentState.INITIATED,
    PaymentState.ISSUED_TO_USER,
}


def cancel_orphans(network: Network, *, pos: PointOfSale, by: Actor, now: datetime) -> None:
    """Free a point of sale from payments we do not know; may raise MobilePay's errors."""
    for remote_id in _open_there(network, pos):
        known = Payment.objects.filter(remote_id=remote_id).first()
        if known and known.is_open:
            continue
        status = network.payments.status(PaymentRef(remote_id))
        if status.state in _OPEN_THERE:
            _cancel_orphan(network, pos=pos, status=status, by=by)
        elif status.state == PaymentState.RESERVED:
            _take_up(pos, known, status, by=by, now=now)


def adopt_orphaned_reservations(*, by: Actor, now: datetime) -> int:
    """Adopt every reserved payment on our points of sale that we do not know; give how many."""
    adopted = 0
    for pos in PointOfSale.objects.registered().whole():
        try:
            adopted += _adopt_on(pos, by=by, now=now)
        except (Rejected, Unreadable):
            continue
        except Unreachable:
            break  # The others would wait as long and learn as little.
    return adopted


def adopt(*, pos: PointOfSale, status: PaymentStatus, by: Actor, now: datetime) -> bool:
    """Take a reserved payment into our records; False when somebody else did so meanwhile."""
    if status.money is None:
        return False
    payment = Payment(
        merchant=pos.terminal.merchant,
        store_id=pos.terminal.store_id,
        terminal=pos.terminal,
        point_of_sale=pos,
        account=pos.account,
        flow=Flow.ADOPTED,
        order_id=clean(status.order_id or UNKNOWN, longest=MAX_LENGTH),
        amount_minor=status.money.minor,
        currency=status.money.currency,
        state=State.RESERVED,
        remote_id=status.remote_id,
        created_at=now,
        due_at=transitions.reservation_ends(pos.account, status.expires_at, now=now),
        expires_at=status.expires_at,
        partial_capture_possible=status.partial_capture_possible,
    )
    try:
        with transaction.atomic():
            transitions.record_new(payment, by=by, cause="found at MobilePay only", action=Action.PAYMENT_ADOPTED)
    except IntegrityError:
        return False
    return True


def _open_there(network: Network, pos: PointOfSale) -> list[str]:
    """What a network that can be asked for it has open on a point of sale."""
    return network.search.open_on(str(pos.pos_id)) if network.search else []


def _adopt_on(pos: PointOfSale, *, by: Actor, now: datetime) -> int:
    network = networks.network_for(pos.account)
    if network.search is None:
        return 0
    found = _open_there(network, pos)
    # Read in this order: a payment of ours that MobilePay knows already is still being opened, or known by id.
    if pos.payments.open().filter(remote_id=None).exclude(operation=Operation.NONE).exists():
        return 0
    for payment in pos.payments.contradicted().closed().exclude(remote_id__in=found):
        transitions.LEDGER.contradict(payment, {}, by=by, now=now)
    known = {payment.remote_id: payment for payment in Payment.objects.filter(remote_id__in=found)}
    unclear = [remote_id for remote_id in found if remote_id not in known or not known[remote_id].is_open]
    statuses = [status for status in (_status(network, remote_id) for remote_id in unclear) if status]
    return sum(
        _take_up(pos, known.get(status.remote_id), status, by=by, now=now)
        for status in statuses
        if status.state == PaymentState.RESERVED
    )


def _status(network: Network, remote_id: str) -> PaymentStatus | None:
    """How a payment stands; None for one that MobilePay speaks oddly of: it must not keep the others from adoption."""
    try:
        return network.payments.status(PaymentRef(remote_id))
    except (Rejected, Unreadable, Contradiction):
        return None


def _take_up(pos: PointOfSale, known: Payment | None, status: PaymentStatus, *, by: Actor, now: datetime) -> bool:
    """Bring a reservation that our records do not show before staff: adopt it, or say that it contradicts them."""
    if known is None:
        return adopt(pos=pos, status=status, by=by, now=now)
    Payment.objects.mark_contradicted(known, {"state": status.state}, now=now)
    details = {"ours": known.state, "theirs": status.state, "amount": str(status.money)}
    audit.record_once(Action.PAYMENT_CONTRADICTED, by=by, on=known, merchant_id=known.merchant_id, **details)
    return False


def _cancel_orphan(network: Network, *, pos: PointOfSale, status: PaymentStatus, by: Actor) -> None:
    try:
        network.payments.cancel(PaymentRef(status.remote_id), key=uuid4())
    except Rejected as error:
        if not error.refusal.is_about_the_thing:
            raise
        return  # It has just ended by itself.
    audit.record(
        Action.STRANGER_CANCELLED,
        by=by,
        on=pos,
        merchant_id=pos.merchant.pk,
        remote_id=status.remote_id,
        order_id=status.order_id,
        state=status.state,
    )
