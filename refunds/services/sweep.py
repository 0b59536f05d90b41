"""Looks after refunds that nobody else does: workers run this for whatever is due. Every open refund has a clock."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from portal.audit.actors import Actor
from portal.mobilepay.errors import Contradiction, NetworkError
from portal.operations import engine
from refunds.models import Policy, Refund
from refunds.services import cancellations, captures, creation, exchanges, policies, transitions
from refunds.services.exchanges import REFUNDS
from refunds.services.refusals import outcome_unknown
from refunds.states import State

# How often to look at a refund on its way: often at first, then as often as anybody would care.
_LOOKS = ((timedelta(minutes=1), timedelta(seconds=2)), (timedelta(hours=1), timedelta(seconds=30)))
_LAST_LOOK = timedelta(minutes=10)
# People decided on it, so a refund that MobilePay does not find is looked for that long.
_MISSING = timedelta(hours=24)


def process(*, refund_id: UUID, by: Actor, now: datetime) -> None:
    """Do what is due about a refund: let it lapse, tell MobilePay, look it up, pay it out, cancel a forgotten one."""
    engine.look_after(REFUNDS, refund_id, partial(_look_after, by=by, now=now), now=now)


def end_strays(*, by: Actor, now: datetime) -> None:
    """Call off what MobilePay has of refunds besides the ones that count, until it has ended."""
    for refund in Refund.objects.with_due_strays(now).whole():
        exchanges.end_stray(refund=refund, by=by, now=now)


def _look_after(refund: Refund, *, by: Actor, now: datetime) -> None:
    if refund.state == State.REQUESTED:
        _lapse(refund, by=by, now=now)
    elif refund.is_in_doubt:
        _pay(exchanges.execute(refund=refund, by=by, now=now), by=by, now=now)
    elif refund.state in {State.APPROVED, State.WAITING_FOR_BALANCE}:
        _begin(refund, by=by, now=now)
    elif not refund.is_at_mobilepay:
        _pay(refund, by=by, now=now)
    else:
        try:
            refund = exchanges.look_up(refund=refund, by=by, now=now)
        except NetworkError as error:
            if _is_given_up(refund, error, by=by, now=now):
                # Cancelling needs no look: MobilePay would pay out what nobody looks at.
                cancellations.cancel(refund=refund, by=by, now=now)
                return
            _look_again(refund, now=now)
            raise outcome_unknown(refund, error) from error
        _pay(refund, by=by, now=now)


def _lapse(refund: Refund, *, by: Actor, now: datetime) -> None:
    if refund.lapses_at <= now:
        cause = "nobody approved it in time"
        transitions.transition(refund=refund, to=State.LAPSED, cause=cause, by=by, now=now, only_if_unmoved=True)


def _begin(refund: Refund, *, by: Actor, now: datetime) -> None:
    """Tell MobilePay of an approved refund, or again of one that waited for money, unless it has waited too long."""
    if _last_moment(refund) < now:
        if refund.state == State.WAITING_FOR_BALANCE and exchanges.find(refund=refund, by=by, now=now):
            return
        cause = "the store's balance did not suffice in time"
        if refund.state == State.APPROVED:
            cause = "the payment became too old to be refunded"
        transitions.transition(refund=refund, to=State.LAPSED, cause=cause, by=by, now=now, only_if_unmoved=True)
        return
    is_told_again = refund.state == State.WAITING_FOR_BALANCE and exchanges.is_in_one_step(refund)
    if is_told_again and exchanges.find(refund=refund, by=by, now=now):
        # The next try has another key, so nothing may have come of this one.
        return
    refund = creation.begin(refund=refund, by=by, now=now)
    if refund.state != State.CREATED:
        # It is paid in one step, or somebody has withdrawn it just now.
        _pay(refund, by=by, now=now)
    else:
        # Not as a first try: whatever is wrong with our registration must not cost people their decision.
        exchanges.execute(refund=refund, by=by, now=now)


def _last_moment(refund: Refund) -> datetime:
    """A till's refund waits as long as a request would; one that people decided on as long as MobilePay allows."""
    if not refund.is_decided:
        return refund.lapses_at
    policy = Policy.objects.current(refund.merchant, refund.currency)
    return policies.refundable_until(policy=policy, payment=refund.payment)


def _pay(refund: Refund, *, by: Actor, now: datetime) -> None:
    """Pay out what people decided on once it is reserved; cancel what its till forgot: MobilePay would pay it."""
    if refund.state not in {State.INITIATED, State.RESERVED} or refund.is_in_doubt:
        return
    if refund.is_decided and refund.state == State.RESERVED:
        captures.capture(refund=refund, by=by, now=now)
    elif not refund.is_decided and now - refund.changed_at >= refund.merchant.payment_timeout:
        cancellations.cancel(refund=refund, by=by, now=now)
    else:
        _look_again(refund, now=now)


def _is_given_up(refund: Refund, error: NetworkError, *, by: Actor, now: datetime) -> bool:
    """Whether it ends although it cannot be looked at: its till has forgotten it, or MobilePay has lost it for good."""
    age = now - refund.changed_at
    if not refund.is_decided:
        return age >= refund.merchant.payment_timeout
    return isinstance(error, Contradiction) and age >= _MISSING and exchanges.is_gone(refund=refund, by=by, now=now)


def _look_again(refund: Refund, *, now: datetime) -> None:
    age = now - refund.changed_at
    wait = next((wait for limit, wait in _LOOKS if age < limit), _LAST_LOOK)
    Refund.objects.filter(pk=refund.pk).open().update(due_at=now + wait)
