"""How a payment stands at its network, asked now and applied to our record."""

from payments.models import Payment
from payments.services import remote_status
from payments.states import TRANSITIONS, State
from portal.mobilepay.errors import Contradiction, NetworkError, Reason, Rejected
from portal.operations.engine import Exchange


def look_up(exchange: Exchange, payment: Payment, *, captured_by_us: bool = True) -> Payment:
    """Ask how the payment stands and apply it; raises Contradiction for what cannot be said of this payment.

    What MobilePay has once confirmed does not vanish by a 404, and has not ended while it is among the open ones.
    """
    try:
        status = exchange.network.payments.status(payment.ref)
    except Rejected as error:
        if error.reason is not Reason.NOT_FOUND:
            raise
        raise Contradiction({"payment": "unknown to MobilePay"}) from error
    to = State(status.state)
    if to != payment.state and not TRANSITIONS[to] and is_listed(exchange, payment):
        raise Contradiction({"state": f"{to} and open at once"})
    by, now = exchange.by, exchange.now
    return remote_status.apply(payment=payment, status=status, by=by, now=now, captured_by_us=captured_by_us)


def seen_after(exchange: Exchange, payment: Payment, error: NetworkError) -> Payment:
    """How the payment stands at MobilePay after it refused something; our own view if it refuses that too."""
    # A capture refused at the very first try cannot be what MobilePay shows as captured.
    captured_by_us = error.reason is not Reason.CAPTURED_ALREADY and not exchange.is_certain(error)
    try:
        return look_up(exchange, payment, captured_by_us=captured_by_us)
    except Rejected:
        return payment


def is_listed(exchange: Exchange, payment: Payment) -> bool:
    """Whether MobilePay has the payment among the open ones of its point of sale."""
    search = exchange.network.search
    try:
        return search is not None and payment.remote_id in search.open_on(str(payment.point_of_sale.pos_id))
    except Rejected as error:
        raise error.as_unknown() from error


def is_gone(exchange: Exchange, payment: Payment) -> bool:
    """Whether MobilePay does not know the payment, and has none such among the open ones either."""
    try:
        exchange.network.payments.status(payment.ref)
    except Rejected as error:
        if error.reason is not Reason.NOT_FOUND:
            raise error.as_unknown() from error
        return not is_listed(exchange, payment)
    return False


def agreed(exchange: Exchange, payment: Payment) -> Payment:
    """The payment, once MobilePay reports it as we asked for it: else whose money would move?"""
    if not payment.contradiction:
        return payment
    try:
        return look_up(exchange, payment)
    except Rejected as error:
        raise error.as_unknown() from error
