"""Opens a noted payment at its network, and finds out what became of one whose answer was lost."""

from dataclasses import replace
from typing import cast

from django.db import IntegrityError, transaction

from payments.flows import leader
from payments.models import Payment
from payments.services import orphans, remote_status, transitions
from payments.states import State
from portal.gateway.errors import Refused
from portal.mobilepay.errors import Contradiction, NetworkError, Reason, Refusal, Rejected
from portal.mobilepay.ports import PreparedPayments
from portal.operations.engine import Exchange
from portal.operations.models import ENDING, Operation
from terminals.services import accounts, check_ins

_NOT_THERE = "MobilePay does not have it"
_MISSING = Refusal(Reason.NOT_FOUND, "the payment does not exist there", is_about_the_thing=True)


class Creation:
    """An act: see `portal.operations.engine.Act`."""

    def look_first(self, exchange: Exchange, payment: Payment) -> Payment:
        if not exchange.network.rules.is_key_forgotten(exchange.now - payment.operation_since):
            return payment
        # Sent again it could become a second one.
        return _found(exchange, payment) or _end(exchange, payment, _missing(exchange))

    def is_owed(self, payment: Payment) -> bool:
        return payment.is_opening

    def tell(self, exchange: Exchange, payment: Payment) -> Payment:
        remote_id = _open_alone(exchange, payment)
        accounts.note_problem(payment.account, "", now=exchange.now)
        to = leader(exchange.network).accepted(payment.opening, State(payment.state))
        try:
            return transitions.transition(
                payment=payment,
                to=to,
                cause="MobilePay accepted it",
                by=exchange.by,
                now=exchange.now,
                remote_id=remote_id,
            )
        except IntegrityError as error:
            raise Contradiction({"payment": f"{remote_id}, which is another one's id"}) from error

    def observe(self, exchange: Exchange, payment: Payment, error: NetworkError) -> Payment:
        if isinstance(error, Rejected) and error.reason is not Reason.KEY_REUSED:
            error.raise_unless_final(is_first=exchange.is_first)
        if exchange.is_certain(error) and error.reason is not Reason.KEY_REUSED:
            return payment
        # Whoever said that, MobilePay may have it all the same; and what an earlier, unanswered try has made must not
        # be left there: the customer could accept it.
        return _found(exchange, payment) or payment

    def settled(self, payment: Payment, _error: NetworkError) -> Payment | None:
        return None if payment.is_opening else payment

    def abandon(self, exchange: Exchange, payment: Payment, refusal: Rejected) -> Payment:
        if refusal.reason is Reason.CUSTOMER_UNKNOWN:
            return _wait_for_another(exchange, payment, refusal)
        if refusal.reason is Reason.NOT_ALLOWED:
            accounts.note_problem(payment.account, refusal.refusal.meaning, now=exchange.now)
        return _end(exchange, payment, _missing(exchange) if refusal.reason is Reason.KEY_REUSED else refusal)


def _open_alone(exchange: Exchange, payment: Payment) -> str:
    """Open it, clearing away a payment at MobilePay that blocks the till and that we do not know."""
    for _ in range(2):
        # Asked twice, because what blocks the till may be this very payment, just arriving from another try.
        try:
            return _open(exchange, payment)
        except Rejected as error:
            if error.reason is not Reason.PAYMENT_ACTIVE:
                raise
    orphans.cancel_orphans(exchange.network, pos=payment.point_of_sale, by=exchange.by, now=exchange.now)
    return _open(exchange, payment)


def _open(exchange: Exchange, payment: Payment) -> str:
    key = payment.key_of(payment.opening)
    if payment.opening == Operation.PREPARE:
        return cast("PreparedPayments", exchange.network.prepared).prepare(payment.order, key=key)
    order = payment.order
    if exchange.network.check_ins is None:
        order = replace(order, customer_token=check_ins.token_of(payment.pk))
    return exchange.network.payments.create(order, key=key)


def _found(exchange: Exchange, payment: Payment) -> Payment | None:
    """The payment as MobilePay has it; None when it certainly has none."""

    def is_anothers(remote_id: str) -> bool:
        return Payment.objects.filter(remote_id=remote_id).exclude(pk=payment.pk).exists()

    status = exchange.network.payments.find(payment.order, is_anothers=is_anothers)
    if status is None:
        return None
    return remote_status.apply(payment=payment, status=status, by=exchange.by, now=exchange.now)


@transaction.atomic
def _wait_for_another(exchange: Exchange, payment: Payment, refusal: Rejected) -> Payment:
    """The network does not take who checked in: the payment waits for the next one who does, if anybody wants it."""
    transitions.abandon(payment, refusal, by=exchange.by, now=exchange.now)
    seen = Payment.objects.locked(payment.pk)
    if not seen.is_active or not seen.is_unsent:
        return seen
    by, now = exchange.by, exchange.now
    if payment.operation in ENDING:
        cause = "cancelled before MobilePay took it"
        return transitions.transition(payment=seen, to=State.CANCELLED_BY_CLIENT, cause=cause, by=by, now=now)
    if seen.state != State.INITIATED:
        cause = f"MobilePay asks for another check-in: {refusal.refusal.meaning}"
        seen = transitions.transition(payment=seen, to=State.INITIATED, cause=cause, by=by, now=now)
    # Somebody may have checked in while the one before was being asked.
    Payment.objects.filter(pk=seen.pk).update(due_at=now)
    return seen


def _missing(exchange: Exchange) -> Rejected:
    return Rejected(_NOT_THERE, refusal=_MISSING, code=exchange.network.rules.no_payment_code)


def _end(exchange: Exchange, payment: Payment, refusal: Rejected) -> Payment:
    """End what MobilePay does not have and will not take, unless somebody else has got further meanwhile."""
    cause = _NOT_THERE if refusal.refusal is _MISSING else f"MobilePay refused it: {refusal.refusal.meaning}"
    ended = transitions.transition(
        payment=payment,
        to=State.CANCELLED_BY_MOBILEPAY,
        cause=cause,
        by=exchange.by,
        now=exchange.now,
        only_if_unmoved=True,
    )
    if not ended.was_refused:
        return ended
    raise Refused(refusal)
