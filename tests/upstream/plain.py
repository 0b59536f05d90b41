"""A network unlike PoS V10: it cannot list, has no prepared payments, and gives money back in one step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest

from portal.gateway import networks
from portal.mobilepay.errors import Contradiction, Reason, Refusal, Rejected, Unreachable
from portal.mobilepay.ports import Network, Rules
from portal.mobilepay.types import (
    CheckIn,
    Customer,
    PaymentOrder,
    PaymentRef,
    PaymentState,
    PaymentStatus,
    PointOfSaleInfo,
    PointOfSaleOrder,
    PointOfSaleRef,
    RefundOrder,
)
from portal.money import Money
from terminals.models import ProviderAccount
from tests.upstream.upstreams import CANCEL, CAPTURE, PAY_BACK, START

NOBODY = Customer(None, None, ())


@dataclass
class _Payment:
    order: PaymentOrder
    state: PaymentState = PaymentState.INITIATED
    captured: int = 0


@dataclass
class Plain:
    """Its books, and the trouble that is planned for its next calls."""

    payments_by_id: dict[str, _Payment] = field(default_factory=dict)
    answers: dict[tuple[str, UUID], str] = field(default_factory=dict)
    refunds: dict[UUID, int] = field(default_factory=dict)
    told: list[tuple[str, str]] = field(default_factory=list)
    lost: dict[str, bool] = field(default_factory=dict)
    refused: dict[str, Reason] = field(default_factory=dict)
    # None: a key is for ever.
    key_lifetime: timedelta | None = None
    # What happens elsewhere while it is being told.
    meanwhile: Callable[[], object] = lambda: None
    contradicts: bool = False
    # Whether it will not even say what was paid.
    keeps_silent: bool = False
    numbers: count = field(default_factory=count)

    def network(self, _account) -> Network:
        return Network(
            rules=Rules(
                key_lifetime=self.key_lifetime,
                reservation_lifetime=timedelta(days=14),
                refund_window=timedelta(days=365),
            ),
            payments=_Payments(self),
            registry=_Registry(),
            payouts=_Payouts(self),
            check_ins=_CheckIns(),
        )

    def once(self, act: str, key: UUID, do) -> str:
        """Carry out what was not carried out under this key before, with the trouble that is planned."""
        self.told.append((act, str(key)))
        is_done = self.lost.pop(act, None)
        if is_done is False:
            raise Unreachable("no answer")
        if act in self.refused:
            reason = self.refused.pop(act)
            is_about_the_thing = reason is not Reason.NOT_ALLOWED
            refusal = Refusal(reason, "this is not possible", is_about_the_thing=is_about_the_thing)
            raise Rejected("no", refusal=refusal, code="denied")
        if (act, key) not in self.answers:
            self.answers[act, key] = do()
        self.meanwhile()
        if self.contradicts:
            raise Contradiction({"amount": "99.00 DKK"})
        if is_done:
            raise Unreachable("no answer")
        return self.answers[act, key]

    # What tests do to it: see Upstream.

    def arrive(self) -> None:
        """It is told of a payment before anybody is there."""

    def accept(self) -> None:
        for payment in self.payments_by_id.values():
            if payment.state == PaymentState.INITIATED:
                payment.state = PaymentState.RESERVED

    def capture_elsewhere(self, minor: int) -> None:
        """Somebody takes the money in the network's own portal."""
        for payment in self.payments_by_id.values():
            payment.state, payment.captured = PaymentState.CAPTURED, minor

    def lose(self, act: str, *, is_done: bool) -> None:
        self.lost[act] = is_done

    def refuse(self, act: str, reason: Reason = Reason.NOT_ALLOWED) -> None:
        self.refused[act] = reason

    def payments(self) -> list[tuple[str, str, int]]:
        words = {PaymentState.INITIATED: "open", PaymentState.RESERVED: "reserved", PaymentState.CAPTURED: "captured"}
        known = self.payments_by_id.values()
        return [(each.order.order_id, words.get(each.state, "ended"), each.captured) for each in known]

    def paid_back(self) -> list[int]:
        return list(self.refunds.values())

    def keys(self, act: str) -> list[str]:
        return [key for told, key in self.told if told == act]


@dataclass
class _Payments:
    plain: Plain

    def create(self, order: PaymentOrder, *, key: UUID) -> str:
        def do() -> str:
            remote_id = f"plain-{next(self.plain.numbers)}"
            self.plain.payments_by_id[remote_id] = _Payment(order)
            return remote_id

        return self.plain.once(START, key, do)

    def status(self, ref: PaymentRef) -> PaymentStatus:
        payment = self.plain.payments_by_id.get(ref.remote_id)
        if payment is None:
            refusal = Refusal(Reason.NOT_FOUND, "there is no such payment", is_about_the_thing=True)
            raise Rejected("no", refusal=refusal, code="unknown")
        return PaymentStatus(
            remote_id=ref.remote_id,
            pos_id=payment.order.pos_id,
            order_id=payment.order.order_id,
            state=payment.state,
            poll_delay_ms=0,
            captured=Money(payment.captured, payment.order.amount.currency) if payment.captured else None,
            amount=payment.order.amount.major,
            currency=payment.order.amount.currency,
            customer=NOBODY,
            expires_at=None,
            partial_capture_possible=None,
        )

    def capture(self, ref: PaymentRef, *, amount: Money, key: UUID) -> None:
        def do() -> str:
            payment = self.plain.payments_by_id[ref.remote_id]
            payment.state, payment.captured = PaymentState.CAPTURED, amount.minor
            return ref.remote_id

        self.plain.once(CAPTURE, key, do)

    def cancel(self, ref: PaymentRef, *, key: UUID, only_if_unapproved: bool = False) -> None:
        def do() -> str:
            self.plain.payments_by_id[ref.remote_id].state = PaymentState.CANCELLED_BY_CLIENT
            return ref.remote_id

        self.plain.once(CANCEL, key, do)

    def find(self, order: PaymentOrder, *, is_anothers) -> PaymentStatus | None:
        for remote_id, payment in self.plain.payments_by_id.items():
            if payment.order.payment_id == order.payment_id:
                return self.status(PaymentRef(remote_id))
        return None


@dataclass
class _Payouts:
    plain: Plain

    def pay(self, order: RefundOrder, *, key: UUID) -> None:
        def do() -> str:
            self.plain.refunds[key] = order.amount.minor
            return str(key)

        self.plain.once(PAY_BACK, key, do)

    def is_paid(self, order: RefundOrder, *, key: UUID, **_books) -> bool:
        self.plain.meanwhile()
        if self.plain.keeps_silent:
            refusal = Refusal(Reason.NOT_ALLOWED, "this is not for you", is_about_the_thing=False)
            raise Rejected("no", refusal=refusal, code="denied")
        return key in self.plain.refunds


class _CheckIns:
    def current(self, pos_id: str) -> CheckIn:
        return CheckIn(is_user_checked_in=False, poll_delay_ms=0, customer=NOBODY)


@dataclass
class _Registry:
    known: dict[str, PointOfSaleOrder] = field(default_factory=dict)

    def register(self, order: PointOfSaleOrder, *, key: UUID) -> str:
        pos_id = str(uuid4())
        self.known[pos_id] = order
        return pos_id

    def delete(self, ref: PointOfSaleRef) -> None:
        del self.known[ref.pos_id]

    def record(self, ref: PointOfSaleRef) -> PointOfSaleInfo:
        pos_id, order = ref.pos_id, self.known[ref.pos_id]
        named = (order.merchant_pos_id, order.store_id, order.name, order.beacon_id)
        return PointOfSaleInfo(pos_id, *named, ("QR",), require_payment_before_check_in=False, callback_alias=None)

    def qr_content(self, ref: PointOfSaleRef) -> str:
        return f"plain:{ref.beacon_id}"

    def find(self, order: PointOfSaleOrder) -> str | None:
        wanted = order.merchant_pos_id
        return next((each for each, known in self.known.items() if known.merchant_pos_id == wanted), None)


def put_everybody_at(plain: Plain, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the test ends, every account of ours is at that network, and there is no other."""
    monkeypatch.setitem(networks._NETWORKS, "plain", plain.network)
    monkeypatch.setattr(networks, "addresses", lambda: {"plain": ""})
    ProviderAccount.objects.update(provider="plain")
