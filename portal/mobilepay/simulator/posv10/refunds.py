"""Refunds and the moves between their states (protocol section 8)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from functools import partial
from uuid import uuid4

from portal.mobilepay.simulator.core.timeline import Timeline
from portal.mobilepay.simulator.posv10.bodies import NewRefund
from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.knobs import Knobs
from portal.mobilepay.simulator.posv10.ownership import Caller
from portal.mobilepay.simulator.posv10.payments import Payment


class Status(StrEnum):
    INITIATED = "Initiated"
    RESERVED = "Reserved"
    CAPTURED = "Captured"
    CANCELLED_BY_CLIENT = "CancelledByClient"
    CANCELLED_BY_MOBILEPAY = "CancelledByMobilePay"
    EXPIRED_AND_CAPTURED = "ExpiredAndCaptured"


CANCELLED = frozenset({Status.CANCELLED_BY_CLIENT, Status.CANCELLED_BY_MOBILEPAY})


@dataclass
class Refund:
    refund_id: str
    payment: Payment
    owner: Caller
    refund_order_id: str
    amount: Decimal
    currency_code: str
    status: Status = Status.INITIATED


class Refunds:
    def __init__(self, timeline: Timeline, knobs: Knobs) -> None:
        self._timeline = timeline
        self._knobs = knobs
        self._by_id: dict[str, Refund] = {}
        self._by_payment: defaultdict[str, list[Refund]] = defaultdict(list)

    def __iter__(self) -> Iterator[Refund]:
        return iter(self._by_id.values())

    def get(self, refund_id: str) -> Refund | None:
        return self._by_id.get(refund_id.lower())

    def of(self, caller: Caller, payment_id: str) -> list[Refund]:
        """The caller's refunds of a payment, in the order they were made."""
        return [refund for refund in self._by_payment.get(payment_id, []) if refund.owner == caller]

    def create(self, caller: Caller, payment: Payment, new: NewRefund) -> Refund:
        """Set money aside to give back: from the payment's captured amount and from the store's balance."""
        self._must_be_possible(payment, new)
        refund = Refund(
            refund_id=str(uuid4()),
            payment=payment,
            owner=caller,
            refund_order_id=new.refund_order_id,
            amount=new.amount,
            currency_code=new.currency_code,
        )
        self._by_id[refund.refund_id] = refund
        self._by_payment[payment.payment_id].append(refund)
        payment.pos.store.balance -= refund.amount
        self._timeline.after(self._knobs.refund_reserve_delay, partial(self._reserve, refund))
        return refund

    def capture(self, refund: Refund) -> None:
        """Send the money to the customer; again changes nothing, from any state but `Reserved` 409/1351."""
        if refund.status == Status.CAPTURED:
            return
        if refund.status != Status.RESERVED:
            raise Refusal(Code.REFUND_NOT_RESERVED)
        refund.status = Status.CAPTURED

    def cancel(self, refund: Refund) -> None:
        """Keep the money, which is then free for another refund; again changes nothing, else 409/1352."""
        if refund.status == Status.CANCELLED_BY_CLIENT:
            return
        if refund.status not in {Status.INITIATED, Status.RESERVED}:
            raise Refusal(Code.CANNOT_CANCEL_REFUND)
        self._give_up(refund, Status.CANCELLED_BY_CLIENT)

    def _must_be_possible(self, payment: Payment, new: NewRefund) -> None:
        if payment.captured_at is None or payment.terms is None:
            raise Refusal(Code.PAYMENT_NOT_CAPTURED)
        if new.currency_code != payment.terms.currency_code:
            raise Refusal(Code.OTHER_CURRENCY)
        if self._timeline.now > payment.captured_at + timedelta(seconds=self._knobs.refund_window):
            raise Refusal(Code.PAYMENT_TOO_OLD)
        if new.amount > payment.captured_amount - self._promised(payment):
            raise Refusal(Code.REFUND_TOO_HIGH)
        if new.amount > payment.pos.store.balance:
            raise Refusal(Code.BALANCE_TOO_LOW)

    def _promised(self, payment: Payment) -> Decimal:
        refunds = self._by_payment[payment.payment_id]
        return sum((refund.amount for refund in refunds if refund.status not in CANCELLED), start=Decimal(0))

    def _reserve(self, refund: Refund) -> None:
        if refund.status != Status.INITIATED:
            return
        if self._knobs.decline_refunds:
            self._give_up(refund, Status.CANCELLED_BY_MOBILEPAY)
            return
        refund.status = Status.RESERVED
        self._timeline.after(self._knobs.refund_auto_capture, partial(self._expire, refund))

    def _expire(self, refund: Refund) -> None:
        if refund.status == Status.RESERVED:
            refund.status = Status.EXPIRED_AND_CAPTURED

    def _give_up(self, refund: Refund, status: Status) -> None:
        refund.status = status
        refund.payment.pos.store.balance += refund.amount
