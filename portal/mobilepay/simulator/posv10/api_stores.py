"""The store operations (protocol section 6.3)."""

from typing import Any

from portal.mobilepay.simulator.posv10.admission import AdmittedCall
from portal.mobilepay.simulator.posv10.merchants import Store
from portal.mobilepay.simulator.posv10.world import World


def get(world: World, call: AdmittedCall, store_id: str) -> dict[str, Any]:
    return describe(world.stores.get(call.caller, store_id))


def find(world: World, call: AdmittedCall) -> dict[str, Any]:
    return {"storeIds": [store.store_id for store in _filtered(world, call)]}


def find_detailed(world: World, call: AdmittedCall) -> list[dict[str, Any]]:
    return [describe(store) for store in _filtered(world, call)]


def describe(store: Store) -> dict[str, Any]:
    """The store as GetStore answers it."""
    return {
        "storeId": store.store_id,
        "storeName": store.name,
        "storeStreet": store.street,
        "storeZipCode": store.zip_code,
        "storeCity": store.city,
        "brandName": store.brand_name,
        "merchantBrandId": store.merchant_brand_id,
        "merchantLocationId": store.merchant_location_id,
    }


def _filtered(world: World, call: AdmittedCall) -> list[Store]:
    filters = call.query()
    return world.stores.find(
        call.caller, filters.optional_text("merchantBrandId"), filters.optional_text("merchantLocationId")
    )
