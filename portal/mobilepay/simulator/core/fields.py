"""Typed reading of a JSON object that somebody sent."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, Self

from portal.mobilepay.simulator.core.wire import NotJson, decode


class Fields:
    """A JSON object. Absent and null are the same; unknown members are ignored.

    What is missing or ill-typed is refused as `refusal` has it.
    """

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise self.refusal("The body must be a JSON object")
        self.values: dict[str, Any] = value

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Read the JSON object in a body."""
        try:
            return cls(decode(body))
        except NotJson as error:
            raise cls.refusal(str(error)) from None

    @classmethod
    def listed(cls, body: bytes) -> list[Self]:
        """Read the JSON objects that a body lists; one alone is a list of one."""
        value = decode(body)
        return [cls(each) for each in (value if isinstance(value, list) else [value])]

    @staticmethod
    def refusal(sentence: str) -> Exception:
        """The exception that says what is wrong."""
        return ValueError(sentence)

    def optional_text(self, name: str) -> str | None:
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise self.wrong(name, "a string")
        return value

    def text(self, name: str) -> str:
        return self.given(name, self.optional_text(name))

    def optional_choice(self, name: str, options: Collection[str]) -> str | None:
        value = self.optional_text(name)
        if value is not None and value not in options:
            raise self.wrong(name, f"one of {', '.join(options)}")
        return value

    def choice(self, name: str, options: Collection[str]) -> str:
        return self.given(name, self.optional_choice(name, options))

    def choices(self, name: str, options: Collection[str]) -> tuple[str, ...]:
        """An array of different strings, all from the options."""
        values = self.values.get(name)
        if not isinstance(values, list) or any(value not in options for value in values):
            raise self.wrong(name, f"an array of {', '.join(options)}")
        if len(values) != len(set(values)):
            raise self.wrong(name, "without repetition")
        return tuple(values)

    def number(self, name: str, default: int | None = None) -> Decimal:
        """A number, exactly as it was written."""
        value = self.values.get(name)
        if value is None:
            value = default
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.wrong(name, "a number")
        return Decimal(value)

    def optional_flag(self, name: str) -> bool | None:
        value = self.values.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(name, "true or false")
        return value

    def optional_object(self, name: str) -> Self | None:
        value = self.values.get(name)
        return None if value is None else type(self)(value)

    def given(self, name: str, value: str | None) -> str:
        if value is None:
            raise self.wrong(name, "given")
        return value

    def wrong(self, name: str, expected: str) -> Exception:
        return self.refusal(f"{name} must be {expected}")
