"""Pages by key instead of by number: as fast on the last page as on the first, whatever was added meanwhile."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
import json
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

PAGE_SIZE = 50
LAST = "last"
_TOO_BIG = 2**63

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """`before` and `after` lead to the neighbouring pages; None where there is none."""

    rows: list[Row]
    before: str | None
    after: str | None

    @property
    def is_first(self) -> bool:
        return self.before is None


def paginate(queryset: QuerySet[Row], *, order: str, cursor: str = "", size: int = PAGE_SIZE) -> Page[Row]:
    """One page of the rows ordered by a field (`-created_at`) and then by key.

    `cursor` is a page's `before` or `after`, `last`, or empty for the first page; nonsense means the first
    page. The field must not be null in any of the rows.
    """
    place = _Place.read(cursor, queryset, order)
    is_backwards = cursor == LAST or (place is not None and place.is_before)
    sorted_by = _reversed(order) if is_backwards else order
    sign = "-" if sorted_by.startswith("-") else ""
    found = queryset.order_by(sorted_by, f"{sign}pk")
    if place:
        found = found.filter(place.beyond(sorted_by))
    rows = list(found[: size + 1])
    has_more, rows = len(rows) > size, rows[:size]
    if is_backwards:
        rows.reverse()
    has_before = has_more if is_backwards else place is not None
    has_after = (place is not None if is_backwards else has_more) if rows else False
    field = order.removeprefix("-")
    return Page(
        rows,
        before=_Place.at(rows[0], field, is_before=True) if rows and has_before else None,
        after=_Place.at(rows[-1], field, is_before=False) if rows and has_after else None,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Next to which row a page begins, and on which side of it."""

    is_before: bool
    value: Any
    pk: Any

    @staticmethod
    def at(row: Model, field: str, *, is_before: bool) -> str:
        name: Any = row._meta.get_field(field)  # noqa: SLF001 - Django's documented access to fields
        place = ["b" if is_before else "a", name.value_to_string(row), str(row.pk)]
        return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, queryset: QuerySet[Any], order: str) -> "_Place | None":
        """The place that a page's address names; None for one that somebody has made up."""
        meta = queryset.model._meta  # noqa: SLF001
        try:
            side, value, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if side not in {"a", "b"}:
                return None
            field = meta.get_field(order.removeprefix("-"))
            return cls(side == "b", _fit(field.to_python(value)), _fit(meta.pk.to_python(pk)))
        except (ValueError, TypeError, OverflowError, ValidationError, RecursionError):
            return None

    def beyond(self, order: str) -> Q:
        side = "lt" if order.startswith("-") else "gt"
        field = order.removeprefix("-")
        # Said this way, the first condition is a range of the index on the field.
        within = Q(**{f"{field}__{side}e": self.value})
        return within & (Q(**{f"{field}__{side}": self.value}) | Q(**{f"pk__{side}": self.pk}))


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
