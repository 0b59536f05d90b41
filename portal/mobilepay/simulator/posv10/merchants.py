"""Merchants and their stores, as MobilePay's own staff would have set them up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

from portal.mobilepay.simulator.posv10.formats import is_guid, is_vat_number

USUAL_BALANCE = Decimal(1_000_000)


@dataclass
class Store:
    """`balance` is what the store can still give back in refunds, in major units."""

    store_id: str
    vat_number: str
    name: str
    brand_name: str
    merchant_brand_id: str
    merchant_location_id: str
    street: str
    zip_code: str
    city: str
    activated: bool
    balance: Decimal


@dataclass
class Merchant:
    """Several merchants may share one VAT number: to the API their stores are then one merchant's."""

    vat_number: str
    name: str
    bio_code: str
    currencies: list[str]
    stores: list[Store] = field(default_factory=list)


def read_merchants(document: Mapping[str, Any]) -> list[Merchant]:
    """Read `{"merchants": [...]}`, the portal's import file; other members, such as terminals, are skipped.

    A merchant has bioCode, name, vatNumber, currencies and stores; a store has storeId and name, and
    may have brandName, merchantBrandId, merchantLocationId, street, zipCode, city, activated and balance.
    Null is the same as absent. ValueError when a needed member is missing or has the wrong form.
    """
    try:
        return [_read_merchant(entry, number) for number, entry in enumerate(document["merchants"], start=1)]
    except KeyError as missing:
        raise ValueError(f"a merchant or a store has no {missing}") from None


def _read_merchant(entry: Mapping[str, Any], number: int) -> Merchant:
    vat_number = entry["vatNumber"]
    if not is_vat_number(vat_number):
        raise ValueError(f"{vat_number} is not DK or FI and eight digits")
    merchant = Merchant(
        vat_number=vat_number,
        name=entry["name"],
        bio_code=entry["bioCode"],
        currencies=list(entry["currencies"]),
    )
    brand = {"brandName": merchant.name, "merchantBrandId": f"POS{vat_number[:2]}{number:05}"}
    free_locations = _free_locations(entry["stores"])
    for store in entry["stores"]:
        given = {name: value for name, value in store.items() if value is not None}
        location = given.get("merchantLocationId") or next(free_locations)
        merchant.stores.append(_read_store({**brand, **given, "merchantLocationId": location}, vat_number))
    return merchant


def _free_locations(stores: list[Mapping[str, Any]]) -> Iterator[str]:
    taken = {store.get("merchantLocationId") for store in stores}
    return (location for number in count(1) if (location := f"{number:05}") not in taken)


def _read_store(entry: Mapping[str, Any], vat_number: str) -> Store:
    if not is_guid(entry["storeId"]):
        raise ValueError(f"the storeId {entry['storeId']} is not a GUID")
    return Store(
        store_id=entry["storeId"].lower(),
        vat_number=vat_number,
        name=entry["name"],
        brand_name=entry["brandName"],
        merchant_brand_id=entry["merchantBrandId"],
        merchant_location_id=entry["merchantLocationId"],
        street=entry.get("street", "Vestergade 1"),
        zip_code=entry.get("zipCode", "1000"),
        city=entry.get("city", "København"),
        activated=entry.get("activated", True),
        balance=Decimal(str(entry.get("balance", USUAL_BALANCE))),
    )
