"""Accounts at networks: which one a store sells through, and with whose keys."""

from datetime import datetime
import json
from typing import Any

from django.conf import settings

from portal.errors import PortalError
from terminals.import_file import KEYS
from terminals.models import Merchant, PointOfSale, ProviderAccount, Store
from terminals.sales import payments
from terminals.states import Provider


class NoSalesUnit(PortalError):
    code = "sales_unit_missing"
    status = 400

    def __init__(self, store: Store) -> None:
        super().__init__(
            f"Store {store.store_id} names no merchantSerialNumber, and sells over ePayment. Name its sales unit, or "
            "posv10 as its provider. Nothing was imported."
        )


def note_problem(account: ProviderAccount, words: str, *, now: datetime) -> None:
    """Keep why the network takes nothing from the account, for administrators; with no words, that it does again."""
    if words or account.problem:
        ProviderAccount.objects.filter(pk=account.pk).update(problem=words, problem_at=now if words else None)


class UnitTaken(PortalError):
    code = "sales_unit_taken"
    status = 400

    def __init__(self, number: str) -> None:
        super().__init__(
            f"The sales unit {number} is another merchant's already: the network tells of its customers only once. "
            "Nothing was imported."
        )


class UnitInUse(PortalError):
    code = "sales_unit_in_use"
    status = 400

    def __init__(self, account: ProviderAccount) -> None:
        super().__init__(
            f"{account} has taken payments or has points of sale, and isTest would send what is left to do with them "
            "to another environment. Delete the points of sale; where payments were taken, give the store a sales unit "
            "of that environment. Nothing was imported."
        )


class Accounts:
    """The accounts of one merchant, as an import file names them; call it inside the import's transaction."""

    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant

    def of_store(self, store: Store, entry: dict[str, Any]) -> tuple[ProviderAccount, bool]:
        """The account that a store sells through, and whether anything about it is new.

        What the file does not say stays as it is: the account of a known store, the keys of a known account. Raises
        NoSalesUnit for a new store at ePayment without one, UnitTaken for one that is another merchant's, and
        UnitInUse when the environment of one would change that has points of sale or took money.
        """
        number, provider = entry.get("merchant_serial_number"), entry["provider"]
        if store.pk and not number and provider in ("", store.account.provider):
            return store.account, False
        if not number and (provider or settings.DEFAULT_PROVIDER) == Provider.POSV10:
            return ProviderAccount.objects.of_vat_number(self._merchant), False
        if not number:
            raise NoSalesUnit(store)
        return self._sales_unit(number, entry)

    def _sales_unit(self, number: str, entry: dict[str, Any]) -> tuple[ProviderAccount, bool]:
        units = ProviderAccount.objects.filter(provider=Provider.EPAYMENT, merchant_number=number)
        if units.exclude(merchant=self._merchant).exists():
            raise UnitTaken(number)
        account, is_new = ProviderAccount.objects.get_or_create(
            merchant=self._merchant, provider=Provider.EPAYMENT, merchant_number=number
        )
        wanted: dict[str, Any] = {"is_test": entry.get("is_test", account.is_test)}
        if wanted["is_test"] != account.is_test and _is_used(account):
            raise UnitInUse(account)
        keys = {name: entry[key] for key, name in KEYS.items() if key in entry}
        if keys:
            known = json.loads(account.credentials) if account.credentials else {}
            wanted["credentials"] = json.dumps({**known, **keys}, sort_keys=True)
        changed = [name for name, value in wanted.items() if getattr(account, name) != value]
        for name in changed:
            setattr(account, name, wanted[name])
        if changed:
            account.save(update_fields=changed)
        return account, is_new or bool(changed)


def _is_used(account: ProviderAccount) -> bool:
    """Whether the network keeps something for the account that we shall ask about again."""
    return (
        PointOfSale.objects.live().filter(account=account).exists()
        or payments().filter(account=account).with_money().exists()
    )
