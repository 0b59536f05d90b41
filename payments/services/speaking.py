"""Tells MobilePay what is noted about a payment and applies the answer: `settle` is the one way to do both.

Nothing here holds a lock or a transaction while MobilePay is asked. Whatever dies in between is repeated
later with the same key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from payments.models import Payment
from payments.services import answers, moves, strangers
from payments.services.refusals import (
    CannotCancel,
    CapturedDifferently,
    CaptureTooHigh,
    NoPartialCapture,
    NotPrepared,
    NotReserved,
    outcome_unknown,
)
from payments.states import UNPAID, Intent, State
from portal import gateway
from portal.audit.actors import Actor
from portal.errors import PortalError
from portal.gateway import KEY_LIFETIME, Refused
from portal.mobilepay.errors import Code, NotFound, Rejected, Unreachable
from portal.mobilepay.gateway import Gateway
from portal.money import Money


def settle(*, payment: Payment, by: Actor, now: datetime, is_first: bool = False) -> Payment:
    """Finish what MobilePay was or is to be told about the payment; running it twice is running it once.

    Pass `is_first=True` right after noting it, when nobody can have told MobilePay before.
    Raises OutcomeUnknown when MobilePay does not answer, and otherwise the refusal that fits its answer.
    """
    talk = _Talk(gateway.for_merchant(vat_number=payment.merchant.vat_number), by, now, is_first)
    try:
        if payment.state == State.CREATED:
            payment = talk.create(payment)
        if payment.intent == Intent.NONE:
            return payment
        acts = {Intent.READY: talk.ready, Intent.CAPTURE: talk.capture, Intent.CANCEL: talk.cancel}
        return acts[Intent(payment.intent)](payment)
    except Unreachable as error:
        moves.postpone(payment=payment, now=now)
        raise outcome_unknown(payment) from error


def look_up(*, payment: Payment, by: Actor, now: datetime) -> Payment:
    """Ask MobilePay how the payment stands and apply it; may raise MobilePay's errors."""
    mobilepay = gateway.for_merchant(vat_number=payment.merchant.vat_number)
    status = mobilepay.look_up(str(payment.remote_id))
    return answers.apply(payment=payment, status=status, by=by, now=now)


@dataclass(frozen=True, slots=True)
class _Talk:
    """One conversation with MobilePay; each method says one thing and applies the answer."""

    mobilepay: Gateway
    by: Actor
    now: datetime
    is_first: bool

    def create(self, payment: Payment) -> Payment:
        try:
            if self.now - payment.created_at > KEY_LIFETIME:
                return self._recover(payment)
            remote_id = self._open_alone(payment)
        except Rejected as error:
            self._require_final(error)
            cause = f"MobilePay refused it: {error.explanation}"
            self._move(payment, State.CANCELLED_BY_MOBILEPAY, cause, only_if_unmoved=True)
            raise Refused(error) from error
        to = State.PREPARED if payment.flow == Payment.Flow.PREPARED else State.INITIATED
        return self._move(payment, to, "MobilePay accepted it", remote_id=remote_id)

    def ready(self, payment: Payment) -> Payment:
        amount = cast("Money", payment.intended_amount)
        try:
            self.mobilepay.ready(str(payment.remote_id), amount=amount, key=payment.intent_key)
        except Rejected as error:
            seen = self._seen_after(error, payment)
            if seen.intent == Intent.READY:
                self._give_up(seen, error)
                raise Refused(error) from error
            if not seen.is_open:
                raise NotPrepared(seen) from error
            return seen
        to = State.ISSUED_TO_USER if payment.state == State.PAIRED else State.INITIATED
        facts = {"intent": Intent.NONE, "amount_minor": amount.minor, "fresh_until": self.now}
        return self._move(payment, to, f"the till asked for {amount}", **facts)

    def capture(self, payment: Payment) -> Payment:
        amount = cast("Money", payment.intended_amount)
        try:
            self.mobilepay.capture(str(payment.remote_id), amount=amount, key=payment.intent_key)
        except Rejected as error:
            seen = self._seen_after(error, payment)
            if seen.state == State.CAPTURED and error.code == Code.CAPTURED_DIFFERENTLY:
                raise CapturedDifferently(seen, amount) from error
            if seen.state == State.CAPTURED:
                return seen
            if seen.state in UNPAID:
                raise NotReserved(seen) from error
            self._give_up(seen, error)
            raise _capture_refusal(seen, error) from error
        return self._move(payment, State.CAPTURED, f"captured {amount}", captured_minor=amount.minor)

    def cancel(self, payment: Payment) -> Payment:
        try:
            self.mobilepay.cancel(str(payment.remote_id), key=payment.intent_key)
        except Rejected as error:
            if isinstance(error, NotFound) and payment.is_active:
                return self._move(payment, State.CANCELLED_BY_MOBILEPAY, "MobilePay does not know it")
            seen = self._seen_after(error, payment)
            if seen.state == State.CANCELLED_BY_CLIENT:
                return seen
            if not seen.is_open:
                raise CannotCancel(seen) from error
            self._give_up(seen, error)
            raise Refused(error) from error
        return self._move(payment, State.CANCELLED_BY_CLIENT, "cancelled")

    def _open_alone(self, payment: Payment) -> str:
        """Open it at MobilePay, clearing away a payment there that blocks the till and that we do not know."""
        try:
            return self._open(payment)
        except Rejected as error:
            if error.code != Code.PAYMENT_ALREADY_ACTIVE:
                raise
        strangers.clear(self.mobilepay, pos=payment.point_of_sale, by=self.by, now=self.now)
        return self._open(payment)

    def _open(self, payment: Payment) -> str:
        pos_id, order_id = str(payment.point_of_sale.pos_id), payment.order_id
        if payment.amount is None:
            return self.mobilepay.prepare(pos_id=pos_id, order_id=order_id, key=payment.key)
        return self.mobilepay.initiate(pos_id=pos_id, order_id=order_id, amount=payment.amount, key=payment.key)

    def _recover(self, payment: Payment) -> Payment:
        """Find a payment whose key MobilePay may have forgotten: sending it again could make a second one."""
        # Not by order id: MobilePay maps that to its newest payment only, perhaps one at another till.
        for remote_id in self.mobilepay.find(pos_id=str(payment.point_of_sale.pos_id)):
            if Payment.objects.filter(remote_id=remote_id).exists():
                continue
            status = self.mobilepay.look_up(remote_id)
            if status.order_id == payment.order_id:
                Payment.objects.filter(pk=payment.pk, remote_id=None).update(remote_id=remote_id)
                payment.remote_id = remote_id
                return answers.apply(payment=payment, status=status, by=self.by, now=self.now)
        raise NotFound("not found after a day", code=Code.PAYMENT_NOT_FOUND)

    def _seen_after(self, error: Rejected, payment: Payment) -> Payment:
        """How the payment stands at MobilePay after it refused something; our own view if it refuses that too."""
        captured_by_us = error.code != Code.CAPTURED_DIFFERENTLY
        try:
            status = self.mobilepay.look_up(str(payment.remote_id))
        except Rejected:
            return payment
        return answers.apply(payment=payment, status=status, by=self.by, now=self.now, captured_by_us=captured_by_us)

    def _give_up(self, payment: Payment, error: Rejected) -> None:
        self._require_final(error)
        moves.give_up_intent(payment=payment, error=error, by=self.by, now=self.now)

    def _require_final(self, error: Rejected) -> None:
        """Treat the refusal as no answer when an earlier try may have been carried out all the same."""
        if error.is_about_the_state or (self.is_first and error.is_certain):
            return
        raise Unreachable(str(error), code=error.code, correlation_id=error.correlation_id) from error

    def _move(self, payment: Payment, to: State, cause: str, **changes: Any) -> Payment:
        return moves.move(payment=payment, to=to, cause=cause, by=self.by, now=self.now, **changes)


def _capture_refusal(payment: Payment, error: Rejected) -> PortalError:
    kinds: dict[str, Callable[[Payment], PortalError]] = {
        Code.CAPTURE_TOO_HIGH: CaptureTooHigh,
        Code.NO_PARTIAL_CAPTURE: NoPartialCapture,
        Code.NOT_RESERVED: NotReserved,
    }
    return kinds[error.code](payment) if error.code in kinds else Refused(error)
