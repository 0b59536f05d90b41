"""Everything the simulator knows, under one lock and brought up to date at every touch."""

from collections.abc import Mapping
from typing import Any, Self

from portal.mobilepay.simulator.core.clock import Clock
from portal.mobilepay.simulator.core.world import NetworkWorld
from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.knobs import Knobs
from portal.mobilepay.simulator.posv10.merchants import Merchant, read_merchants
from portal.mobilepay.simulator.posv10.payments import Payment, Payments
from portal.mobilepay.simulator.posv10.people import person_with
from portal.mobilepay.simulator.posv10.points_of_sale import PointOfSale, PointsOfSale
from portal.mobilepay.simulator.posv10.refunds import Refunds
from portal.mobilepay.simulator.posv10.replays import Replays
from portal.mobilepay.simulator.posv10.stores import Stores


class World(NetworkWorld[Knobs]):
    """MobilePay's rules and books, without any HTTP. Look inside only within `present()`."""

    def __init__(self, merchants: list[Merchant], *, clock: Clock | None = None, knobs: Knobs | None = None) -> None:
        self.merchants = merchants
        super().__init__(clock=clock, knobs=knobs or Knobs())
        self.stores = Stores(store for merchant in merchants for store in merchant.stores)
        self.points_of_sale = PointsOfSale(self.timeline, self.knobs, self.stores)
        self.payments = Payments(self.timeline, self.knobs)
        self.refunds = Refunds(self.timeline, self.knobs)
        self.replays = Replays(self.timeline, self.knobs)

    @classmethod
    def load(cls, document: Mapping[str, Any], *, clock: Clock | None = None, knobs: Knobs | None = None) -> Self:
        """Build the world from the portal's import format; see `read_merchants`."""
        return cls(read_merchants(document), clock=clock, knobs=knobs)

    def check_in(self, beacon_id: str, phone_number: str) -> None:
        """A customer scans the QR code: their app shows the active payment, or waits for one.

        409/1001 where the point of sale lets nobody check in before there is a payment.
        """
        with self.present():
            pos = self._pos_at(beacon_id)
            payment = self.payments.active_at(pos)
            if payment is None and pos.require_payment_before_checkin:
                raise Refusal(Code.PAYMENT_NOT_FOUND, "Nobody can check in here before there is a payment")
            check_in = self.points_of_sale.check_in(pos, person_with(phone_number))
            if payment:
                self.payments.pair(payment, check_in)

    def accept_payment(self, beacon_id: str, phone_number: str) -> None:
        """The customer accepts what is asked of them; 409/1001 when nothing is."""
        with self.present():
            self.payments.accept(self._payment_at(beacon_id), person_with(phone_number))

    def cancel_payment_by_user(self, beacon_id: str) -> None:
        """The customer declines what is asked of them; 409/1001 when nothing is."""
        with self.present():
            self.payments.cancel_by_user(self._payment_at(beacon_id))

    def _pos_at(self, beacon_id: str) -> PointOfSale:
        pos = self.points_of_sale.at_beacon(beacon_id)
        if pos is None:
            raise Refusal(Code.POS_NOT_FOUND)
        return pos

    def _payment_at(self, beacon_id: str) -> Payment:
        payment = self.payments.active_at(self._pos_at(beacon_id))
        if payment is None:
            raise Refusal(Code.PAYMENT_NOT_FOUND)
        return payment
