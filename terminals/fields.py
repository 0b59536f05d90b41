"""Columns of the register: ids that a till may write in any letter case."""

from typing import Any

from portal.database.derived_fields import DerivedField


def fold(text: str) -> str:
    """The text as it is compared: by Python, because SQLite knows the letter case of ASCII only."""
    return text.lower()


class FoldedField(DerivedField):
    """Another field's text without letter case: rows are found by it and kept apart by it."""

    def derive(self, text: str) -> str:
        return fold(text)

    def get_prep_value(self, value: Any) -> Any:
        return fold(str(super().get_prep_value(value)))
