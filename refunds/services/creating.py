"""Opens a noted refund at MobilePay, and finds out what became of one whose answer was lost."""

from datetime import datetime, timedelta
from uuid import uuid4

from portal.audit.actors import Actor
from portal.gateway import KEY_LIFETIME
from portal.mobilepay.errors import Code, Rejected
from refunds.models import Refund
from refunds.services import answers, moves
from refunds.services.refusals import CreationRefused
from refunds.services.talk import Talk
from refunds.states import State

# How long to wait for the store's balance after so many tries; the last one is kept.
_BALANCE_WAITS = (30, 120, 600, 3600)
_CAUSES: dict[str, str] = {
    Code.PAYMENT_TOO_OLD: "MobilePay refused it: the payment is too old to be refunded; pay it back another way",
    Code.REFUND_TOO_HIGH: (
        "MobilePay refused it: less is left of the payment than the portal knows of; look it up at MobilePay, "
        "where somebody may have given money back directly"
    ),
}


def begin(*, refund: Refund, by: Actor, now: datetime) -> Refund:
    """Note that MobilePay is about to be told, with a key of this try: an earlier one ended with a clear no."""
    cause = "the worker tells MobilePay"
    return moves.move(refund=refund, to=State.CREATED, cause=cause, by=by, now=now, key=uuid4(), asked_at=now)


def create(talk: Talk, refund: Refund) -> Refund:
    """Tell MobilePay of the refund, with its key; may raise CreationRefused and MobilePay's errors."""
    try:
        if _must_be_looked_up(talk, refund):
            found = _found(talk, refund)
            if found is not None or _is_forgotten(talk, refund):
                return found or _not_there(talk, refund)
        remote_id = talk.mobilepay.create_refund(
            str(refund.payment.remote_id),
            refund_order_id=refund.refund_order_id,
            amount=refund.amount,
            key=refund.key,
        )
    except Rejected as error:
        return _refused(talk, refund, error)
    return talk.move(refund, State.INITIATED, "MobilePay accepted it", remote_id=remote_id, fresh_until=talk.now)


def _must_be_looked_up(talk: Talk, refund: Refund) -> bool:
    """Whether MobilePay may have it under a key that it no longer knows, or that was not this one."""
    has_waited = refund.events.filter(to_state=State.WAITING_FOR_BALANCE).exists()
    return _is_forgotten(talk, refund) or (has_waited and not talk.is_first)


def _is_forgotten(talk: Talk, refund: Refund) -> bool:
    return refund.asked_at is None or talk.now - refund.asked_at > KEY_LIFETIME


def _found(talk: Talk, refund: Refund) -> Refund | None:
    """The refund as MobilePay has it; refund order ids are ours and stand once per payment."""
    for remote_id in talk.mobilepay.find_refunds(str(refund.payment.remote_id)):
        if Refund.objects.filter(remote_id=remote_id).exists():
            continue
        status = talk.mobilepay.look_up_refund(remote_id)
        if (status.refund_order_id, status.amount) == (refund.refund_order_id, refund.amount):
            Refund.objects.filter(pk=refund.pk, remote_id=None).update(remote_id=remote_id)
            refund.remote_id = remote_id
            return answers.apply(refund=refund, status=status, by=talk.by, now=talk.now)
    return None


def _not_there(talk: Talk, refund: Refund) -> Refund:
    cause = "MobilePay does not have it"
    ended = talk.move(refund, State.CANCELLED_BY_MOBILEPAY, cause, only_if_unmoved=True)
    raise CreationRefused(ended, cause)


def _refused(talk: Talk, refund: Refund, error: Rejected) -> Refund:
    if error.code == Code.KEY_REUSED:
        # The key has been there: what it made can be found.
        found = _found(talk, refund)
        return found or _not_there(talk, refund)
    talk.require_final(error)
    if error.code == Code.BALANCE_TOO_LOW:
        tries = refund.events.filter(to_state=State.WAITING_FOR_BALANCE).count()
        again = talk.now + timedelta(seconds=_BALANCE_WAITS[min(tries, len(_BALANCE_WAITS) - 1)])
        cause = "the store's balance at MobilePay is too low"
        return talk.move(refund, State.WAITING_FOR_BALANCE, cause, only_if_unmoved=True, due_at=again)
    cause = _CAUSES.get(error.code, f"MobilePay refused it: it says {error.explanation}")
    ended = talk.move(refund, State.CANCELLED_BY_MOBILEPAY, cause, only_if_unmoved=True)
    raise CreationRefused(ended, cause) from error
