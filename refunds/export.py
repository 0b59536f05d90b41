"""The columns of exported refunds."""

from portal.accounts.models import User
from portal.web.export import Column, Kind
from refunds.models import Refund


def _name(person: User | None) -> str:
    return str(person) if person else ""


def _requester(refund: Refund) -> str:
    return _name(refund.requester) or refund.get_origin_display()


COLUMNS: list[Column] = [
    Column("Asked", lambda refund: refund.created_at, Kind.TIME),
    Column("Refund", lambda refund: str(refund.pk), Kind.ID),
    Column("Refund order", lambda refund: refund.refund_order_id, Kind.ID),
    Column("Order", lambda refund: refund.payment.order_id, Kind.ID),
    Column("Payment", lambda refund: str(refund.payment_id), Kind.ID),
    Column("Store", lambda refund: refund.store.name),
    Column("Terminal", lambda refund: refund.payment.terminal.name),
    Column("State", lambda refund: refund.get_state_display()),
    Column("Amount", lambda refund: refund.amount.major),
    Column("Left before", lambda refund: refund.refundable_before.major),
    Column("Currency", lambda refund: refund.currency),
    Column("Reason", lambda refund: refund.get_reason_display()),
    Column("Note", lambda refund: refund.note),
    Column("Asked by", _requester),
    Column("First approver", lambda refund: _name(refund.first_approver)),
    Column("Second approver", lambda refund: _name(refund.second_approver)),
    Column("Emergency", lambda refund: "yes" if refund.is_emergency else ""),
    Column("Reviewed by", lambda refund: _name(refund.reviewer)),
    Column("Review", lambda refund: refund.get_review_display()),
    Column("At MobilePay", lambda refund: refund.remote_id, Kind.ID),
    Column("Last changed", lambda refund: refund.changed_at, Kind.TIME),
    # New ones come last, as with payments.
    Column("Paid back at", lambda refund: refund.changed_at if refund.is_paid else None, Kind.TIME),
    Column("Payment at MobilePay", lambda refund: refund.payment.remote_id, Kind.ID),
    Column("Store id", lambda refund: refund.store.store_id, Kind.ID),
    Column("Terminal id", lambda refund: refund.payment.terminal.terminal_id, Kind.ID),
]
