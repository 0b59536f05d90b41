"""What the portal asks of a payment network: one small protocol per ability, and a network as the bundle of its own.

Every method may raise the errors of `portal.mobilepay.errors`. `key` is the idempotency key of one intention: made and
stored before the first try, the same on every later one; a repeated write changes nothing. Remote ids are the
network's own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from portal.mobilepay.types import (
    CheckIn,
    PaymentOrder,
    PaymentRef,
    PaymentStatus,
    PointOfSaleInfo,
    PointOfSaleOrder,
    PointOfSaleRef,
    RefundOrder,
    RefundRef,
    RefundStatus,
    SalesUnit,
    StoreInfo,
    WebhookInfo,
    WebhookSecret,
)
from portal.money import Money

# Says of a remote id that another of our rows has it: it cannot be what is looked for.
IsAnothers = Callable[[str], bool]


class Payments(Protocol):
    """Every network has these."""

    def create(self, order: PaymentOrder, *, key: UUID) -> str:
        """Ask the customer for money and give the payment's remote id; the order has an amount."""

    def status(self, ref: PaymentRef) -> PaymentStatus:
        """How the payment stands; raises Contradiction when the answer is about another one."""

    def capture(self, ref: PaymentRef, *, amount: Money, key: UUID) -> None:
        """Take reserved money, or a part of it."""

    def cancel(self, ref: PaymentRef, *, key: UUID, only_if_unapproved: bool = False) -> None:
        """End a payment that is not captured; or only one that the customer has not approved, where that is told."""

    def find(self, order: PaymentOrder, *, is_anothers: IsAnothers) -> PaymentStatus | None:
        """What became of a create whose answer was lost; None is certain: the network has no such payment.

        Raises Unreachable or one of its kinds when that cannot be told.
        """


class PreparedPayments(Protocol):
    """Payments whose amount comes later; None where the portal waits for the amount by itself."""

    def prepare(self, order: PaymentOrder, *, key: UUID) -> str:
        """Open a payment whose amount is not known yet and give its remote id."""

    def ready(self, ref: PaymentRef, *, amount: Money, key: UUID) -> None:
        """Give a prepared payment its amount."""


class Releases(Protocol):
    """Letting go of what a capture has left; None where a capture does that by itself."""

    def release(self, ref: PaymentRef, *, key: UUID) -> None:
        """Free what is approved and not captured."""

    def is_released(self, ref: PaymentRef) -> bool:
        """Whether nothing is left to be freed."""


class TwoStepRefunds(Protocol):
    """Refunds that are reserved first, then paid out or cancelled; None where the portal reserves by itself."""

    def reserve(self, order: RefundOrder, *, key: UUID) -> str:
        """Open a refund of a captured payment and give its remote id."""

    def status(self, ref: RefundRef) -> RefundStatus:
        """How the refund stands; raises Contradiction when the answer is about another one."""

    def pay_out(self, ref: RefundRef, *, key: UUID) -> None:
        """Pay a reserved refund out."""

    def cancel(self, ref: RefundRef, *, key: UUID) -> None:
        """End a refund that is not paid out."""

    def find(self, order: RefundOrder, *, is_anothers: IsAnothers) -> RefundStatus | None:
        """What became of a reserve whose answer was lost; None is certain, as for payments."""

    def listed(self, payment: PaymentRef) -> list[str]:
        """Remote ids of all refunds of the payment."""


class OneStepRefunds(Protocol):
    """Refunds that are paid as soon as they are asked for; None where they are reserved first."""

    def pay(self, order: RefundOrder, *, key: UUID) -> None:
        """Give the money back."""

    def is_paid(
        self, order: RefundOrder, *, key: UUID, paid_before: Money, others_in_doubt: Money, is_key_forgotten: bool
    ) -> bool:
        """What became of a `pay` whose answer was lost; False is certain: the network has paid no such refund.

        `paid_before` is what we know to have gone back of the payment, `others_in_doubt` what else may have. While the
        key is known it can be told again, and nothing need be concluded from sums that others move too.
        Raises Unreachable or one of its kinds when that cannot be told.
        """


class PosRegistry(Protocol):
    def register(self, order: PointOfSaleOrder, *, key: UUID) -> str:
        """Register a point of sale and give its id."""

    def qr_content(self, ref: PointOfSaleRef) -> str:
        """What the code of a registered one says."""

    def delete(self, ref: PointOfSaleRef) -> None:
        """Delete it; rejected with NOT_FOUND for one that is gone, or that something on the way does not know."""

    def record(self, ref: PointOfSaleRef) -> PointOfSaleInfo:
        """The network's record of a point of sale."""

    def find(self, order: PointOfSaleOrder) -> str | None:
        """The network's id of the live registration that carries our own; None is certain: there is none."""


class CheckIns(Protocol):
    """Who stands at a point of sale; None where the portal is told of it."""

    def current(self, pos_id: str) -> CheckIn: ...


class PosSearch(Protocol):
    """Payments on a point of sale that perhaps only the network knows; None where there can be none."""

    def open_on(self, pos_id: str) -> list[str]:
        """Remote ids of the active and reserved payments on a point of sale."""


class Webhooks(Protocol):
    """Where the network sends word of what happens; None where it sends none."""

    def all(self) -> list[WebhookInfo]:
        """Every registration of the account, ours and others'."""

    def register(self, url: str, events: Sequence[str]) -> WebhookSecret:
        """Have these events sent there; the secret is told this once."""

    def delete(self, webhook_id: str) -> None: ...


class SalesUnits(Protocol):
    """What an account is set up for; None where the network has no such record."""

    def one(self) -> SalesUnit | None:
        """The account's own record; None where it does not tell, as in a test environment."""


class Stores(Protocol):
    """The merchant's stores; None where only the portal knows them."""

    def all(self) -> list[StoreInfo]: ...

    def one(self, store_id: str) -> StoreInfo: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """A network's constants: no length of time about a network stands anywhere else."""

    # What is older is looked up and never sent again; None when a key is for ever.
    key_lifetime: timedelta | None
    # How long a reservation holds at most.
    reservation_lifetime: timedelta
    # How long a payment can be refunded: after its capture, or already after its approval.
    refund_window: timedelta
    refund_window_from_approval: bool = False
    # It counts how often it is told something, and asks to come back: then nobody tells it anything before.
    counts_calls: bool = False
    # How long a check-in that the portal was told of names its customer; None where the network keeps them itself.
    check_in_lifetime: timedelta | None = None
    # What its support calls a payment, a refund and a point of sale that are not there; empty where it has no code.
    no_payment_code: str = ""
    no_refund_code: str = ""
    no_pos_code: str = ""

    def is_key_forgotten(self, age: timedelta) -> bool:
        """Whether the network may know a key of that age no longer."""
        return self.key_lifetime is not None and age > self.key_lifetime


@dataclass(frozen=True, slots=True)
class Network:
    """What one merchant can do at a network. An ability that is None is one that the portal has by itself.

    Every network has one kind of refunds: `refunds` in two steps, or `payouts` in one.
    """

    rules: Rules
    payments: Payments
    registry: PosRegistry
    refunds: TwoStepRefunds | None = None
    payouts: OneStepRefunds | None = None
    prepared: PreparedPayments | None = None
    check_ins: CheckIns | None = None
    search: PosSearch | None = None
    stores: Stores | None = None
    releases: Releases | None = None
    webhooks: Webhooks | None = None
    sales_units: SalesUnits | None = None
