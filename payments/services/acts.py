"""What a network is told about a payment that it has: its amount, its capture, its cancellation.

Each is an act of the engine (`portal.operations.engine.Act`).
"""

from collections.abc import Callable
from typing import Any, cast

from payments.flows import leader
from payments.models import Payment
from payments.services import observations, remote_status, transitions
from payments.services.refusals import (
    AlreadyCaptured,
    CannotCancel,
    CapturedDifferently,
    CaptureTooHigh,
    CaptureTooLate,
    FundsGone,
    NoPartialCapture,
    NotPrepared,
    NotReserved,
)
from payments.states import State
from portal.errors import PortalError
from portal.gateway.errors import Refused
from portal.mobilepay.errors import NetworkError, Reason, Rejected
from portal.mobilepay.ports import PreparedPayments, Releases
from portal.money import Money
from portal.operations.engine import Exchange
from portal.operations.models import Operation


class _Act:
    def look_first(self, _exchange: Exchange, payment: Payment) -> Payment:
        return payment

    def is_owed(self, _payment: Payment) -> bool:
        return True

    def observe(self, exchange: Exchange, payment: Payment, error: NetworkError) -> Payment:
        return observations.seen_after(exchange, payment, error)

    def abandon(self, exchange: Exchange, payment: Payment, refusal: Rejected) -> Payment:
        transitions.abandon(payment, refusal, by=exchange.by, now=exchange.now)
        raise self.refused(payment, refusal)

    def refused(self, _payment: Payment, refusal: Rejected) -> PortalError:
        return Refused(refusal)


class _WithAmount(_Act):
    """What is wanted is forgotten with the move, and still needed to judge what was done."""

    def __init__(self, payment: Payment) -> None:
        self.amount = cast("Money", payment.operation_amount)


class Ready(_WithAmount):
    def tell(self, exchange: Exchange, payment: Payment) -> Payment:
        amount = self.amount

        def fulfilled(seen: Payment) -> dict[str, Any]:
            # Somebody may have told it to be cancelled meanwhile: that operation stays.
            is_owed = seen.operation == Operation.READY
            return {"operation": Operation.NONE, "amount_minor": amount.minor} if is_owed else {}

        prepared = cast("PreparedPayments", exchange.network.prepared)
        prepared.ready(payment.ref, amount=amount, key=payment.key_of(Operation.READY))
        to = leader(exchange.network).accepted(Operation.READY, State(payment.state))
        cause = f"the till asked for {amount}"
        return _moved(exchange, payment, to, cause, compute_changes=fulfilled, fresh_until=exchange.now)

    def settled(self, payment: Payment, error: NetworkError) -> Payment | None:
        if payment.operation == Operation.READY:
            return None
        if not payment.is_open:
            raise NotPrepared(payment) from error
        return payment


class Capture(_WithAmount):
    _is_told_how_much = False

    def look_first(self, exchange: Exchange, payment: Payment) -> Payment:
        return observations.agreed(exchange, payment)

    def tell(self, exchange: Exchange, payment: Payment) -> Payment:
        amount = self.amount
        exchange.network.payments.capture(payment.ref, amount=amount, key=payment.key_of(Operation.CAPTURE))
        return _moved(exchange, payment, State.CAPTURED, f"captured {amount}", captured_minor=amount.minor)

    def observe(self, exchange: Exchange, payment: Payment, error: NetworkError) -> Payment:
        self._is_told_how_much = exchange.network.releases is not None
        return super().observe(exchange, payment, error)

    def settled(self, payment: Payment, error: NetworkError) -> Payment | None:
        if payment.state == State.CAPTURED:
            if error.reason is Reason.CAPTURED_ALREADY and not self._is_told_how_much:
                raise CapturedDifferently(payment, self.amount) from error
            if payment.captured != self.amount:
                raise AlreadyCaptured(payment) from error
            return payment
        if not payment.is_open:
            kind = _CAPTURE_REFUSALS[error.reason] if error.reason in _RESERVATION_GONE else NotReserved
            raise kind(payment) from error
        return None

    def abandon(self, exchange: Exchange, payment: Payment, refusal: Rejected) -> Payment:
        gone = _RESERVATION_GONE.get(refusal.reason)
        if gone is None:
            return super().abandon(exchange, payment, refusal)
        _moved(exchange, payment, State.EXPIRED_AND_CANCELLED, f"MobilePay refused to capture it: {gone}")
        raise self.refused(payment, refusal)

    def refused(self, payment: Payment, refusal: Rejected) -> PortalError:
        kind = _CAPTURE_REFUSALS.get(refusal.reason)
        return kind(payment) if kind else Refused(refusal)


class Release(_Act):
    """What a part capture has left; the till has its answer already."""

    def tell(self, exchange: Exchange, payment: Payment) -> Payment:
        self._releases(exchange).release(payment.ref, key=payment.key_of(Operation.RELEASE))
        return transitions.release(payment, by=exchange.by)

    def observe(self, exchange: Exchange, payment: Payment, _error: NetworkError) -> Payment:
        try:
            is_released = self._releases(exchange).is_released(payment.ref)
        except Rejected:
            return payment
        return transitions.release(payment, by=exchange.by) if is_released else payment

    def settled(self, payment: Payment, _error: NetworkError) -> Payment | None:
        return None if payment.operation == Operation.RELEASE else payment

    def _releases(self, exchange: Exchange) -> Releases:
        return cast("Releases", exchange.network.releases)


class Cancellation(_Act):
    """For a till or for staff; or because it was forgotten, and then only if the customer has not approved it."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation

    def tell(self, exchange: Exchange, payment: Payment) -> Payment:
        is_forgotten = self._operation == Operation.EXPIRE
        key = payment.key_of(self._operation)
        try:
            exchange.network.payments.cancel(payment.ref, key=key, only_if_unapproved=is_forgotten)
        except Rejected as error:
            is_unknown = error.reason is Reason.NOT_FOUND
            if is_unknown and payment.is_active and observations.is_gone(exchange, payment):
                return _moved(exchange, payment, State.CANCELLED_BY_MOBILEPAY, "MobilePay does not have it")
            raise
        self._require_untaken(exchange, payment)
        return _moved(exchange, payment, State.CANCELLED_BY_CLIENT, "cancelled")

    def settled(self, payment: Payment, error: NetworkError) -> Payment | None:
        is_approved = self._operation == Operation.EXPIRE and payment.state == State.RESERVED
        if payment.state == State.CANCELLED_BY_CLIENT or is_approved:
            return payment
        if not payment.is_open:
            raise CannotCancel(payment) from error
        return None

    def _require_untaken(self, exchange: Exchange, payment: Payment) -> None:
        """Where parts can be taken, a yes may have let go of a rest: somebody has taken the other part there."""
        if exchange.network.releases is None or payment.state != State.RESERVED:
            return
        try:
            status = exchange.network.payments.status(payment.ref)
        except Rejected as error:
            raise error.as_unknown() from error
        if status.captured is not None:
            seen = remote_status.apply(payment=payment, status=status, by=exchange.by, now=exchange.now)
            raise CannotCancel(seen)


# The reservation is gone, though the network's sums may not say so.
_RESERVATION_GONE = {Reason.FUNDS_GONE: "the money is not reserved any more", Reason.TOO_OLD: "it is too old"}
_CAPTURE_REFUSALS: dict[Reason | None, Callable[[Payment], PortalError]] = {
    Reason.AMOUNT_TOO_HIGH: CaptureTooHigh,
    Reason.NO_PARTIAL_CAPTURE: NoPartialCapture,
    Reason.NOT_RESERVED: NotReserved,
    Reason.FUNDS_GONE: FundsGone,
    Reason.TOO_OLD: CaptureTooLate,
}


def _moved(exchange: Exchange, payment: Payment, to: State, cause: str, **changes: Any) -> Payment:
    return transitions.transition(payment=payment, to=to, cause=cause, by=exchange.by, now=exchange.now, **changes)
