"""What the portal asks of a payment network, on behalf of one merchant."""

from typing import Protocol
from uuid import UUID

from portal.mobilepay.types import (
    CheckIn,
    PaymentStatus,
    PointOfSaleInfo,
    PointOfSaleOrder,
    RefundStatus,
    StoreInfo,
)
from portal.money import Money


class Gateway(Protocol):
    """Every method may raise the errors of `portal.mobilepay.errors`.

    `key` is the idempotency key of one intention: made and stored before the first try, the same on
    every later one. Remote ids are the network's own; a repeated write changes nothing.
    """

    def register_pos(self, order: PointOfSaleOrder, *, key: UUID) -> str:
        """Register a point of sale and give its id."""

    def delete_pos(self, pos_id: str) -> None:
        """Delete it; raises NotFound for one that is gone, or that something on the way does not know."""

    def pos(self, pos_id: str) -> PointOfSaleInfo: ...

    def find_pos(self, merchant_pos_id: str) -> str | None:
        """The id of the live point of sale that carries our own id, if there is one."""

    def stores(self) -> list[StoreInfo]:
        """All stores of the merchant."""

    def store(self, store_id: str) -> StoreInfo: ...

    def check_in(self, pos_id: str) -> CheckIn:
        """Who stands at the point of sale now."""

    def initiate(self, *, pos_id: str, order_id: str, amount: Money, key: UUID) -> str:
        """Ask the customer for money and give the payment's remote id."""

    def prepare(self, *, pos_id: str, order_id: str, key: UUID) -> str:
        """Open a payment whose amount is not known yet and give its remote id."""

    def ready(self, remote_id: str, *, amount: Money, key: UUID) -> None:
        """Give a prepared payment its amount."""

    def look_up(self, remote_id: str) -> PaymentStatus:
        """How the payment stands; raises Contradiction when the answer is about another one."""

    def find(self, *, pos_id: str, order_id: str | None = None) -> list[str]:
        """Remote ids of the active and reserved payments on a point of sale."""

    def capture(self, remote_id: str, *, amount: Money, key: UUID) -> None:
        """Take reserved money."""

    def cancel(self, remote_id: str, *, key: UUID) -> None:
        """End a payment that is not captured."""

    def create_refund(self, remote_id: str, *, refund_order_id: str, amount: Money, key: UUID) -> str:
        """Open a refund of a captured payment and give its remote id."""

    def look_up_refund(self, refund_id: str) -> RefundStatus:
        """How the refund stands; raises Contradiction when the answer is about another one."""

    def find_refunds(self, remote_id: str) -> list[str]:
        """Remote ids of all refunds of a payment."""

    def capture_refund(self, refund_id: str, *, key: UUID) -> None:
        """Pay a reserved refund out."""

    def cancel_refund(self, refund_id: str, *, key: UUID) -> None:
        """End a refund that is not paid out."""
