"""What a network is told about a refund that it has: its payout, its cancellation.

Each is an act of the engine (`portal.operations.engine.Act`).
"""

from typing import Any

from portal.errors import PortalError
from portal.gateway.errors import Refused
from portal.mobilepay.errors import NetworkError, Reason, Rejected, Unreadable
from portal.operations.engine import Exchange
from portal.operations.models import Operation
from refunds.models import Refund
from refunds.services import creation, observations, transitions
from refunds.services.refusals import RefundEnded, RefundNotReserved
from refunds.states import State


class _Act:
    def look_first(self, _exchange: Exchange, refund: Refund) -> Refund:
        return refund

    def is_owed(self, _refund: Refund) -> bool:
        return True

    def observe(self, exchange: Exchange, refund: Refund, _error: NetworkError) -> Refund:
        return observations.seen_after_refusal(exchange, refund)

    def settled(self, refund: Refund, error: NetworkError) -> Refund | None:
        if self.is_done(refund):
            return refund
        if not refund.is_open:
            raise RefundEnded(refund) from error
        return None

    def abandon(self, exchange: Exchange, refund: Refund, refusal: Rejected) -> Refund:
        transitions.abandon(refund, refusal, by=exchange.by, now=exchange.now)
        raise self.refused(refund, refusal)

    def is_done(self, refund: Refund) -> bool:
        raise NotImplementedError

    def refused(self, _refund: Refund, refusal: Rejected) -> PortalError:
        return Refused(refusal)


class Payout(_Act):
    def look_first(self, exchange: Exchange, refund: Refund) -> Refund:
        return observations.agreed(exchange, refund)

    def tell(self, exchange: Exchange, refund: Refund) -> Refund:
        observations.in_two_steps(exchange).pay_out(refund.ref, key=refund.key_of(Operation.CAPTURE))
        return _moved(exchange, refund, State.CAPTURED, f"paid back {refund.amount}")

    def is_done(self, refund: Refund) -> bool:
        return refund.is_paid

    def refused(self, refund: Refund, refusal: Rejected) -> PortalError:
        return RefundNotReserved(refund) if refusal.reason is Reason.NOT_RESERVED else Refused(refusal)


class DirectPayout(_Act):
    """In one step: the portal has reserved it by itself, and it is paid once."""

    def look_first(self, exchange: Exchange, refund: Refund) -> Refund:
        is_forgotten = exchange.network.rules.is_key_forgotten(exchange.now - refund.operation_since)
        if not is_forgotten and not refund.contradiction:
            return refund
        seen = observations.found_paid(exchange, refund)
        if seen is None and refund.contradiction:
            transitions.LEDGER.contradict(refund, {}, by=exchange.by, now=exchange.now)
        return seen or refund

    def is_owed(self, refund: Refund) -> bool:
        return refund.is_open

    def tell(self, exchange: Exchange, refund: Refund) -> Refund:
        observations.in_one_step(exchange).pay(refund.order, key=refund.key_of(Operation.CAPTURE))
        return observations.paid(exchange, refund)

    def observe(self, exchange: Exchange, refund: Refund, error: NetworkError) -> Refund:
        if exchange.is_certain(error):
            return refund
        if isinstance(error, Unreadable):
            # Told again with the same key it is paid once; sums cannot tell it from what others give back meanwhile.
            raise error
        return observations.found_paid(exchange, refund) or refund

    def abandon(self, exchange: Exchange, refund: Refund, refusal: Rejected) -> Refund:
        if not refusal.refusal.is_about_the_thing:
            # Whatever is wrong with our registration must not cost people their decision.
            return super().abandon(exchange, refund, refusal)
        return creation.give_up(exchange, refund, refusal, operation=Operation.NONE)

    def is_done(self, refund: Refund) -> bool:
        return refund.is_paid


class Cancellation(_Act):
    def tell(self, exchange: Exchange, refund: Refund) -> Refund:
        try:
            observations.in_two_steps(exchange).cancel(refund.ref, key=refund.key_of(Operation.CANCEL))
        except Rejected as error:
            if error.reason is Reason.NOT_FOUND and observations.is_gone(exchange, refund):
                return _moved(exchange, refund, State.CANCELLED_BY_MOBILEPAY, "MobilePay does not have it")
            raise
        return _moved(exchange, refund, State.CANCELLED_BY_CLIENT, "cancelled")

    def is_done(self, refund: Refund) -> bool:
        return refund.state == State.CANCELLED_BY_CLIENT


def _moved(exchange: Exchange, refund: Refund, to: State, cause: str, **changes: Any) -> Refund:
    return transitions.transition(refund=refund, to=to, cause=cause, by=exchange.by, now=exchange.now, **changes)
