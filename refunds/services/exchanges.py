"""Refunds at their network: what is owed is executed, and how they stand is looked up."""

from collections.abc import Callable
from datetime import datetime

from portal.audit.actors import Actor
from portal.errors import PortalError
from portal.gateway import networks
from portal.gateway.errors import OutcomeUnknown
from portal.mobilepay.errors import NetworkError, Unreachable
from portal.operations import engine
from portal.operations.engine import Act
from portal.operations.models import OPENING, Operation
from refunds.models import Refund
from refunds.querysets import RefundQuerySet
from refunds.services import acts, creation, observations, strays, transitions
from refunds.services.creation import Creation
from refunds.services.refusals import RefundPending, outcome_unknown
from refunds.states import POSSIBLE_FROM, State
from terminals.models import ProviderAccount

_CREATION = Creation()
_DIRECT_PAYOUT = acts.DirectPayout()
_ACTS: dict[str, Act[Refund]] = {
    Operation.CAPTURE: acts.Payout(),
    Operation.CANCEL: acts.Cancellation(),
}


class _Refunds(engine.Ledgered[Refund]):
    """See `portal.operations.engine.ObservedKind`."""

    ledger = transitions.LEDGER

    def rows(self) -> RefundQuerySet:
        return Refund.objects.all()

    def account(self, refund: Refund) -> ProviderAccount:
        return refund.payment.account

    def opening(self, refund: Refund) -> Act[Refund] | None:
        is_called_off = refund.state == State.WAITING_FOR_BALANCE and refund.operation == Operation.CANCEL
        return _CREATION if refund.state == State.CREATED or is_called_off else None

    def act(self, refund: Refund) -> Act[Refund] | None:
        if refund.operation == Operation.CAPTURE and refund.remote_id is None:
            return _DIRECT_PAYOUT
        return _ACTS.get(refund.operation) if refund.is_at_mobilepay else None

    def outcome_unknown(self, refund: Refund, error: NetworkError | None = None) -> OutcomeUnknown:
        return outcome_unknown(refund, error)

    def may_know_it(self, refund: Refund) -> bool:
        # What waited for the store's balance was told before, and refused.
        return refund.remote_id is None and (refund.operation in OPENING or creation.waits(refund) > 0)

    def pending(self, refund: Refund) -> PortalError:
        return RefundPending(refund)


REFUNDS = _Refunds()


def execute(*, refund: Refund, by: Actor, now: datetime, is_first: bool = False) -> Refund:
    """Finish what the network was or is to be told about the refund; see `portal.operations.engine.execute`."""
    return engine.execute(REFUNDS, refund, by=by, now=now, is_first=is_first)


def request(
    refund: Refund, operation: Operation, *, again: Callable[..., Refund], by: Actor, now: datetime, cause: str = ""
) -> Refund:
    """Schedule what the network is to be told and execute it; see `portal.operations.engine.request`.

    `again` judges the refund anew when somebody else has changed it meanwhile.
    """
    return engine.request(
        REFUNDS,
        refund,
        operation,
        states=POSSIBLE_FROM[operation],
        again=lambda current: again(refund=current, by=by, now=now),
        by=by,
        now=now,
        amount=str(refund.amount),
        cause=cause,
    )


def find(*, refund: Refund, by: Actor, now: datetime) -> Refund | None:
    """Find what the network has of a refund that it has refused, and apply it; may raise OutcomeUnknown."""
    exchange = engine.exchange(REFUNDS, refund, by=by, now=now)
    return engine.no_answer_is_unknown(REFUNDS, refund, lambda: observations.found(exchange, refund), by=by, now=now)


def is_in_one_step(refund: Refund) -> bool:
    """Whether the network pays refunds at once."""
    return networks.network_for(refund.payment.account).refunds is None


def look_up(*, refund: Refund, by: Actor, now: datetime) -> Refund:
    """Ask the network how the refund stands and apply it; may raise the network's errors."""
    return engine.look_up(REFUNDS, refund, observations.look_up, by=by, now=now)


def end_stray(*, refund: Refund, by: Actor, now: datetime) -> None:
    """Try again to call off the second refund that the network has."""
    strays.end(engine.exchange(REFUNDS, refund, by=by, now=now), refund)


def is_gone(*, refund: Refund, by: Actor, now: datetime) -> bool:
    """Whether the network neither knows nor lists the refund any more; False when it does not say."""
    try:
        return observations.is_gone(engine.exchange(REFUNDS, refund, by=by, now=now), refund)
    except Unreachable:
        return False
