"""What people type, paste or scan into a search field: ids as they stand on receipts, pages, letters and in logs."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
import re
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from portal import plain_text

LONGEST = 100
# Of less than this, too much begins with it.
SHORTEST_PART = 3
_STEPS_NEAR = 6
# What stands around an id and is none of it.
_AROUND = " \t\r\n#{}[]()<>\"'“”„«»,;:"
# What pages write in front of one.
_CALLED = re.compile(r"^\s*(order|payment|refund)\s+", re.IGNORECASE)
# As `short` shows an id: its beginning and its end.
_SHORTENED = re.compile(r"([0-9a-f]{8})(?:…|\.\.\.)([0-9a-f]{4})", re.IGNORECASE)
_HEX_BEGINNING = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){0,3}[0-9a-f]{0,12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """What somebody is looking for: as it was typed, and without what may only stand around it."""

    typed: str
    text: str

    @classmethod
    def read(cls, typed: str) -> "Term":
        typed = plain_text.clean(typed, longest=LONGEST)
        return cls(typed, _CALLED.sub("", typed).strip(_AROUND))

    @property
    def spellings(self) -> list[str]:
        """The text in the letter cases that ids are written in."""
        found = dict.fromkeys([self.typed, self.text, self.text.upper(), self.text.lower()])
        return [spelling for spelling in found if spelling]

    @property
    def uuid(self) -> UUID | None:
        try:
            return UUID(self.text)
        except ValueError:
            return None

    @property
    def uuid_range(self) -> tuple[UUID, UUID] | None:
        """The first and the last id that begin with what was typed, when that could be an id's beginning."""
        shortened = _SHORTENED.fullmatch(self.text)
        beginning = shortened[1] if shortened else self.text
        if not _HEX_BEGINNING.fullmatch(beginning):
            return None
        digits = beginning.replace("-", "")
        return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))

    @property
    def is_part(self) -> bool:
        """Whether it is long enough to be looked for inside of ids."""
        return len(self.text) >= SHORTEST_PART

    def nearby(self) -> Iterator["Term"]:
        """Ever shorter beginnings of it, for when nothing is called like this."""
        shortest = max(SHORTEST_PART, len(self.text) - _STEPS_NEAR)
        for length in range(len(self.text) - 1, shortest - 1, -1):
            shorter = Term.read(self.text[:length])
            if shorter.is_part:
                yield shorter


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; `is_near` when nothing is called so, and these only come near it."""

    # Of payments or refunds, with all that their querysets can do.
    rows: Any
    is_near: bool = False

    @property
    def exactly(self) -> "Found":
        """Without what only comes near."""
        return Found(self.rows.none()) if self.is_near else self


def find(term: Term, *, exact: Iterable[QuerySet[Any]], part: Callable[[Term], QuerySet[Any]]) -> Found:
    """The first rows that the term names; else those of which it is a part; else those that come near it.

    `exact` is asked one by one, so that each question has an index of its own.
    """
    rows: QuerySet[Any]
    for rows in exact:
        if rows.exists():
            return Found(rows)
    rows = part(term) if term.is_part else rows.none()
    if not term.is_part or rows.exists():
        return Found(rows)
    for near in term.nearby():
        nearby = part(near)
        if nearby.exists():
            return Found(nearby, is_near=True)
    return Found(rows)
