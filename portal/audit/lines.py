"""Entries as people read them: who it was and what else is known in words, and where the thing itself is shown."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.apps import apps
from django.db import models
from django.urls import reverse

from portal.audit import details
from portal.audit.actors import ActorKind
from portal.audit.details import Detail
from portal.audit.models import Entry
from portal.roles import Right
from portal.web.templatetags.portal import short

if TYPE_CHECKING:
    from portal.accounts.models import User

_PERSON, _MERCHANT = "user", "merchant"


@dataclass(frozen=True, slots=True)
class Line:
    """`place` is the till that did it, where that is known, and `url` leads to what shows the thing."""

    entry: Entry
    place: str
    kind: str
    url: str
    merchant: str
    details: list[Detail]

    @property
    def called(self) -> str:
        """What it is about: as it was called then, or the kind of thing and both ends of its id."""
        return self.entry.subject or f"{self.kind} {short(self.entry.subject_id)}"

    @property
    def who(self) -> str:
        if self.entry.actor_kind == ActorKind.TILL:
            return self.place or "A till"
        return self.entry.actor if self.entry.actor_kind == ActorKind.PERSON else self.entry.get_actor_kind_display()

    @property
    def by(self) -> str:
        """What stands small beside that: of a till the id of its token, which all tills of a merchant share."""
        words = {ActorKind.TILL: f"token {self.entry.actor}", ActorKind.PERSON: "person", ActorKind.WORKER: ""}
        return words.get(ActorKind(self.entry.actor_kind), self.entry.actor)

    def words(self, name: str) -> str:
        return next((each.words for each in self.details if each.name == name and not each.is_change), "")


def of(entries: Iterable[Entry], *, reader: "User") -> list[Line]:
    """The lines of a page or of a piece of a file, with one question to the database for each kind of thing."""
    entries = list(entries)
    found = _found(entries, reader)
    return [_line(entry, found, reader) for entry in entries]


def _line(entry: Entry, found: dict[tuple[str, str], Any], reader: "User") -> Line:
    thing = found.get((entry.subject_kind, entry.subject_id))
    is_till = entry.actor_kind == ActorKind.TILL
    return Line(
        entry,
        place=getattr(thing, "place", "") if is_till else "",
        kind=_kind(entry.subject_kind),
        url=thing.get_absolute_url() if thing else _nearest(entry, reader),
        merchant=getattr(found.get((_MERCHANT, str(entry.merchant_id))), "name", ""),
        details=details.of(entry),
    )


def _nearest(entry: Entry, reader: "User") -> str:
    """Where something is shown that has no page, or none that this reader may open: at the least in the log itself."""
    at = entry.merchant_id
    if entry.subject_kind == _PERSON and at is not None and reader.scope.holds(Right.MANAGE_PEOPLE, at):
        return reverse("people:list", args=[at])
    return f"?{urlencode({'subject': f'{entry.subject_kind} {entry.subject_id}'})}"


def _found(entries: list[Entry], reader: "User") -> dict[tuple[str, str], Any]:
    """What the entries are about and the merchants they belong to, as far as it is there and the reader may see it."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        wanted[entry.subject_kind].add(entry.subject_id)
        if entry.merchant_id is not None:
            wanted[_MERCHANT].add(str(entry.merchant_id))
    with_pages = {kind: keys for kind, keys in wanted.items() if hasattr(_models().get(kind), "get_absolute_url")}
    return {(kind, str(row.pk)): row for kind, keys in with_pages.items() for row in _rows(kind, keys, reader)}


def _rows(kind: str, keys: set[str], reader: "User") -> "models.QuerySet[Any]":
    manager: Any = _models()[kind]._default_manager  # noqa: SLF001 - whatever the model's manager is called
    rows = manager.visible_to(reader).filter(pk__in=keys)
    named: models.QuerySet[Any] = rows.with_names() if hasattr(_models()[kind], "place") else rows
    return named


def _kind(name: str) -> str:
    model = _models().get(name)
    return str(model._meta.verbose_name) if model else name  # noqa: SLF001 - Django's documented access to names


@cache
def _models() -> dict[str, type[models.Model]]:
    """Every model by the name that entries know it by: the log itself imports none of the apps above it."""
    return {str(model._meta.model_name): model for model in apps.get_models()}  # noqa: SLF001
