"""The columns of exported payments."""

from decimal import Decimal

from payments.models import Payment
from portal.money import Money
from portal.web.export import Column


def _major(amount: Money | None) -> Decimal | None:
    return amount.major if amount else None


def _state(payment: Payment) -> str:
    return "Not known yet" if payment.is_in_doubt else payment.get_state_display()


COLUMNS: list[Column] = [
    Column("Started", lambda payment: payment.created_at),
    Column("Order", lambda payment: payment.order_id),
    Column("Payment", lambda payment: str(payment.pk)),
    Column("Store", lambda payment: payment.store.name),
    Column("Terminal", lambda payment: payment.terminal.name),
    Column("State", _state),
    Column("Amount", lambda payment: _major(payment.amount)),
    Column("Captured", lambda payment: payment.captured.major),
    Column("Refunded", lambda payment: payment.refunded.major),
    Column("Currency", lambda payment: payment.currency),
    Column("Last changed", lambda payment: payment.changed_at),
]
