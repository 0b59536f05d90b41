"""Opens a noted refund at MobilePay, and finds out what became of one whose answer was lost."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import IntegrityError

from portal.audit.actors import Actor
from portal.mobilepay.errors import Contradiction, Reason, Rejected, Unreadable
from refunds.models import Refund
from refunds.services import answers, moves
from refunds.services.refusals import creation_refusal
from refunds.services.talk import Talk
from refunds.states import State

# How long to wait for the store's balance after so many tries; the last one is kept.
_BALANCE_WAITS = (30, 120, 600, 3600)
_CAUSES: dict[Reason, str] = {
    Reason.TOO_OLD: "MobilePay refused it: the payment is too old to be refunded; pay it back another way",
    Reason.AMOUNT_TOO_HIGH: (
        "MobilePay refused it: less is left of the payment than the portal knows of; look it up at MobilePay, "
        "where somebody may have given money back directly"
    ),
}


def begin(*, refund: Refund, by: Actor, now: datetime) -> Refund:
    """Note that MobilePay is about to be told, with a key of this try: an earlier one ended with a clear no."""
    cause = "the worker tells MobilePay"
    return moves.move(refund=refund, to=State.CREATED, cause=cause, by=by, now=now, key=uuid4(), asked_at=now)


def create(talk: Talk, refund: Refund) -> Refund:
    """Tell MobilePay of the refund, with its key; may raise CreationRefused, CreationImpossible, MobilePay's errors."""
    if _may_be_there_unseen(talk, refund):
        seen = found(talk, refund)
        if seen is not None:
            return seen
        if _is_forgotten(talk, refund):
            if not refund.is_decided:
                return _end(talk, refund, "MobilePay does not have it")
            # Nothing came of the old key, and people want it paid.
            refund = moves.renew_key(refund=refund, now=talk.now)
    try:
        remote_id = talk.network.refunds.reserve(refund.order, key=refund.key)
    except Unreadable:
        # Whoever said that, MobilePay may have it all the same.
        seen = found(talk, refund)
        if seen is None:
            raise
        return seen
    except Rejected as error:
        return _refused(talk, refund, error)
    try:
        noted = talk.move(refund, State.INITIATED, "MobilePay accepted it", remote_id=remote_id, fresh_until=talk.now)
    except IntegrityError as error:
        raise Contradiction({"refund": f"{remote_id}, which is another one's id"}) from error
    if noted.remote_id != remote_id:
        # It ended, or a later try got there first, while this one was under way: left alone, it would be paid as well.
        talk.call_off(noted, remote_id)
    return noted


def _may_be_there_unseen(talk: Talk, refund: Refund) -> bool:
    """Whether MobilePay may have it under a key that it no longer knows, or under an earlier one."""
    return _is_forgotten(talk, refund) or (not talk.is_first and _waits(refund) > 0)


def _is_forgotten(talk: Talk, refund: Refund) -> bool:
    return refund.asked_at is None or talk.network.rules.is_key_forgotten(talk.now - refund.asked_at)


def _waits(refund: Refund) -> int:
    """How often it has waited for the store's balance."""
    return refund.events.filter(to_state=State.WAITING_FOR_BALANCE).count()


def found(talk: Talk, refund: Refund) -> Refund | None:
    """The refund as MobilePay has it; None when it certainly has none."""

    def is_anothers(remote_id: str) -> bool:
        return Refund.objects.filter(remote_id=remote_id).exclude(pk=refund.pk).exists()

    status = talk.network.refunds.find(refund.order, is_anothers=is_anothers)
    if status is None:
        return None
    return answers.apply(refund=refund, status=status, by=talk.by, now=talk.now)


def _refused(talk: Talk, refund: Refund, error: Rejected) -> Refund:
    if error.reason is Reason.KEY_REUSED:
        # The key has been there: what it made can be found.
        return found(talk, refund) or _end(talk, refund, "MobilePay does not have it", error)
    error.raise_unless_final(is_first=talk.is_first)
    # What an earlier, unanswered try has made must not be left there: it would be paid out by itself.
    seen = None if talk.is_first and error.is_certain else found(talk, refund)
    if seen is not None:
        return seen
    if error.reason is Reason.BALANCE_TOO_LOW:
        again = talk.now + timedelta(seconds=_BALANCE_WAITS[min(_waits(refund), len(_BALANCE_WAITS) - 1)])
        cause = "the store's balance at MobilePay is too low"
        return talk.move(refund, State.WAITING_FOR_BALANCE, cause, only_if_unmoved=True, due_at=again)
    cause = _CAUSES.get(error.reason, f"MobilePay refused it: it says {error.refusal.meaning}")
    return _end(talk, refund, cause, error)


def _end(talk: Talk, refund: Refund, cause: str, error: Rejected | None = None) -> Refund:
    """End what MobilePay does not have and will not take, unless somebody else has got further meanwhile."""
    reason = error.reason if error else Reason.NOT_FOUND
    code = error.code if error else talk.network.rules.no_refund_code
    why = {"refused_reason": reason, "refused_code": code}
    ended = talk.move(refund, State.CANCELLED_BY_MOBILEPAY, cause, only_if_unmoved=True, **why)
    if not ended.was_refused:
        return ended
    raise creation_refusal(ended, cause) from error
