"""Merchants as the back office keeps them: added, switched on and off, their details and policies."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.errors import PortalError
from terminals.models import Merchant, ProviderAccount
from terminals.states import Provider


class BioCodeTaken(PortalError):
    code = "bio_code_taken"

    def __init__(self, bio_code: str) -> None:
        super().__init__(f"There is a merchant with the bioCode {bio_code} already. Nothing was added.")


class BioCodeResembled(PortalError):
    code = "bio_code_resembled"

    def __init__(self, bio_code: str, *, known: Merchant) -> None:
        super().__init__(
            f"{known.name} has the bioCode {known.bio_code}, and {bio_code} differs only in letter case. "
            "Nothing was changed."
        )


def require_apart(bio_code: str) -> None:
    """Raise BioCodeResembled when another merchant's bioCode differs from this one in letter case only."""
    known = Merchant.objects.filter(folded_bio_code=bio_code).exclude(bio_code=bio_code).first()
    if known is not None:
        raise BioCodeResembled(bio_code, known=known)


@transaction.atomic
def add(*, bio_code: str, name: str, vat_number: str, currencies: list[str], time_zone: str, by: Actor) -> Merchant:
    """Add a merchant with the usual policies; raises BioCodeTaken or BioCodeResembled."""
    require_apart(bio_code)
    details: dict[str, Any] = {"name": name, "vat_number": vat_number, "currencies": currencies, "time_zone": time_zone}
    try:
        with transaction.atomic():
            merchant = Merchant.objects.create(bio_code=bio_code, **details)
            if settings.DEFAULT_PROVIDER == Provider.POSV10:
                ProviderAccount.objects.of_vat_number(merchant)
    except IntegrityError as error:
        raise BioCodeTaken(bio_code) from error
    audit.record(Action.MERCHANT_ADDED, by=by, on=merchant, merchant_id=merchant.pk, **details)
    return merchant


def change_details(*, merchant: Merchant, name: str, currencies: list[str], time_zone: str, by: Actor) -> Merchant:
    """Change what the merchant is called, sells in and counts its days by."""
    return _write(merchant, {"name": name, "currencies": currencies, "time_zone": time_zone}, by=by)


def change_policies(
    *,
    merchant: Merchant,
    payment_timeout: timedelta,
    token_overlap: timedelta,
    answers_always_200: bool,
    second_factor_for_all: bool,
    by: Actor,
) -> Merchant:
    """Change how the merchant's tills are treated, and what is asked of its people, from the next call or click on."""
    details = {
        "payment_timeout": payment_timeout,
        "token_overlap": token_overlap,
        "answers_always_200": answers_always_200,
        "second_factor_for_all": second_factor_for_all,
    }
    return _write(merchant, details, by=by)


def switch(*, merchant: Merchant, is_active: bool, reason: str, by: Actor) -> Merchant:
    """Let the merchant's tills in, or keep them out from their next call on."""
    return _write(merchant, {"is_active": is_active}, by=by, reason=reason)


@transaction.atomic
def _write(merchant: Merchant, details: dict[str, Any], *, by: Actor, **more: str) -> Merchant:
    held = Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    changed = {name: value for name, value in details.items() if getattr(held, name) != value}
    if not changed:
        return held
    before = {name: _plain(getattr(held, name)) for name in changed}
    for name, value in changed.items():
        setattr(held, name, value)
    held.save(update_fields=list(changed))
    after = {name: _plain(value) for name, value in changed.items()}
    audit.record(Action.MERCHANT_CHANGED, by=by, on=held, merchant_id=held.pk, before=before, after=after, **more)
    return held


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, timedelta) else value
