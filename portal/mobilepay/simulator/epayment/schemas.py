"""A small language for what a body may hold: enough for the published descriptions, and no more."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import re
from typing import Any, Protocol

# What is wrong with a value: where it stands, and why.
Wrong = tuple[str, str]


class Schema(Protocol):
    def wrongs(self, value: Any, name: str) -> Iterator[Wrong]:
        """What is wrong with the value that is called so."""


@dataclass(frozen=True)
class Text:
    """Lengths are in characters; `pattern` is for the whole text."""

    pattern: str = r"[\s\S]*"
    shortest: int = 0
    longest: int = 1_000_000
    options: tuple[str, ...] = ()

    def wrongs(self, value: Any, name: str) -> Iterator[Wrong]:
        if not isinstance(value, str):
            yield name, "must be a text"
        elif self.options and value not in self.options:
            yield name, f"must be one of {', '.join(self.options)}"
        elif not self.shortest <= len(value) <= self.longest:
            yield name, f"must have {self.shortest} to {self.longest} characters"
        elif not re.fullmatch(self.pattern, value):
            yield name, f"must look like {self.pattern}"


@dataclass(frozen=True)
class Whole:
    """A whole number between two others."""

    least: int = -(1 << 63)
    most: int = (1 << 63) - 1

    def wrongs(self, value: Any, name: str) -> Iterator[Wrong]:
        if type(value) is not int:
            yield name, "must be a whole number"
        elif not self.least <= value <= self.most:
            yield name, f"must be from {self.least} to {self.most}"


@dataclass(frozen=True)
class Flag:
    def wrongs(self, value: Any, name: str) -> Iterator[Wrong]:
        if not isinstance(value, bool):
            yield name, "must be true or false"


@dataclass(frozen=True)
class OrNull:
    schema: Schema

    def wrongs(self, value: Any, name: str) -> Iterator[Wrong]:
        if value is not None:
            yield from self.schema.wrongs(value, name)


@dataclass(frozen=True)
class Listed:
    items: Schema
    fewest: int = 0

    def wrongs(self, value: Any, name: str) -> Iterator[Wrong]:
        if not isinstance(value, list) or len(value) < self.fewest:
            yield name, f"must be a list of {self.fewest} or more"
            return
        for number, item in enumerate(value):
            yield from self.items.wrongs(item, f"{name}[{number}]")


@dataclass(frozen=True)
class Pairs:
    """An object whose member names are the sender's own."""

    most: int
    key: Schema
    value: Schema

    def wrongs(self, value: Any, name: str) -> Iterator[Wrong]:
        if not isinstance(value, dict) or len(value) > self.most:
            yield name, f"must be an object of at most {self.most} members"
            return
        for key, item in value.items():
            yield from self.key.wrongs(key, f"{name}.{key}")
            yield from self.value.wrongs(item, f"{name}.{key}")


@dataclass(frozen=True)
class Members:
    """An object; a member that is not described is wrong. Of `one_of`, exactly one must be there."""

    members: Mapping[str, Schema]
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()

    def wrongs(self, value: Any, name: str) -> Iterator[Wrong]:
        if not isinstance(value, dict):
            yield name or "body", "must be an object"
            return
        prefix = f"{name}." if name else ""
        for missing in self.required:
            if missing not in value:
                yield prefix + missing, "must be given"
        if self.one_of and len(set(self.one_of) & set(value)) != 1:
            yield name, f"must have exactly one of {', '.join(self.one_of)}"
        for key, item in value.items():
            if key in self.members:
                yield from self.members[key].wrongs(item, prefix + key)
            else:
                yield prefix + key, "is not known"
