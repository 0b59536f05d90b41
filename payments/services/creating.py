"""Opens a noted payment at MobilePay, and finds out what became of one whose answer was lost."""

from typing import cast

from django.db import IntegrityError

from payments.models import Payment
from payments.services import answers, strangers
from payments.services.talk import Talk
from payments.states import State
from portal.gateway import KEY_LIFETIME, Refused
from portal.mobilepay.errors import Code, Contradiction, NotFound, Rejected, Unreadable
from portal.money import Money


def create(talk: Talk, payment: Payment) -> Payment:
    """Tell MobilePay of the payment, with the key it was noted with; may raise Refused and MobilePay's errors."""
    if talk.now - payment.created_at > KEY_LIFETIME:
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
        if error.code == Code.KEY_REUSED:
            # The key has been there: what it made can be found.
            return _recover(talk, payment)
        error.must_be_final(is_first=talk.is_first)
        # What an earlier, unanswered try has made must not be left there: the customer could accept it.
        found = None if talk.is_first and error.is_certain else _found(talk, payment)
        return found or _end(talk, payment, f"MobilePay refused it: {error.explanation}", error)
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
            if error.code != Code.PAYMENT_ALREADY_ACTIVE:
                raise
    strangers.clear(talk.mobilepay, pos=payment.point_of_sale, by=talk.by, now=talk.now)
    return _open(talk, payment)


def _open(talk: Talk, payment: Payment) -> str:
    pos_id, order_id = str(payment.point_of_sale.pos_id), payment.order_id
    if payment.flow == Payment.Flow.PREPARED:
        return talk.mobilepay.prepare(pos_id=pos_id, order_id=order_id, key=payment.key)
    amount = cast("Money", payment.amount)
    return talk.mobilepay.initiate(pos_id=pos_id, order_id=order_id, amount=amount, key=payment.key)


def _recover(talk: Talk, payment: Payment) -> Payment:
    """Find a payment that can no longer be sent again: its key is forgotten, or would make a second one."""
    cause = "MobilePay does not have it"
    return _found(talk, payment) or _end(talk, payment, cause, NotFound(cause, code=Code.PAYMENT_NOT_FOUND))


def _end(talk: Talk, payment: Payment, cause: str, error: Rejected) -> Payment:
    """End what MobilePay does not have and will not take, unless somebody else has got further meanwhile."""
    ended = talk.move(payment, State.CANCELLED_BY_MOBILEPAY, cause, only_if_unmoved=True)
    if not ended.was_refused:
        return ended
    raise Refused(error) from error


def _found(talk: Talk, payment: Payment) -> Payment | None:
    """The payment as MobilePay has it; a look-up that is refused says nothing about it and is no answer."""
    try:
        # Not by order id: MobilePay maps that to its newest payment only, perhaps one at another till.
        for remote_id in talk.mobilepay.find(pos_id=str(payment.point_of_sale.pos_id)):
            if Payment.objects.filter(remote_id=remote_id).exclude(pk=payment.pk).exists():
                continue
            status = talk.mobilepay.look_up(remote_id)
            if status.order_id is None:
                raise Unreadable("a payment without its order, which may be the one that is looked for")
            if status.order_id == payment.order_id:
                return answers.apply(payment=payment, status=status, by=talk.by, now=talk.now)
    except Rejected as error:
        raise error.as_silence() from error
    return None
