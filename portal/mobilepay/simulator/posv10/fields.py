"""Typed reading of a JSON object: a missing or ill-typed field is 400/1099."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.formats import is_guid


class Fields:
    """A JSON object somebody sent. Absent and null are the same; unknown members are ignored."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise Refusal(Code.BAD_REQUEST, "The body must be a JSON object")
        self.values: dict[str, Any] = value

    def optional_text(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise _wrong(name, "a string")
        return value

    def text(self, name: str) -> str:
        return self._given(name, self.optional_text(name))

    def optional_guid(self, name: str) -> str | None:
        """The GUID in lower case."""
        value = self.optional_text(name)
        if value is not None and not is_guid(value):
            raise _wrong(name, "a GUID")
        return value and value.lower()

    def guid(self, name: str) -> str:
        return self._given(name, self.optional_guid(name))

    def optional_choice(self, name: str, options: Collection[str]) -> str | None:
        value = self.optional_text(name)
        if value is not None and value not in options:
            raise _wrong(name, f"one of {', '.join(options)}")
        return value

    def choice(self, name: str, options: Collection[str]) -> str:
        return self._given(name, self.optional_choice(name, options))

    def choices(self, name: str, options: Collection[str]) -> tuple[str, ...]:
        """An array of different strings, all from the options."""
        values = self.values.get(name)
        if not isinstance(values, list) or any(value not in options for value in values):
            raise _wrong(name, f"an array of {', '.join(options)}")
        if len(values) != len(set(values)):
            raise _wrong(name, "without repetition")
        return tuple(values)

    def number(self, name: str, default: int | None = None) -> Decimal:
        """A number, exactly as it was written."""
        value = self.values.get(name)
        if value is None:
            value = default
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise _wrong(name, "a number")
        return Decimal(value)

    def optional_flag(self, name: str) -> bool | None:
        value = self.values.get(name)
        if value is not None and not isinstance(value, bool):
            raise _wrong(name, "true or false")
        return value

    def optional_object(self, name: str) -> "Fields | None":
        value = self.values.get(name)
        return None if value is None else Fields(value)

    def _given(self, name: str, value: str | None) -> str:
        if value is None:
            raise _wrong(name, "given")
        return value


def _wrong(name: str, expected: str) -> Refusal:
    return Refusal(Code.BAD_REQUEST, f"{name} must be {expected}")
