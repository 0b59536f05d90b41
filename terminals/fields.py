"""Columns of the register: ids that a till may write in any letter case."""

from typing import Any

from django.db import models


def fold(text: str) -> str:
    """The text as it is compared: by Python, because SQLite knows the letter case of ASCII only."""
    return text.lower()


class FoldedField(models.CharField):  # type: ignore[type-arg] # Django itself knows no parameters here
    """Another field's text without letter case, written along with it: rows are found by it and kept apart by it."""

    def __init__(self, *args: Any, of: str, **options: Any) -> None:
        self._of = of
        super().__init__(*args, **{**options, "editable": False})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        del options["editable"]
        return name, path, args, {**options, "of": self._of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001 - Django's signature
        del add
        setattr(model_instance, self.attname, fold(str(getattr(model_instance, self._of))))
        return str(getattr(model_instance, self.attname))

    def get_prep_value(self, value: Any) -> Any:
        return fold(str(super().get_prep_value(value)))
