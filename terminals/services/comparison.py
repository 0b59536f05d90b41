"""Compares a point of sale with MobilePay's record of it, so that staff see when the two drift apart."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.gateway import networks
from portal.gateway.errors import Refused, Unavailable
from portal.mobilepay.errors import Reason, Rejected, Unreachable
from portal.mobilepay.types import PointOfSaleInfo
from terminals.models import PointOfSale

UNKNOWN_THERE = "unknown to MobilePay"


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing as we have it, and as MobilePay had it when it was last asked; empty when it never was."""

    title: str
    here: str
    there: str
    differs: bool


def side_by_side(pos: PointOfSale) -> list[Compared]:
    """What is compared, both ways; `pos` comes with its terminal's store."""
    store = pos.terminal.store
    ours = {"name": ("Name", pos.name), "store_id": ("Store", store.store_id), "beacon_id": ("Beacon", pos.beacon_id)}
    if "pos_id" in pos.drift:
        return [Compared(title, here, UNKNOWN_THERE, differs=True) for title, here in ours.values()]
    return [
        Compared(title, here, pos.drift.get(field, here) if pos.compared_at else "", field in pos.drift)
        for field, (title, here) in ours.items()
    ]


def compare(*, pos: PointOfSale, by: Actor, now: datetime) -> PointOfSaleInfo:
    """Read MobilePay's record, note where it differs from ours, and give it.

    Raises Unavailable when MobilePay does not answer and Refused when it says no.
    """
    try:
        info = networks.network_for(pos.account).registry.record(pos.ref)
    except Unreachable as error:
        raise Unavailable from error
    except Rejected as error:
        if error.reason is Reason.NOT_FOUND:
            _note_drift(pos=pos, drift={"pos_id": UNKNOWN_THERE}, by=by, now=now)
        raise Refused(error) from error
    theirs = {"beacon_id": info.beacon_id and info.beacon_id.lower(), "name": info.name, "store_id": info.store_id}
    ours = {"beacon_id": pos.beacon_id.lower(), "name": pos.name, "store_id": pos.terminal.store.folded_id}
    drift = {field: value for field, value in theirs.items() if value not in (None, ours[field])}
    _note_drift(pos=pos, drift=drift, by=by, now=now)
    # What MobilePay does not say is as we have it.
    return replace(info, **{field: ours[field] for field, value in theirs.items() if value is None})


@transaction.atomic
def _note_drift(*, pos: PointOfSale, drift: dict[str, str], by: Actor, now: datetime) -> None:
    since = (pos.drifted_at or now) if drift else None
    PointOfSale.objects.filter(pk=pos.pk).update(drift=drift, drifted_at=since, compared_at=now)
    if drift != pos.drift:
        action = Action.POS_DRIFTED if drift else Action.POS_AGREES
        audit.record(action, by=by, on=pos, merchant_id=pos.merchant.pk, **drift)
