"""How payments stand: from our record while it is fresh, and from MobilePay once for any number of askers."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from payments.models import Payment
from payments.querysets import PaymentQuerySet
from payments.services import exchanges, pairings
from payments.services.refusals import NoPayment, outcome_unknown
from payments.states import State
from portal.audit.actors import Actor
from portal.database.compiled_queries import CompiledQuery
from portal.errors import PortalError
from portal.gateway.errors import Refused, Unavailable
from portal.mobilepay.errors import Contradiction, Rejected, Unreachable
from portal.operations.models import ENDING, Operation
from terminals.models import Merchant, Terminal

LIST_LIMIT = 100
OPEN_LIMIT = 5
# A look-up may fail now and then; what nobody has confirmed for longer is no longer told as if it were so.
TRUST_WINDOW = timedelta(seconds=10)


# A poll needs little of a payment; the rest is read when somebody looks at it.
_polled = CompiledQuery(
    lambda payment_id, merchant_id: Payment.objects.filter(pk=payment_id, merchant_id=merchant_id).only(
        *("state", "operation", "remote_id", "attempts", "contradiction", "due_at"),
        *("fresh_until", "unanswered_since", "poll_delay_ms"),
    ),
    payment_id=UUID(int=0),
    merchant_id=-1,
)


def payment(*, merchant: Merchant, payment_id: UUID) -> Payment:
    """One payment of the merchant, as we have it; raises NoPayment."""
    found: Payment | None = _whole(merchant).filter(pk=payment_id).first()
    if found is None:
        raise NoPayment
    return found


def prepared_payment(*, terminal: Terminal, order_id: str, payment_id: UUID) -> Payment:
    """One payment of a terminal and order, as we have it; raises NoPayment."""
    found: Payment | None = (
        _whole(terminal.merchant).filter(pk=payment_id, terminal=terminal, order_id=order_id).first()
    )
    if found is None:
        raise NoPayment
    return found


def status(*, merchant: Merchant, payment_id: UUID, by: Actor, now: datetime) -> Payment:
    """One payment of the merchant, as fresh as MobilePay's poll delay allows.

    Raises NoPayment; OutcomeUnknown while a start, capture or cancellation is unconfirmed; Unavailable or
    Refused when MobilePay has confirmed nothing for a while.
    """
    found, trouble = _polled.first(payment_id=payment_id, merchant_id=merchant.pk), None
    if found is None:
        raise NoPayment
    if found.state == State.PAIRED and found.is_unsent and found.due_at and found.due_at <= now:
        found = pairings.look_again(payment=Payment.objects.reload(found), by=by, now=now)
    may_have_changed = found.is_open and not found.is_unsent and not found.is_fresh(now)
    if may_have_changed and Payment.objects.claim_look_up(found, now=now):
        found, trouble = _sync_quietly(Payment.objects.reload(found), by=by, now=now)
    is_waiting = found.operation in {Operation.CAPTURE, *ENDING} and found.attempts > 0
    if found.is_open and (found.state == State.CREATED or is_waiting):
        # Saying `Reserved` now would let a cashier take cash for what is captured a moment later.
        raise outcome_unknown(found)
    if found.is_open and found.unanswered_since and found.unanswered_since + TRUST_WINDOW <= now:
        raise trouble or (outcome_unknown(found) if found.contradiction else Unavailable())
    return found


def sync_now(*, payment: Payment, by: Actor, now: datetime) -> Payment:
    """Ask MobilePay now, whatever the age of our record.

    Raises what `execute` raises; for a mere question Unavailable without an answer, and Refused.
    """
    if payment.is_in_doubt:
        payment = exchanges.execute(payment=payment, by=by, now=now)
    if not payment.is_open or payment.is_unsent:
        return payment
    return _look_up(payment, by=by, now=now)


def _look_up(payment: Payment, *, by: Actor, now: datetime) -> Payment:
    try:
        return exchanges.look_up(payment=payment, by=by, now=now)
    except Rejected as error:
        raise Refused(error) from error
    except Contradiction as error:
        raise outcome_unknown(payment, error) from error
    except Unreachable as error:
        raise Unavailable from error


def on_terminal(*, terminal: Terminal, state: str | None, order_id: str | None, by: Actor, now: datetime) -> list[UUID]:
    """Ids of the terminal's payments, newest first: the open ones, or those in the named state."""
    found = Payment.objects.for_merchant(terminal.merchant).filter(terminal=terminal)
    if order_id is not None:
        found = found.filter(order_id=order_id)
    if state is not None:
        _bring_up_to_date(found, by=by, now=now)
    found = found.filter(state=state) if state else found.open()
    return list(found.newest_first().values_list("pk", flat=True)[:LIST_LIMIT])


def newest(
    *,
    merchant: Merchant,
    order_id: str,
    state: str | None,
    by: Actor,
    now: datetime,
    terminal_id: str | None = None,
    pos_id: UUID | None = None,
) -> UUID:
    """Id of the newest payment of an order, on one terminal or point of sale if named; raises NoPayment."""
    named = {
        "terminal__folded_id": terminal_id,
        "point_of_sale__pos_id": pos_id,
    }
    wanted = {name: value for name, value in named.items() if value is not None}
    found = Payment.objects.for_merchant(merchant).filter(order_id=order_id, **wanted)
    if state is not None:
        _bring_up_to_date(found, by=by, now=now)
        found = found.filter(state=state)
    payment_id: UUID | None = found.newest_first().values_list("pk", flat=True).first()
    if payment_id is None:
        raise NoPayment
    return payment_id


def _bring_up_to_date(payments: PaymentQuerySet, *, by: Actor, now: datetime) -> None:
    """Ask MobilePay about the few open ones first: whoever asks by state must not be answered from old rows."""
    for payment in payments.open().whole().newest_first()[:OPEN_LIMIT]:
        if not payment.is_unsent and not payment.is_fresh(now) and Payment.objects.claim_look_up(payment, now=now):
            _sync_quietly(payment, by=by, now=now)


def _whole(merchant: Merchant) -> PaymentQuerySet:
    return Payment.objects.for_merchant(merchant).whole()


def _sync_quietly(payment: Payment, *, by: Actor, now: datetime) -> tuple[Payment, PortalError | None]:
    look_up = partial(_sync, by=by, now=now)
    return Payment.objects.look_up_quietly(payment, look_up=look_up, now=now)


def _sync(payment: Payment, *, by: Actor, now: datetime) -> Payment:
    """Bring one up to date for somebody who only asks, and asks every second."""
    if payment.must_wait(now) and payment.remote_id is not None:
        return _look_up(payment, by=by, now=now)
    return sync_now(payment=payment, by=by, now=now)
