"""Stores as MobilePay knows them: synchronised for the merchant as a whole."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.errors import NotFound
from portal.gateway import networks
from portal.gateway.errors import Refused, Unavailable
from portal.mobilepay.errors import Rejected, Unreachable
from portal.mobilepay.types import StoreInfo
from terminals.fields import fold
from terminals.models import Merchant, ProviderAccount, Store

FRESH_FOR = timedelta(hours=1)


class NoStore(NotFound):
    """The merchant has no such store."""

    code = "store_not_found"

    def __init__(self) -> None:
        super().__init__("The merchant has no such store.")


def synchronise(*, merchant: Merchant, by: Actor, now: datetime) -> list[Store]:
    """Bring our stores up to MobilePay's record of them and give them all; raises what `bring_up_to_date` raises."""
    bring_up_to_date(merchant=merchant, by=by, now=now)
    return list(merchant.stores.order_by("store_id"))


def bring_up_to_date(*, merchant: Merchant, by: Actor, now: datetime) -> dict[str, int]:
    """Take over MobilePay's record of the stores; give how many were `new`, `changed` and `same`.

    Stores that are new there are added here. A network that keeps no stores names the brand by its sales unit. Raises
    Unavailable when MobilePay does not answer and Refused when it says no.
    """
    accounts = ProviderAccount.objects.for_merchant(merchant)
    try:
        found = {account: _listed(account) for account in accounts}
        brands = {account.pk: _unit_name(account) for account in accounts}
    except Unreachable as error:
        raise Unavailable from error
    except Rejected as error:
        raise Refused(error) from error
    return _write(merchant=merchant, found=found, brands=brands, by=by, now=now)


def known(*, merchant: Merchant, by: Actor, now: datetime) -> list[Store]:
    """All stores of the merchant, asked of MobilePay at most once an hour; ours alone when it does not answer."""
    last = merchant.stores_synchronised_at
    if last is None or last + FRESH_FOR <= now:
        try:
            return synchronise(merchant=merchant, by=by, now=now)
        except (Unavailable, Refused):
            pass  # Our own record is the truth for tills; MobilePay's only completes it.
    return list(merchant.stores.order_by("store_id"))


def information(*, merchant: Merchant, store_id: str, by: Actor, now: datetime) -> Store:
    """One store with its address.

    Raises NoStore, and Unavailable when MobilePay never told us the address and does not answer now.
    """
    for store in known(merchant=merchant, by=by, now=now):
        if store.folded_id == fold(store_id):
            return store if store.synchronised_at else _complete(store, now=now)
    raise NoStore


def _complete(store: Store, *, now: datetime) -> Store:
    """Fill in a store that MobilePay's list did not hold, if it knows the store at all."""
    stores = networks.network_for(store.account).stores
    if stores is None:
        return store
    try:
        info = stores.one(store.store_id)
    except Unreachable as error:
        raise Unavailable from error
    except Rejected:
        return store
    Store.objects.filter(pk=store.pk).update(**_details(info, now=now))
    store.refresh_from_db()
    return store


def _listed(account: ProviderAccount) -> list[StoreInfo]:
    """The stores that the network has for the account; none where it keeps no list of them."""
    stores = networks.network_for(account).stores
    return stores.all() if stores else []


def _unit_name(account: ProviderAccount) -> str:
    """What the network calls the account's sales unit; empty where it does not tell, as outside production."""
    units = networks.network_for(account).sales_units
    unit = units.one() if units else None
    return unit.name if unit else ""


@transaction.atomic
def _write(
    *,
    merchant: Merchant,
    found: dict[ProviderAccount, list[StoreInfo]],
    brands: dict[int, str],
    by: Actor,
    now: datetime,
) -> dict[str, int]:
    # A till may ask for the list at the same moment: they take turns.
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    outcome = {"new": 0, "changed": 0, "same": 0}
    known = {store.folded_id: store for store in merchant.stores.all()}
    for account, info in ((account, info) for account, infos in found.items() for info in infos):
        details = _details(info, now=now)
        store = known.get(fold(info.store_id))
        if store is None:
            outcome["new"] += 1
            named = {"name": info.store_id, **details}
            Store.objects.create(merchant=merchant, account=account, store_id=info.store_id, **named)
            continue
        is_same = all(getattr(store, name) == value for name, value in details.items() if name != "synchronised_at")
        outcome["same" if is_same else "changed"] += 1
        Store.objects.filter(pk=store.pk).update(**details)
    for store in known.values():
        if brand := brands.get(store.account_id):
            outcome["same" if brand == store.brand_name else "changed"] += 1
            Store.objects.filter(pk=store.pk).update(brand_name=brand)
    merchant.stores_synchronised_at = now
    merchant.save(update_fields=["stores_synchronised_at"])
    audit.record(Action.STORES_SYNCHRONISED, by=by, on=merchant, merchant_id=merchant.pk, **outcome)
    return outcome


def _details(info: StoreInfo, *, now: datetime) -> dict[str, Any]:
    # A store that MobilePay does not name keeps the name it has.
    name = {"name": info.name} if info.name else {}
    return name | {
        "street": info.street,
        "zip_code": info.zip_code,
        "city": info.city,
        "brand_name": info.brand_name,
        "brand_id": info.brand_id,
        "location_id": info.location_id,
        "synchronised_at": now,
    }
