"""Opens a noted refund at its network, and finds out what became of one whose answer was lost."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction

from portal.audit.actors import Actor
from portal.gateway import networks
from portal.mobilepay.errors import Contradiction, NetworkError, Reason, Rejected
from portal.operations.engine import Exchange
from portal.operations.models import Operation
from refunds.flows import first_step
from refunds.models import Refund
from refunds.services import observations, strays, transitions
from refunds.services.refusals import creation_refusal
from refunds.states import State

# How long to wait for the store's balance after so many tries; the last one is kept.
_BALANCE_WAITS = (30, 120, 600, 3600)
_NOT_THERE = "MobilePay does not have it"
_CAUSES: dict[Reason, str] = {
    Reason.KEY_REUSED: _NOT_THERE,
    Reason.TOO_OLD: "MobilePay refused it: the payment is too old to be refunded; pay it back another way",
    Reason.AMOUNT_TOO_HIGH: (
        "MobilePay refused it: less is left of the payment than the portal knows of; look it up at MobilePay, "
        "where somebody may have given money back directly"
    ),
}


@transaction.atomic
def begin(*, refund: Refund, by: Actor, now: datetime) -> Refund:
    """Note that MobilePay is about to be told, with a key of this try: an earlier one ended with a clear no."""
    seen_state, refund = refund.state, Refund.objects.locked(refund.pk)
    if refund.state != seen_state or refund.is_in_doubt:
        # Somebody has just ended it, or has asked for its cancellation.
        return refund
    cause = "the worker tells MobilePay"
    step = first_step(networks.network_for(refund.payment.account))
    return transitions.transition(
        refund=refund,
        to=step.state,
        cause=cause,
        by=by,
        now=now,
        operation=step.operation,
        operation_key=uuid4(),
        operation_since=now,
    )


class Creation:
    """An act: see `portal.operations.engine.Act`."""

    def look_first(self, exchange: Exchange, refund: Refund) -> Refund:
        if refund.state == State.WAITING_FOR_BALANCE:
            # It is to be called off: there, if it is there all the same, else here.
            cause = "cancelled before MobilePay took it"
            seen = observations.found(exchange, refund)
            return seen or _moved(exchange, refund, State.WITHDRAWN, cause, only_if_unmoved=True)
        if not _may_be_there_unseen(exchange, refund):
            return refund
        seen = observations.found(exchange, refund)
        if seen is not None or not _is_forgotten(exchange, refund):
            return seen or refund
        if not refund.is_decided:
            return _end(exchange, refund, _NOT_THERE)
        # Nothing came of the old key, and people want it paid.
        return transitions.renew_key(refund=refund, now=exchange.now)

    def is_owed(self, refund: Refund) -> bool:
        return refund.state == State.CREATED

    def tell(self, exchange: Exchange, refund: Refund) -> Refund:
        reserved = observations.in_two_steps(exchange)
        remote_id = reserved.reserve(refund.order, key=refund.key_of(Operation.CREATE))
        try:
            noted = _moved(
                exchange,
                refund,
                State.INITIATED,
                "MobilePay accepted it",
                remote_id=remote_id,
                fresh_until=exchange.now,
            )
        except IntegrityError as error:
            raise Contradiction({"refund": f"{remote_id}, which is another one's id"}) from error
        if noted.remote_id != remote_id:
            # It ended, or a later try got there first, while this one was under way.
            strays.call_off(exchange, noted, remote_id)
        return noted

    def observe(self, exchange: Exchange, refund: Refund, error: NetworkError) -> Refund:
        if isinstance(error, Rejected) and error.reason is not Reason.KEY_REUSED:
            error.raise_unless_final(is_first=exchange.is_first)
            if exchange.is_certain(error):
                return refund
        # Whoever said that, MobilePay may have it all the same; and what an earlier, unanswered try has made must not
        # be left there: it would be paid out by itself.
        return observations.found(exchange, refund) or refund

    def settled(self, refund: Refund, _error: NetworkError) -> Refund | None:
        return None if refund.state == State.CREATED else refund

    def abandon(self, exchange: Exchange, refund: Refund, refusal: Rejected) -> Refund:
        return give_up(exchange, refund, refusal)


def give_up(exchange: Exchange, refund: Refund, refusal: Rejected, **changes: Any) -> Refund:
    """End what MobilePay will not pay, or let it wait where the store's balance is too low by now."""
    if refusal.reason is Reason.BALANCE_TOO_LOW:
        wait = _BALANCE_WAITS[min(waits(refund), len(_BALANCE_WAITS) - 1)]
        due_at = exchange.now + timedelta(seconds=wait)
        cause = "the store's balance at MobilePay is too low"
        to = State.WAITING_FOR_BALANCE
        return _moved(exchange, refund, to, cause, only_if_unmoved=True, due_at=due_at, **changes)
    cause = _CAUSES.get(refusal.reason, f"MobilePay refused it: it says {refusal.refusal.meaning}")
    return _end(exchange, refund, cause, refusal)


def _may_be_there_unseen(exchange: Exchange, refund: Refund) -> bool:
    """Whether MobilePay may have it under a key that it no longer knows, or under an earlier one."""
    return _is_forgotten(exchange, refund) or (not exchange.is_first and waits(refund) > 0)


def _is_forgotten(exchange: Exchange, refund: Refund) -> bool:
    return exchange.network.rules.is_key_forgotten(exchange.now - refund.operation_since)


def waits(refund: Refund) -> int:
    """How often it has waited for the store's balance."""
    return refund.events.filter(to_state=State.WAITING_FOR_BALANCE).count()


def _end(exchange: Exchange, refund: Refund, cause: str, refusal: Rejected | None = None) -> Refund:
    """End what MobilePay does not have and will not take, unless somebody else has got further meanwhile."""
    why = {
        "refused_reason": refusal.reason if refusal else Reason.NOT_FOUND,
        "refused_code": refusal.code if refusal else exchange.network.rules.no_refund_code,
    }
    ended = _moved(exchange, refund, State.CANCELLED_BY_MOBILEPAY, cause, only_if_unmoved=True, **why)
    if not ended.was_refused:
        return ended
    raise creation_refusal(ended, cause)


def _moved(exchange: Exchange, refund: Refund, to: State, cause: str, **changes: Any) -> Refund:
    return transitions.transition(refund=refund, to=to, cause=cause, by=exchange.by, now=exchange.now, **changes)
