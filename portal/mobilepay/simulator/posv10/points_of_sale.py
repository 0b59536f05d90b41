"""Points of sale and who is checked in at them (protocol section 9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import uuid4

from portal.mobilepay.simulator.core.timeline import Timeline
from portal.mobilepay.simulator.posv10.bodies import NewPointOfSale
from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.knobs import Knobs
from portal.mobilepay.simulator.posv10.merchants import Store
from portal.mobilepay.simulator.posv10.ownership import Caller, must_own
from portal.mobilepay.simulator.posv10.people import Person
from portal.mobilepay.simulator.posv10.stores import Stores


@dataclass(frozen=True)
class CheckIn:
    person: Person
    at: datetime


@dataclass
class PointOfSale:
    pos_id: str
    owner: Caller
    store: Store
    merchant_pos_id: str
    name: str
    beacon_id: str
    supported_beacon_types: tuple[str, ...]
    require_payment_before_checkin: bool
    callback_alias: str | None
    check_in: CheckIn | None = None
    active_payment_id: str | None = None
    is_deleted: bool = False


class PointsOfSale:
    def __init__(self, timeline: Timeline, knobs: Knobs, stores: Stores) -> None:
        self._timeline = timeline
        self._knobs = knobs
        self._stores = stores
        self._by_id: dict[str, PointOfSale] = {}
        self._by_beacon: dict[str, PointOfSale] = {}

    def __iter__(self) -> Iterator[PointOfSale]:
        """The points of sale that are not deleted."""
        return iter(self._by_beacon.values())

    def create(self, caller: Caller, new: NewPointOfSale, *, pos_id: str | None = None) -> PointOfSale:
        """Register a point of sale, by the id that it had before or a new one.

        Its merchantPosId is unique for the caller (1200) and its beacon in the world (1202), until deletion.
        """
        store = self._stores.named(caller, new.store_id)
        if self.find(caller, merchant_pos_id=new.merchant_pos_id):
            raise Refusal(Code.MERCHANT_POS_ID_TAKEN)
        beacon_id = (new.beacon_id or str(uuid4())).lower()
        if beacon_id in self._by_beacon:
            raise Refusal(Code.BEACON_ID_TAKEN)
        pos = PointOfSale(
            pos_id=pos_id or str(uuid4()),
            owner=caller,
            store=store,
            merchant_pos_id=new.merchant_pos_id,
            name=new.name,
            beacon_id=beacon_id,
            supported_beacon_types=new.supported_beacon_types,
            require_payment_before_checkin=new.require_payment_before_checkin,
            callback_alias=new.callback_alias,
        )
        self._by_id[pos.pos_id] = self._by_beacon[beacon_id] = pos
        return pos

    def get(self, pos_id: str) -> PointOfSale | None:
        """The point of sale, unless it is unknown or deleted."""
        pos = self._by_id.get(pos_id.lower())
        return None if pos is None or pos.is_deleted else pos

    def at_beacon(self, beacon_id: str) -> PointOfSale | None:
        return self._by_beacon.get(beacon_id.lower())

    def find(
        self,
        caller: Caller,
        *,
        store_id: str | None = None,
        beacon_id: str | None = None,
        merchant_pos_id: str | None = None,
    ) -> list[PointOfSale]:
        """The caller's points of sale that match every filter given."""
        return [
            pos
            for pos in self
            if pos.owner == caller
            and store_id in (None, pos.store.store_id)
            and beacon_id in (None, pos.beacon_id)
            and merchant_pos_id in (None, pos.merchant_pos_id)
        ]

    def delete(self, caller: Caller, pos_id: str) -> None:
        """Free the point of sale's ids; its reserved payments can still be captured or cancelled.

        Deleting again is 404, or succeeds when the knob says so: the protocol documents both.
        """
        pos = self._by_id.get(pos_id.lower())
        if pos is None or (pos.is_deleted and not self._knobs.delete_again_succeeds):
            raise Refusal(Code.NOT_FOUND)
        must_own(
            caller,
            pos.owner,
            other_integrator=Code.POS_OF_OTHER_INTEGRATOR,
            other_merchant=Code.DELETE_FOR_OTHER_MERCHANT,
        )
        if not pos.is_deleted:
            pos.is_deleted = True
            pos.check_in = None
            del self._by_beacon[pos.beacon_id]

    def check_in(self, pos: PointOfSale, person: Person) -> CheckIn:
        """Note who is there, in place of anybody before; without a payment they leave after a while."""
        pos.check_in = CheckIn(person, self._timeline.now)
        self._timeline.after(self._knobs.check_in_lifetime, partial(_forget_idle, pos, pos.check_in))
        return pos.check_in


def _forget_idle(pos: PointOfSale, check_in: CheckIn) -> None:
    if pos.check_in is check_in and pos.active_payment_id is None:
        pos.check_in = None
