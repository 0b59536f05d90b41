"""Columns that are written along with another one, so that rows can be found by it in a way that it alone is not."""

from typing import Any

from django.db import models


class DerivedField(models.CharField):  # type: ignore[type-arg] # Django itself knows no parameters here
    """What `derive` makes of another field's text whenever the row is saved."""

    def __init__(self, *args: Any, of: str, **options: Any) -> None:
        self._of = of
        super().__init__(*args, **{**options, "editable": False})

    def derive(self, text: str) -> str:
        raise NotImplementedError

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        del options["editable"]
        return name, path, args, {**options, "of": self._of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001 - Django's signature
        del add
        derived = self.derive(str(getattr(model_instance, self._of)))
        setattr(model_instance, self.attname, derived)
        return derived
