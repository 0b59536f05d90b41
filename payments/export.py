"""The columns of exported payments."""

from decimal import Decimal

from portal.money import Money
from portal.web.export import Column, Kind


def _major(amount: Money | None) -> Decimal | None:
    return amount.major if amount else None


# New ones come last: those who take files away every month have sheets that count on the order.
COLUMNS: list[Column] = [
    Column("Started", lambda payment: payment.created_at, Kind.TIME),
    Column("Order", lambda payment: payment.order_id, Kind.ID),
    Column("Payment", lambda payment: str(payment.pk), Kind.ID),
    Column("Store", lambda payment: payment.store.name),
    Column("Terminal", lambda payment: payment.terminal.name),
    Column("State", lambda payment: payment.state_word),
    Column("Amount", lambda payment: _major(payment.amount)),
    Column("Captured", lambda payment: payment.captured.major),
    Column("Refunded", lambda payment: payment.refunded.major),
    Column("Currency", lambda payment: payment.currency),
    Column("Last changed", lambda payment: payment.changed_at, Kind.TIME),
    Column("At MobilePay", lambda payment: payment.remote_id, Kind.ID),
    # A captured payment's last move is its capture.
    Column("Captured at", lambda payment: payment.changed_at if payment.captured_minor else None, Kind.TIME),
    Column("Store id", lambda payment: payment.store.store_id, Kind.ID),
    Column("Terminal id", lambda payment: payment.terminal.terminal_id, Kind.ID),
]
