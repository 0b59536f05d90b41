"""Payments at their network: what is owed is executed, and how they stand is looked up."""

from collections.abc import Callable
from datetime import datetime

from payments.models import Payment
from payments.querysets import PaymentQuerySet
from payments.services import acts, observations, transitions
from payments.services.creation import Creation
from payments.services.refusals import OperationPending, outcome_unknown
from payments.states import POSSIBLE_FROM
from portal.audit.actors import Actor
from portal.errors import PortalError
from portal.gateway.errors import OutcomeUnknown
from portal.mobilepay.errors import NetworkError
from portal.money import Money
from portal.operations import engine
from portal.operations.engine import Act
from portal.operations.models import Operation
from terminals.models import ProviderAccount

_CREATION = Creation()


class _Payments(engine.Ledgered[Payment]):
    """See `portal.operations.engine.ObservedKind`."""

    ledger = transitions.LEDGER

    def rows(self) -> PaymentQuerySet:
        return Payment.objects.all()

    def account(self, payment: Payment) -> ProviderAccount:
        return payment.account

    def opening(self, payment: Payment) -> Act[Payment] | None:
        return _CREATION if payment.is_opening else None

    def act(self, payment: Payment) -> Act[Payment] | None:
        match payment.operation:
            case Operation.READY:
                return acts.Ready(payment)
            case Operation.CAPTURE:
                return acts.Capture(payment)
            case Operation.RELEASE:
                return acts.Release()
            case Operation.CANCEL | Operation.EXPIRE:
                return acts.Cancellation(Operation(payment.operation))
        return None

    def outcome_unknown(self, payment: Payment, error: NetworkError | None = None) -> OutcomeUnknown:
        return outcome_unknown(payment, error)

    def may_know_it(self, payment: Payment) -> bool:
        return payment.is_opening

    def pending(self, payment: Payment) -> PortalError:
        return OperationPending(payment)


PAYMENTS = _Payments()


def execute(*, payment: Payment, by: Actor, now: datetime, is_first: bool = False) -> Payment:
    """Finish what the network was or is to be told about the payment; see `portal.operations.engine.execute`."""
    return engine.execute(PAYMENTS, payment, by=by, now=now, is_first=is_first)


def request(
    payment: Payment,
    operation: Operation,
    *,
    amount: Money | None = None,
    again: Callable[..., Payment],
    by: Actor,
    now: datetime,
) -> Payment:
    """Schedule what the network is to be told and execute it; see `portal.operations.engine.request`.

    `again` judges the payment anew when somebody else has changed it meanwhile.
    """
    return engine.request(
        PAYMENTS,
        payment,
        operation,
        states=POSSIBLE_FROM[operation],
        again=lambda current: again(payment=current, by=by, now=now),
        by=by,
        now=now,
        columns={
            # What it is opened with is its amount; what is asked for later is only done with the yes.
            "amount_minor" if operation == Operation.CREATE else "operation_minor": amount.minor if amount else None,
            "currency": amount.currency if amount else payment.currency,
        },
        amount=str(amount) if amount else None,
    )


def look_up(*, payment: Payment, by: Actor, now: datetime) -> Payment:
    """Ask the network how the payment stands and apply it; may raise the network's errors."""
    return engine.look_up(PAYMENTS, payment, observations.look_up, by=by, now=now)
