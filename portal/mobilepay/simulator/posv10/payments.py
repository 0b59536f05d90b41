"""Payments and the moves between their states (protocol section 7)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import uuid4

from portal.mobilepay.simulator.core.timeline import Timeline
from portal.mobilepay.simulator.posv10.bodies import PastPayment, Terms
from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.knobs import Knobs
from portal.mobilepay.simulator.posv10.ownership import Caller
from portal.mobilepay.simulator.posv10.people import Person
from portal.mobilepay.simulator.posv10.points_of_sale import CheckIn, PointOfSale


class Status(StrEnum):
    PREPARED = "Prepared"
    INITIATED = "Initiated"
    PAIRED = "Paired"
    ISSUED_TO_USER = "IssuedToUser"
    RESERVED = "Reserved"
    CAPTURED = "Captured"
    CANCELLED_BY_USER = "CancelledByUser"
    CANCELLED_BY_CLIENT = "CancelledByClient"
    CANCELLED_BY_MOBILEPAY = "CancelledByMobilePay"
    EXPIRED_AND_CANCELLED = "ExpiredAndCancelled"


ACTIVE = frozenset({Status.PREPARED, Status.INITIATED, Status.PAIRED, Status.ISSUED_TO_USER})
OPEN = ACTIVE | {Status.RESERVED}
WITH_CUSTOMER = {Status.PREPARED: Status.PAIRED, Status.INITIATED: Status.ISSUED_TO_USER}


@dataclass
class Payment:
    """`terms` are unknown while a prepared payment has no amount; amounts are in major units."""

    payment_id: str
    pos: PointOfSale
    owner: Caller
    order_id: str
    status: Status
    is_prepared: bool
    terms: Terms | None
    customer: CheckIn | None = None
    expires_at: datetime | None = None
    captured_amount: Decimal = Decimal(0)
    captured_at: datetime | None = None


class Payments:
    def __init__(self, timeline: Timeline, knobs: Knobs) -> None:
        self._timeline = timeline
        self._knobs = knobs
        self._by_id: dict[str, Payment] = {}
        self._by_pos: defaultdict[str, list[Payment]] = defaultdict(list)
        self._latest: dict[tuple[Caller, str], Payment] = {}

    def __iter__(self) -> Iterator[Payment]:
        return iter(self._by_id.values())

    def get(self, payment_id: str) -> Payment | None:
        return self._by_id.get(payment_id.lower())

    def active_at(self, pos: PointOfSale) -> Payment | None:
        """The payment that blocks the point of sale."""
        return self._by_id[pos.active_payment_id] if pos.active_payment_id else None

    def latest_at(self, pos: PointOfSale) -> Payment | None:
        """The last payment started at the point of sale, whatever became of it."""
        return self._by_pos[pos.pos_id][-1] if self._by_pos[pos.pos_id] else None

    def find(self, caller: Caller, *, pos_id: str | None, order_id: str | None, captured: bool) -> list[Payment]:
        """The caller's captured payments, or those still open; an order id finds only its latest one (6.1).

        400/1109 when there is neither a point of sale nor an order id to go by.
        """
        if order_id is not None:
            latest = self._latest.get((caller, order_id))
            candidates = [latest] if latest else []
        elif pos_id is not None:
            candidates = self._by_pos.get(pos_id, [])
        else:
            raise Refusal(Code.PAYMENT_FILTER_TOO_WIDE)
        wanted = {Status.CAPTURED} if captured else OPEN
        return [
            payment
            for payment in candidates
            if payment.owner == caller and payment.status in wanted and pos_id in (None, payment.pos.pos_id)
        ]

    def start(self, caller: Caller, pos: PointOfSale, order_id: str, terms: Terms | None) -> Payment:
        """Initiate a payment, or prepare one while it has no terms; who is checked in is asked at once.

        409/1204 when the store is not activated, 409/1301 when a payment is active at the point of sale.
        """
        if not pos.store.activated:
            raise Refusal(Code.STORE_NOT_ACTIVATED)
        if pos.active_payment_id:
            raise Refusal(Code.PAYMENT_ALREADY_ACTIVE)
        payment = Payment(
            payment_id=str(uuid4()),
            pos=pos,
            owner=caller,
            order_id=order_id,
            status=Status.INITIATED if terms else Status.PREPARED,
            is_prepared=terms is None,
            terms=terms,
        )
        self._by_id[payment.payment_id] = payment
        self._by_pos[pos.pos_id].append(payment)
        self._latest[caller, order_id] = payment
        pos.active_payment_id = payment.payment_id
        self._move(payment, payment.status)
        if pos.check_in:
            self.pair(payment, pos.check_in)
        return payment

    def remember(self, pos: PointOfSale, past: PastPayment) -> None:
        """Take a payment into the books that was captured before, so that it can be refunded."""
        terms = past.order.terms
        payment = Payment(
            payment_id=past.payment_id,
            pos=pos,
            owner=pos.owner,
            order_id=past.order.order_id,
            status=Status.CAPTURED,
            is_prepared=False,
            terms=terms,
            captured_amount=terms.amount if terms else Decimal(0),
            captured_at=past.captured_at,
        )
        self._by_id[payment.payment_id] = payment
        self._latest.setdefault((pos.owner, payment.order_id), payment)

    def pair(self, payment: Payment, customer: CheckIn) -> None:
        """Bring an active payment and a customer together; a later customer takes over."""
        payment.customer = customer
        self._move(payment, WITH_CUSTOMER.get(payment.status, payment.status))

    def ready(self, payment: Payment, terms: Terms) -> None:
        """Give a prepared payment its amount. Again with the same terms changes nothing; else 409/1303."""
        if payment.is_prepared and payment.terms == terms:
            return
        if payment.status not in {Status.PREPARED, Status.PAIRED}:
            raise Refusal(Code.NOT_PREPARED)
        payment.terms = terms
        self._move(payment, Status.ISSUED_TO_USER if payment.customer else Status.INITIATED)

    def accept(self, payment: Payment, person: Person) -> None:
        """The customer swipes: the money is reserved, or the payment is cancelled when the card is declined.

        A card the restrictions rule out changes nothing: the app would ask for another card (7.1).
        """
        if payment.terms is None or payment.customer is None or payment.customer.person != person:
            raise Refusal(Code.PAYMENT_NOT_FOUND, "No payment is asked of this customer")
        if payment.terms.restrictions and payment.terms.restrictions.forbid(person.card):
            raise Refusal(Code.BAD_REQUEST, f"A {person.card} card is not allowed for this payment")
        declined = self._knobs.decline_reservations
        self._move(payment, Status.CANCELLED_BY_MOBILEPAY if declined else Status.RESERVED)

    def cancel_by_user(self, payment: Payment) -> None:
        """The customer says no in the app, which only works once the payment is theirs."""
        if payment.customer is None:
            raise Refusal(Code.PAYMENT_NOT_FOUND, "No customer has this payment")
        self._move(payment, Status.CANCELLED_BY_USER)

    def capture(self, payment: Payment, amount: Decimal) -> None:
        """Take reserved money, once; again with the same amount changes nothing (7.3)."""
        if payment.status == Status.CAPTURED:
            if amount != payment.captured_amount:
                raise Refusal(Code.CAPTURED_OTHERWISE)
            return
        if payment.status != Status.RESERVED or payment.terms is None or payment.customer is None:
            raise Refusal(Code.NOT_RESERVED)
        if amount > payment.terms.amount:
            raise Refusal(Code.MORE_THAN_RESERVED)
        if amount < payment.terms.amount and not payment.customer.person.partial_capture:
            raise Refusal(Code.NO_PARTIAL_CAPTURE)
        payment.captured_amount = amount
        payment.captured_at = self._timeline.now
        self._move(payment, Status.CAPTURED)

    def cancel(self, payment: Payment) -> None:
        """Call the payment off; again changes nothing. 409/1300 once it ended in any other way (7.4)."""
        if payment.status == Status.CANCELLED_BY_CLIENT:
            return
        if payment.status not in OPEN:
            raise Refusal(Code.CANNOT_CANCEL)
        self._move(payment, Status.CANCELLED_BY_CLIENT)

    def _move(self, payment: Payment, status: Status) -> None:
        payment.status = status
        if status in ACTIVE:
            self._time_out(payment, self._knobs.inactivity_timeout, Status.CANCELLED_BY_MOBILEPAY)
            return
        if payment.pos.active_payment_id == payment.payment_id:
            payment.pos.active_payment_id = None
            payment.pos.check_in = None
        payment.expires_at = None
        if status == Status.RESERVED:
            self._time_out(payment, self._knobs.reservation_lifetime, Status.EXPIRED_AND_CANCELLED)

    def _time_out(self, payment: Payment, seconds: float, end: Status) -> None:
        def expire() -> None:
            if payment.expires_at == self._timeline.now:
                self._move(payment, end)

        payment.expires_at = self._timeline.after(seconds, expire)
