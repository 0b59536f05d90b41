"""Each rule for refunds: what it is called, how it reads, and which way it lets more through."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from portal.money import Money
from portal.web.templatetags.portal import money
from refunds.models import Policy, PolicyChange

_FIELDS: dict[str, Any] = {field.name: field for field in Policy._meta.concrete_fields}  # noqa: SLF001
NAMES = {name: str(field.verbose_name) for name, field in _FIELDS.items() if name not in {"id", "merchant", "currency"}}

_HOURS = ("opens_at", "closes_at")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One rule that changes, as people read it."""

    label: str
    was: str
    becomes: str

    @property
    def change(self) -> str:
        return f"{self.becomes} instead of {self.was}"


def split(policy: Policy, wanted: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of the wanted rules is stricter than those that hold, and what lets more through; the rest is as it is."""
    changed = {name: value for name, value in wanted.items() if getattr(policy, name) != value}
    hours = tuple(changed.get(name, getattr(policy, name)) for name in _HOURS)
    are_wider = not _is_within(hours, (policy.opens_at, policy.closes_at))
    looser = {
        name: value
        for name, value in changed.items()
        if (are_wider if name in _HOURS else _is_looser(getattr(policy, name), value))
    }
    return {name: value for name, value in changed.items() if name not in looser}, looser


def lines(change: PolicyChange) -> list[Line]:
    """What is asked for, rule by rule."""
    return compared(change.old_rules, change.rules, currency=change.policy.currency)


def compared(was: dict[str, Any], becomes: dict[str, Any], *, currency: str) -> list[Line]:
    named = [name for name in NAMES if name in becomes]
    return [Line(NAMES[name], _words(was[name], currency), _words(becomes[name], currency)) for name in named]


def _is_looser(was: Any, becomes: Any) -> bool:
    """Whether a rule becomes higher or longer; an empty one is no limit at all."""
    return becomes is None or (was is not None and becomes > was)


def _is_within(hours: tuple[time, ...], others: tuple[time, ...]) -> bool:
    """Whether shops that keep these hours are open only while the others say so, too."""
    return _length(others) == _DAY or _later(others[0], hours[0]) + _length(hours) <= _length(others)


def _length(hours: tuple[time, ...]) -> timedelta:
    """How long shops are open; those that close when they open are never closed."""
    return _later(*hours) or _DAY


def _later(since: time, until: time) -> timedelta:
    """How long it is from one time of day to the next time that it is the other."""
    return (datetime.combine(date.min, until) - datetime.combine(date.min, since)) % _DAY


def _words(value: Any, currency: str) -> str:
    if value is None:
        return "no limit"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        return (
            f"{value.days} days" if value >= 2 * _DAY and not value % _DAY else f"{value // timedelta(hours=1)} hours"
        )
    return money(Money(value, currency)) if value else "nothing"
