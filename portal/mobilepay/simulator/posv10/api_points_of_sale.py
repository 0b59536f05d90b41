"""The point-of-sale operations (protocol section 6.2)."""

from typing import Any

from portal.mobilepay.simulator.posv10.admission import AdmittedCall
from portal.mobilepay.simulator.posv10.bodies import NewPointOfSale
from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.customer_view import customer_fields
from portal.mobilepay.simulator.posv10.ownership import Caller, must_own
from portal.mobilepay.simulator.posv10.points_of_sale import PointOfSale
from portal.mobilepay.simulator.posv10.world import World


def create(world: World, call: AdmittedCall) -> dict[str, Any]:
    new = NewPointOfSale.read(call.body())
    pos_id = world.replays.once(
        call.caller,
        call.key,
        request=new,
        create=lambda: world.points_of_sale.create(call.caller, new).pos_id,
    )
    return {"posId": pos_id}


def get(world: World, call: AdmittedCall, pos_id: str) -> dict[str, Any]:
    pos = _owned(world, call.caller, pos_id, Code.POS_OF_OTHER_MERCHANT)
    fields = {
        "posId": pos.pos_id,
        "merchantPosId": pos.merchant_pos_id,
        "storeId": pos.store.store_id,
        "name": pos.name,
        "beaconId": pos.beacon_id,
        "supportedBeaconTypes": list(pos.supported_beacon_types),
        "requirePaymentBeforeCheckin": pos.require_payment_before_checkin,
    }
    return fields if pos.callback_alias is None else {**fields, "callbackAlias": pos.callback_alias}


def find(world: World, call: AdmittedCall) -> dict[str, Any]:
    filters = call.query()
    store_id = filters.optional_guid("storeId")
    beacon_id = filters.optional_text("beaconId")
    merchant_pos_id = filters.optional_text("merchantPosId")
    if store_id is None and beacon_id is None and merchant_pos_id is None:
        raise Refusal(Code.POS_FILTER_TOO_WIDE)
    found = world.points_of_sale.find(
        call.caller,
        store_id=store_id,
        beacon_id=beacon_id and beacon_id.lower(),
        merchant_pos_id=merchant_pos_id,
    )
    return {"posIds": [pos.pos_id for pos in found]}


def delete(world: World, call: AdmittedCall, pos_id: str) -> None:
    world.points_of_sale.delete(call.caller, pos_id)


def get_check_in(world: World, call: AdmittedCall, pos_id: str) -> dict[str, Any]:
    pos = _owned(world, call.caller, pos_id, Code.POS_OF_OTHER_INTEGRATOR)
    fields: dict[str, Any] = {
        "isUserCheckedIn": pos.check_in is not None,
        "pollDelayInMs": world.knobs.check_in_poll_delay_in_ms,
    }
    return fields | customer_fields(world, pos.check_in) if pos.check_in else fields


def _owned(world: World, caller: Caller, pos_id: str, other_merchant: Code) -> PointOfSale:
    pos = world.points_of_sale.get(pos_id)
    if pos is None:
        raise Refusal(Code.NOT_FOUND)
    must_own(caller, pos.owner, other_integrator=Code.POS_OF_OTHER_INTEGRATOR, other_merchant=other_merchant)
    return pos
