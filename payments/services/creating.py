"""Opens a noted payment at MobilePay, and finds out what became of one whose answer was lost."""

from typing import cast

from django.db import IntegrityError

from payments.models import Payment
from payments.services import answers, strangers
from payments.services.talk import Talk
from payments.states import State
from portal.gateway import Refused
from portal.mobilepay.errors import Contradiction, Reason, Refusal, Rejected, Unreadable
from portal.mobilepay.ports import PreparedPayments

_MISSING = Refusal(Reason.NOT_FOUND, "the payment does not exist there", is_about_the_thing=True)


def create(talk: Talk, payment: Payment) -> Payment:
    """Tell MobilePay of the payment, with the key it was noted with; may raise Refused and MobilePay's errors."""
    if talk.network.rules.is_key_forgotten(talk.now - payment.created_at):
        return _recover(talk, payment)
    try:
        remote_id = _open_alone(talk, payment)
    except Unreadable:
        # Whoever said that, MobilePay may have it all the same.
        found = _found(talk, payment)
        if found is None:
            raise
        return found
    except Rejected as error:
        if error.reason is Reason.KEY_REUSED:
            # The key has been there: what it made can be found.
            return _recover(talk, payment)
        error.raise_unless_final(is_first=talk.is_first)
        # What an earlier, unanswered try has made must not be left there: the customer could accept it.
        found = None if talk.is_first and error.is_certain else _found(talk, payment)
        return found or _end(talk, payment, f"MobilePay refused it: {error.refusal.meaning}", error)
    to = State.PREPARED if payment.flow == Payment.Flow.PREPARED else State.INITIATED
    try:
        return talk.move(payment, to, "MobilePay accepted it", remote_id=remote_id)
    except IntegrityError as error:
        raise Contradiction({"payment": f"{remote_id}, which is another one's id"}) from error


def _open_alone(talk: Talk, payment: Payment) -> str:
    """Open it, clearing away a payment at MobilePay that blocks the till and that we do not know."""
    for _ in range(2):
        # Asked twice, because what blocks the till may be this very payment, just arriving from another try.
        try:
            return _open(talk, payment)
        except Rejected as error:
            if error.reason is not Reason.PAYMENT_ACTIVE:
                raise
    strangers.clear(talk.network, pos=payment.point_of_sale, by=talk.by, now=talk.now)
    return _open(talk, payment)


def _open(talk: Talk, payment: Payment) -> str:
    if payment.flow == Payment.Flow.PREPARED:
        return cast("PreparedPayments", talk.network.prepared).prepare(payment.order, key=payment.key)
    return talk.network.payments.create(payment.order, key=payment.key)


def _recover(talk: Talk, payment: Payment) -> Payment:
    """Find a payment that can no longer be sent again: its key is forgotten, or would make a second one."""
    cause = "MobilePay does not have it"
    missing = Rejected(cause, refusal=_MISSING, code=talk.network.rules.no_payment_code)
    return _found(talk, payment) or _end(talk, payment, cause, missing)


def _end(talk: Talk, payment: Payment, cause: str, error: Rejected) -> Payment:
    """End what MobilePay does not have and will not take, unless somebody else has got further meanwhile."""
    ended = talk.move(payment, State.CANCELLED_BY_MOBILEPAY, cause, only_if_unmoved=True)
    if not ended.was_refused:
        return ended
    raise Refused(error) from error


def _found(talk: Talk, payment: Payment) -> Payment | None:
    """The payment as MobilePay has it; None when it certainly has none."""

    def is_anothers(remote_id: str) -> bool:
        return Payment.objects.filter(remote_id=remote_id).exclude(pk=payment.pk).exists()

    status = talk.network.payments.find(payment.order, is_anothers=is_anothers)
    if status is None:
        return None
    return answers.apply(payment=payment, status=status, by=talk.by, now=talk.now)
