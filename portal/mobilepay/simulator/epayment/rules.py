"""What may be done with a payment, in the order in which the network asks."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from portal.mobilepay.simulator.core.timeline import Timeline
from portal.mobilepay.simulator.epayment.check_ins import CheckIns
from portal.mobilepay.simulator.epayment.codes import Code, problem
from portal.mobilepay.simulator.epayment.knobs import Knobs
from portal.mobilepay.simulator.epayment.payments import Event, Payment, Payments, State
from portal.mobilepay.simulator.epayment.people import by_own_code, check_phone_number
from portal.mobilepay.simulator.epayment.units import SalesUnit

LEAST = {"NOK": 100, "DKK": 1, "EUR": 1}
# Approving this amount does not succeed, and the payment stays open: the customer may take another card.
INSUFFICIENT_FUNDS = 151


class Rules:
    def __init__(self, timeline: Timeline, knobs: Knobs, payments: Payments, check_ins: CheckIns) -> None:
        self._timeline = timeline
        self._knobs = knobs
        self._payments = payments
        self._check_ins = check_ins

    def create(self, unit: SalesUnit, order: dict[str, Any], key: str) -> Payment:
        """Ask somebody for a payment; the order is a body that fits its description."""
        if self._payments.get(unit.msn, order["reference"]):
            raise problem(Code.REFERENCE_TAKEN)
        _check_order(unit, order)
        payment = Payment(unit, order, key)
        self._find_customer(payment)
        self._payments.add(payment)
        payment.expires_at = self._timeline.after(self._knobs.payment_lifetime, partial(self._expire, payment))
        self._note(payment, "CREATED", payment.amount, key=key, psp_reference=payment.psp_reference)
        return payment

    def approve(self, payment: Payment) -> bool:
        """The customer says yes; whether the money is reserved now."""
        _must_wait(payment)
        payment.is_being_approved = False
        if payment.amount == INSUFFICIENT_FUNDS:
            return False
        now = self._timeline.now
        payment.state = State.AUTHORIZED
        payment.authorized = payment.amount
        payment.approved_at = now
        payment.guaranteed_until = now + timedelta(seconds=self._knobs.capture_guarantee)
        self._timeline.after(self._knobs.reservation_lifetime, partial(self._lapse, payment))
        self._note(payment, "AUTHORIZED", payment.amount, key=payment.key)
        return True

    def decline(self, payment: Payment) -> None:
        """The customer says no."""
        _must_wait(payment)
        self._end(payment, State.ABORTED)

    def capture(self, payment: Payment, amount: int, currency: str, *, key: str | None) -> None:
        """Take reserved money; in parts only where the sales unit may."""
        self._check_capture(payment, amount, currency)
        payment.captured += amount
        self._note(payment, "CAPTURED", amount, key=self._shown(payment, key))

    def cancel(self, payment: Payment, *, only_unapproved: bool = False) -> None:
        """Call off what is not captured: all of it, for ever."""
        if payment.is_being_approved:
            raise problem(Code.BEING_APPROVED)
        if payment.state is State.CREATED:
            payment.cancelled = payment.amount
            self._end(payment, State.TERMINATED)
            return
        _check_cancel(payment, only_unapproved=only_unapproved)
        self._release(payment)

    def refund(self, payment: Payment, amount: int, currency: str, *, key: str | None) -> None:
        """Give captured money back, in one part or several."""
        self._check_refund(payment, amount, currency)
        payment.refunded += amount
        self._note(payment, "REFUNDED", amount, key=self._shown(payment, key))

    def _find_customer(self, payment: Payment) -> None:
        customer = payment.order.get("customer", {})
        if token := customer.get("customerToken"):
            payment.check_in = self._check_ins.spend(payment.unit, token)
            payment.phone_number = payment.check_in.phone_number
        elif code := customer.get("personalQr"):
            payment.phone_number = by_own_code(code)
        elif number := customer.get("phoneNumber"):
            payment.phone_number = check_phone_number(number)

    def _check_capture(self, payment: Payment, amount: int, currency: str) -> None:
        if payment.state is not State.AUTHORIZED:
            raise problem(_CAPTURE_IN.get(payment.state, Code.CAPTURE_IN_WRONG_STATE))
        if payment.reserved == 0:
            raise problem(_nothing_to_capture(payment))
        _check_amount(payment, amount, currency)
        if amount > payment.reserved:
            raise problem(Code.CAPTURE_TOO_HIGH)
        if amount < payment.reserved and not payment.unit.partial_capture:
            raise problem(Code.NO_PARTIAL_CAPTURE)
        if self._knobs.funds_are_gone:
            raise problem(Code.FUNDS_GONE)

    def _check_refund(self, payment: Payment, amount: int, currency: str) -> None:
        if payment.state is State.CREATED:
            raise problem(Code.REFUND_BEFORE_APPROVAL)
        if payment.captured == 0:
            raise problem(Code.REFUND_IN_WRONG_STATE)
        if self._knobs.refuses_refunds:
            raise problem(Code.NO_REFUNDS)
        if _age(payment, self._timeline.now) > timedelta(seconds=self._knobs.refund_window):
            raise problem(Code.REFUND_TOO_LATE)
        _check_amount(payment, amount, currency)
        if payment.refundable == 0:
            raise problem(Code.REFUNDED_ALREADY)
        if amount > payment.refundable:
            raise problem(Code.REFUND_TOO_HIGH)

    def _expire(self, payment: Payment) -> None:
        if payment.state is State.CREATED:
            self._end(payment, State.EXPIRED)

    def _lapse(self, payment: Payment) -> None:
        if payment.reserved:
            payment.is_lapsed = True
            self._release(payment)

    def _end(self, payment: Payment, state: State) -> None:
        payment.is_being_approved = False
        payment.state = state
        self._note(payment, state, payment.amount, key=payment.key, psp_reference=payment.psp_reference)

    def _release(self, payment: Payment) -> None:
        released = payment.reserved
        payment.cancelled += released
        self._note(payment, "CANCELLED", released, key=None)

    def _shown(self, payment: Payment, key: str | None) -> str | None:
        return key if self._knobs.keys_in_events else payment.key

    def _note(
        self, payment: Payment, name: str, amount: int, *, key: str | None, psp_reference: str | None = None
    ) -> None:
        event = Event(str(name), psp_reference or str(uuid4()), amount, self._timeline.now, key)
        self._payments.note(payment, event)


_CAPTURE_IN = {State.CREATED: Code.CAPTURE_BEFORE_APPROVAL, State.TERMINATED: Code.CAPTURE_OF_CANCELLED}


def _check_order(unit: SalesUnit, order: dict[str, Any]) -> None:
    flow, amount = order["userFlow"], order["amount"]
    checks = (
        (amount["currency"] in unit.currencies, Code.OTHER_CURRENCY),
        (amount["value"] >= LEAST[amount["currency"]], Code.AMOUNT_TOO_SMALL),
        (order.get("expiresAt") is None, Code.NO_LONG_LIFE),
        (order["paymentMethod"]["type"] == "WALLET" or flow == "WEB_REDIRECT", Code.PAYMENT_TYPE),
        (flow != "PUSH_MESSAGE" or "customer" in order, Code.FIELD_MISSING),
        (flow != "WEB_REDIRECT" or "returnUrl" in order, Code.FIELD_MISSING),
        (flow != "PUSH_MESSAGE" or unit.push_allowed, Code.NO_PUSH),
    )
    for is_fine, code in checks:
        if not is_fine:
            raise problem(code)


def _check_amount(payment: Payment, amount: int, currency: str) -> None:
    if currency != payment.currency:
        raise problem(Code.OTHER_CURRENCY)
    if amount == 0:
        raise problem(Code.AMOUNT_TOO_SMALL)


def _check_cancel(payment: Payment, *, only_unapproved: bool) -> None:
    if payment.state is not State.AUTHORIZED:
        raise problem(Code.CANCEL_IN_WRONG_STATE)
    if only_unapproved:
        raise problem(Code.CANCEL_OF_APPROVED)
    if payment.is_lapsed:
        raise problem(Code.CANCEL_TOO_LATE)
    if payment.reserved == 0:
        raise problem(Code.CANCEL_OF_CAPTURED if payment.captured else Code.CANCEL_OF_CANCELLED)


def _nothing_to_capture(payment: Payment) -> Code:
    if payment.is_lapsed:
        return Code.CAPTURE_TOO_LATE
    return Code.CAPTURED_ALREADY if payment.captured else Code.CAPTURE_OF_CANCELLED


def _must_wait(payment: Payment) -> None:
    if payment.state is not State.CREATED:
        raise problem(Code.APPROVED_ALREADY)


def _age(payment: Payment, now: datetime) -> timedelta:
    """How long ago the customer approved; what has been captured, was approved."""
    return now - (payment.approved_at or now)
