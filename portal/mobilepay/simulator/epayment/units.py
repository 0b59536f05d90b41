"""Sales units and their keys, as the network's own staff would have set them up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import re
from typing import Any

# What opens a sales unit whose store names no keys of its own.
DEMO_KEYS = {"clientId": "demo-client", "clientSecret": "demo-secret", "subscriptionKey": "demo-key"}
CURRENCIES = ("DKK",)
_MSN = re.compile(r"[0-9]{4,10}")


@dataclass(frozen=True)
class Keys:
    client_id: str
    client_secret: str = field(repr=False)
    subscription_key: str = field(repr=False)


@dataclass(frozen=True)
class Store:
    store_id: str
    name: str
    brand_name: str


@dataclass
class SalesUnit:
    """What one merchant serial number stands for. Several stores may sell as one unit."""

    msn: str
    keys: Keys
    name: str
    vat_number: str
    currencies: tuple[str, ...]
    partial_capture: bool
    push_allowed: bool
    stores: list[Store] = field(default_factory=list)


class SalesUnits:
    def __init__(self, units: list[SalesUnit]) -> None:
        self._by_msn = {unit.msn: unit for unit in units}

    def __iter__(self) -> Iterator[SalesUnit]:
        return iter(self._by_msn.values())

    def get(self, msn: str) -> SalesUnit | None:
        return self._by_msn.get(msn)

    def of(self, client_id: str, subscription_key: str) -> list[SalesUnit]:
        """All that these keys open."""
        opened = (client_id, subscription_key)
        return [unit for unit in self if (unit.keys.client_id, unit.keys.subscription_key) == opened]


def read_units(document: Mapping[str, Any]) -> list[SalesUnit]:
    """Read `{"merchants": [...]}`, the portal's import file: each merchantSerialNumber is a sales unit.

    A store may have clientId, clientSecret, subscriptionKey, partialCapture (default false) and pushAllowed (default
    true); what one store of a unit does not say, the unit's first one says. Null is the same as absent.
    ValueError when a needed member is missing or has the wrong form, or when stores of one unit disagree.
    """
    units: dict[str, SalesUnit] = {}
    try:
        for merchant in document["merchants"]:
            for store in merchant["stores"]:
                _read_store(units, merchant, {name: value for name, value in store.items() if value is not None})
    except KeyError as missing:
        raise ValueError(f"a merchant or a store has no {missing}") from None
    return list(units.values())


def _read_store(units: dict[str, SalesUnit], merchant: Mapping[str, Any], store: Mapping[str, Any]) -> None:
    msn = str(store.get("merchantSerialNumber", ""))
    if not msn:
        return
    if not _MSN.fullmatch(msn):
        raise ValueError(f"the merchantSerialNumber {msn} is not 4 to 10 digits")
    _join(units.setdefault(msn, _unit(merchant, store, msn)), merchant, store)


def _unit(merchant: Mapping[str, Any], store: Mapping[str, Any], msn: str) -> SalesUnit:
    keys = {**DEMO_KEYS, **{name: store[name] for name in DEMO_KEYS if name in store}}
    return SalesUnit(
        msn=msn,
        keys=Keys(keys["clientId"], keys["clientSecret"], keys["subscriptionKey"]),
        name=store["name"],
        vat_number=merchant["vatNumber"],
        currencies=tuple(merchant.get("currencies") or CURRENCIES),
        partial_capture=store.get("partialCapture", False),
        push_allowed=store.get("pushAllowed", True),
    )


def _join(unit: SalesUnit, merchant: Mapping[str, Any], store: Mapping[str, Any]) -> None:
    said = {
        "vatNumber": unit.vat_number,
        "clientId": unit.keys.client_id,
        "clientSecret": unit.keys.client_secret,
        "subscriptionKey": unit.keys.subscription_key,
        "partialCapture": unit.partial_capture,
        "pushAllowed": unit.push_allowed,
    }
    says = {**store, "vatNumber": merchant["vatNumber"]}
    for name, value in said.items():
        if name in says and says[name] != value:
            raise ValueError(f"the stores of the sales unit {unit.msn} disagree about {name}")
    unit.stores.append(Store(store["storeId"], store["name"], store.get("brandName", merchant["name"])))
