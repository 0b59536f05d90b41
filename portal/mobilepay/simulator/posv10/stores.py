"""The stores a merchant can look up (protocol sections 6.3 and 9)."""

from collections.abc import Iterable

from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.formats import is_brand_id, is_location_id
from portal.mobilepay.simulator.posv10.merchants import Store
from portal.mobilepay.simulator.posv10.ownership import Caller


class Stores:
    def __init__(self, stores: Iterable[Store]) -> None:
        self._by_id = {store.store_id: store for store in stores}

    def get(self, caller: Caller, store_id: str) -> Store:
        """The merchant's store; 404 for an unknown one and for another merchant's."""
        store = self._by_id.get(store_id.lower())
        if store is None or store.vat_number != caller.vat_number:
            raise Refusal(Code.NOT_FOUND)
        return store

    def named(self, caller: Caller, store_id: str) -> Store:
        """The merchant's store whose id came in a body; 409/1002, or 403/1403 for another merchant's."""
        store = self._by_id.get(store_id)
        if store is None:
            raise Refusal(Code.STORE_NOT_FOUND)
        if store.vat_number != caller.vat_number:
            raise Refusal(Code.STORE_OF_OTHER_MERCHANT)
        return store

    def find(self, caller: Caller, brand_id: str | None, location_id: str | None) -> list[Store]:
        """The merchant's stores: all, a brand's, or the one at a brand's location (1119, 1120, 1122)."""
        if brand_id is not None and not is_brand_id(brand_id):
            raise Refusal(Code.INVALID_BRAND_ID)
        if location_id is not None and not is_location_id(location_id):
            raise Refusal(Code.INVALID_LOCATION_ID)
        if location_id is not None and brand_id is None:
            raise Refusal(Code.STORE_FILTER_TOO_WIDE)
        return [
            store
            for store in self._by_id.values()
            if store.vat_number == caller.vat_number
            and brand_id in (None, store.merchant_brand_id)
            and location_id in (None, store.merchant_location_id)
        ]
