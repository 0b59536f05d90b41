"""Pages by key instead of by number: as fast on the last page as on the first, whatever was added meanwhile."""

import base64
from dataclasses import dataclass, replace
from datetime import UTC, datetime
import json
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

PAGE_SIZE = 50
LAST = "last"
# So many rows that came since are counted; beyond that it is only said that there are more.
MOST_NEWER = 99
BEFORE, AFTER, HERE = "b", "a", "h"
_TOO_BIG = 2**63

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """`before` and `after` lead to the neighbouring pages, None where there is none; `here` to this very one.

    A page that is asked for by its `here` keeps its place; `newer` says how many rows came in front of it since.
    """

    rows: list[Row]
    before: str | None
    after: str | None
    here: str | None = None
    newer: int = 0
    keeps_place: bool = False

    @property
    def is_live(self) -> bool:
        """Whether it shows the beginning of the list, as that was when somebody opened it."""
        return self.before is None or self.keeps_place

    @property
    def has_many_newer(self) -> bool:
        return self.newer > MOST_NEWER


def paginate(queryset: QuerySet[Row], *, order: str, cursor: str = "", size: int = PAGE_SIZE) -> Page[Row]:
    """One page of the rows ordered by a field (`-created_at`) and then by key.

    `cursor` is a page's `before`, `after` or `here`, `last`, or empty for the first page; nonsense means the first
    page. The field must not be null in any of the rows.
    """
    place = _Place.read(cursor, queryset, order)
    keeps_place = place is not None and place.side == HERE
    newer = _newer(queryset, place, order) if place and keeps_place else 0
    is_backwards = cursor == LAST or (place is not None and place.side == BEFORE)
    sorted_by = _reversed(order) if is_backwards else order
    sign = "-" if sorted_by.startswith("-") else ""
    found = queryset.order_by(sorted_by, f"{sign}pk")
    if place:
        found = found.filter(place.beyond(sorted_by))
    rows = list(found[: size + 1])
    has_more, rows = len(rows) > size, rows[:size]
    if is_backwards:
        rows.reverse()
    has_before = has_more if is_backwards else place is not None and not keeps_place
    has_after = (place is not None if is_backwards else has_more) if rows else False
    field = order.removeprefix("-")
    return Page(
        rows,
        before=_Place.at(rows[0], field, side=BEFORE) if rows and has_before else None,
        after=_Place.at(rows[-1], field, side=AFTER) if rows and has_after else None,
        here=_Place.at(rows[0], field, side=HERE) if rows else None,
        newer=newer,
        keeps_place=keeps_place,
    )


def _newer(queryset: QuerySet[Any], place: "_Place", order: str) -> int:
    in_front = replace(place, side=BEFORE).beyond(_reversed(order))
    return queryset.order_by().filter(in_front)[: MOST_NEWER + 1].count()


@dataclass(frozen=True, slots=True)
class _Place:
    """Next to which row a page begins, and on which side of it, or with it."""

    side: str
    value: Any
    pk: Any

    @staticmethod
    def at(row: Model, field: str, *, side: str) -> str:
        name: Any = row._meta.get_field(field)  # noqa: SLF001 - Django's documented access to fields
        place = [side, name.value_to_string(row), str(row.pk)]
        return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, queryset: QuerySet[Any], order: str) -> "_Place | None":
        """The place that a page's address names; None for one that somebody has made up."""
        meta = queryset.model._meta  # noqa: SLF001
        try:
            side, value, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if side not in {BEFORE, AFTER, HERE}:
                return None
            field = meta.get_field(order.removeprefix("-"))
            return cls(side, _fit(field.to_python(value)), _fit(meta.pk.to_python(pk)))
        except (ValueError, TypeError, OverflowError, ValidationError, RecursionError):
            return None

    def beyond(self, order: str) -> Q:
        side = "lt" if order.startswith("-") else "gt"
        field = order.removeprefix("-")
        # Said this way, the first condition is a range of the index on the field.
        within = Q(**{f"{field}__{side}e": self.value})
        same_side = f"{side}e" if self.side == HERE else side
        return within & (Q(**{f"{field}__{side}": self.value}) | Q(**{f"pk__{same_side}": self.pk}))


def _fit(value: Any) -> Any:
    """The value if a database can compare with it; ValueError or OverflowError if not."""
    if value is None:
        raise ValueError("no value")
    if isinstance(value, datetime):
        value.astimezone(UTC)
        if timezone.is_naive(value):
            raise ValueError("no time zone")
    elif isinstance(value, str):
        value.encode()
        if "\0" in value:
            raise ValueError("no text of any row")
    elif isinstance(value, int) and abs(value) >= _TOO_BIG:
        raise OverflowError("no number of any row")
    return value


def _reversed(order: str) -> str:
    return order.removeprefix("-") if order.startswith("-") else f"-{order}"
