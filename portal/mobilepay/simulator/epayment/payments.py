"""Payments, their sums, and the events that are told of them. All amounts are in minor units."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from portal.mobilepay.simulator.epayment.check_ins import CheckIn
from portal.mobilepay.simulator.epayment.units import SalesUnit


class State(StrEnum):
    CREATED = "CREATED"
    ABORTED = "ABORTED"
    EXPIRED = "EXPIRED"
    TERMINATED = "TERMINATED"
    AUTHORIZED = "AUTHORIZED"


@dataclass(frozen=True)
class Event:
    """`name` is in capitals, as in the event log; `key` is the idempotency key it shows, if any."""

    name: str
    psp_reference: str
    amount: int
    at: datetime
    key: str | None


@dataclass
class Payment:
    """What was asked for is in `order`, the body of the create.

    `cancelled` is what was let go of the reservation; a payment that was terminated shows its amount there although
    nothing was ever reserved. `is_lapsed` says that time did it.
    """

    unit: SalesUnit
    order: dict[str, Any]
    key: str
    psp_reference: str = field(default_factory=lambda: str(uuid4()))
    state: State = State.CREATED
    phone_number: str | None = None
    check_in: CheckIn | None = None
    is_being_approved: bool = False
    is_lapsed: bool = False
    authorized: int = 0
    captured: int = 0
    cancelled: int = 0
    refunded: int = 0
    expires_at: datetime | None = None
    approved_at: datetime | None = None
    guaranteed_until: datetime | None = None
    events: list[Event] = field(default_factory=list)

    @property
    def reference(self) -> str:
        return str(self.order["reference"])

    @property
    def amount(self) -> int:
        return int(self.order["amount"]["value"])

    @property
    def currency(self) -> str:
        return str(self.order["amount"]["currency"])

    @property
    def reserved(self) -> int:
        """What can still be captured."""
        return self.authorized - self.captured - self.cancelled if self.state is State.AUTHORIZED else 0

    @property
    def refundable(self) -> int:
        return self.captured - self.refunded


class Payments:
    """The book of payments; `tell` hears of every event as it happens."""

    def __init__(self, tell: Callable[[Payment, Event], None]) -> None:
        self._tell = tell
        self._by_reference: dict[tuple[str, str], Payment] = {}
        self._newest: dict[str, Payment] = {}
        self._by_token: dict[str, Payment] = {}
        self._by_phone: dict[str, Payment] = {}

    def __iter__(self) -> Iterator[Payment]:
        return iter(self._by_reference.values())

    def get(self, msn: str, reference: str) -> Payment | None:
        return self._by_reference.get((msn, reference))

    def named(self, reference: str) -> Payment | None:
        """The newest with this reference, whichever sales unit's: a customer knows of no units."""
        return self._newest.get(reference)

    def asked_of(self, check_in: CheckIn) -> Payment | None:
        """What was asked of somebody who checked in; nobody can be asked twice.

        Whoever has scanned again since still has on their phone what they were asked before.
        """
        before = self._by_phone.get(check_in.phone_number)
        is_still_asked = before is not None and before.state is State.CREATED
        return self._by_token.get(check_in.token) or (before if is_still_asked else None)

    def add(self, payment: Payment) -> None:
        self._by_reference[payment.unit.msn, payment.reference] = payment
        self._newest[payment.reference] = payment
        if payment.check_in:
            self._by_token[payment.check_in.token] = payment
            self._by_phone[payment.check_in.phone_number] = payment

    def note(self, payment: Payment, event: Event) -> None:
        """Write an event into the payment's log, and tell of it."""
        payment.events.append(event)
        self._tell(payment, event)
