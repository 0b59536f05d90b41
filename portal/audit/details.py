"""What else an entry says, in words: in one order on every database, and with labels instead of what the code says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
import re
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_duration
from django.utils.text import capfirst

from portal.audit.models import Entry
from portal.money import Money
from portal.web.templatetags.portal import UNITS, money

NOTHING: tuple[Any, ...] = (None, "", {}, [])
# What details are called, in the order that they are read in; others follow by their names.
TITLES = {
    "amount": "Amount",
    "currency": "Currency",
    "order_id": "Order",
    "payment": "Payment",
    "to_state": "State",
    "state": "State",
    "ours": "Our record says",
    "theirs": "MobilePay says otherwise",
    "intent": "Asked for",
    "name": "Name",
    "role": "Role",
    "stores": "Stores",
    "store": "Store",
    "vat_number": "VAT number",
    "currencies": "Currencies",
    "time_zone": "Time zone",
    "is_active": "Active",
    "outcome": "Outcome",
    "verdict": "Verdict",
    "is_emergency": "In an emergency",
    "hints": "Pointed out",
    "cause": "Cause",
    "reason": "Reason",
    "note": "Note",
    "asked_by": "Asked by",
    "factor": "Second factor",
    "tried_at": "Tried at",
    "until": "Until",
    "new": "New",
    "changed": "Changed",
    "same": "Unchanged",
    "events": "Events",
    "problem": "Problem",
    "mobilepay": "MobilePay says",
    "code": "MobilePay's code",
    "correlation_id": "Correlation id",
    "remote_id": "Id at MobilePay",
    "stray": "Second refund at MobilePay",
    "question": "Filter",
}
_ORDER = {name: place for place, name in enumerate(TITLES)}
# Where a detail is called otherwise than the field whose choices its value is one of.
_FIELDS = {
    **dict.fromkeys(("to_state", "ours", "theirs"), "state"),
    "intent": "operation",
    "verdict": "review",
    "factor": "type",
}
# Entries on one kind of thing tell of others as well.
_ALSO = {
    "merchant": ("refunds.Policy", "refunds.PolicyChange"),
    "user": ("accounts.Membership", "mfa.Authenticator"),
    "pointofsale": ("payments.Payment",),
}
_MOMENTS = {"tried_at", "until"}
_MONEY = re.compile(r"([0-9]+)\.([0-9]{2}) ([A-Z]{3})")


@dataclass(frozen=True, slots=True)
class Detail:
    """`is_change` of what was something else before; the words then say both."""

    name: str
    title: str
    words: str
    is_change: bool = False


def of(entry: Entry) -> list[Detail]:
    """The details as people read them: first what changed, then what else there is; what is empty says nothing."""
    told = entry.details
    before = told.get("before") or {}
    after = told.get("after", told)
    changed = [name for name in _sorted(before) if before[name] != after.get(name)]
    told_already = {"before", "after", *changed} if before else set()
    rest = [name for name in _sorted(told) if name not in told_already and told[name] not in NOTHING]
    changes = [_change(entry, name, before[name], after.get(name)) for name in changed]
    return changes + [Detail(name, _title(entry, name), _words(entry, name, told[name])) for name in rest]


def words(entry: Entry, name: str) -> str:
    """One detail as people read it; empty where the entry has none."""
    value = entry.details.get(name)
    return "" if value in NOTHING else _words(entry, name, value)


def amount(entry: Entry) -> Money | None:
    return _read_money(entry.details.get("amount"))


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (_ORDER.get(name, len(_ORDER)), name))


def _change(entry: Entry, name: str, before: Any, after: Any) -> Detail:
    both = f"{_words(entry, name, before)} → {_words(entry, name, after)}"
    return Detail(name, _title(entry, name), both, is_change=True)


def _title(entry: Entry, name: str) -> str:
    named = (str(field.verbose_name) for field in _fields(entry.subject_kind, name))
    return TITLES.get(name) or capfirst(next(named, name.replace("_", " ")))


@cache
def _fields(kind: str, name: str) -> tuple["models.Field[Any, Any]", ...]:
    """The fields of that kind of thing that such a detail may be the value of."""
    metas = [model._meta for model in apps.get_models()]  # noqa: SLF001 - Django's documented access to fields
    told_of = [meta for meta in metas if meta.model_name == kind or meta.label in _ALSO.get(kind, ())]
    called = _FIELDS.get(name, name)
    return tuple(field for meta in told_of for field in meta.concrete_fields if field.name == called)


@cache
def _labels(kind: str, name: str) -> dict[str, str]:
    return {str(value): str(label) for field in _fields(kind, name) for value, label in field.flatchoices}


def _words(entry: Entry, name: str, value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{inner.replace('_', ' ')} {_words(entry, inner, value[inner])}" for inner in _sorted(value))
    if isinstance(value, list):
        return ", ".join(_words(entry, name, each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("_minor"):
        return money(Money(value, entry.details["currency"])) if value is not None else "no limit"
    if value in NOTHING:
        return "nothing"
    return _text(entry, name, str(value))


def _text(entry: Entry, name: str, value: str) -> str:
    if name in _MOMENTS:
        local = timezone.localtime(datetime.fromisoformat(value))
        return f"{local.day} {local:%b %Y, %H:%M}"
    kinds = {type(field) for field in _fields(entry.subject_kind, name)}
    if models.DurationField in kinds:
        return _length(parse_duration(value) or timedelta(0))
    if models.TimeField in kinds:
        return value[:5]
    found = _read_money(value)
    return money(found) if found else _labels(entry.subject_kind, name).get(value, value)


def _read_money(value: Any) -> Money | None:
    read = _MONEY.fullmatch(value) if isinstance(value, str) else None
    return Money(int(read[1] + read[2]), read[3]) if read else None


def _length(length: timedelta) -> str:
    """All of it: `1 h 30 min`."""
    parts = []
    for unit, name in UNITS:
        count, length = divmod(length, unit)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts) or "nothing"
