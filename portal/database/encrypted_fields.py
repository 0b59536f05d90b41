"""Columns that hold ciphertext."""

from typing import Any

from django.db import models

from portal.encryption import decrypt, encrypt


class EncryptedTextField(models.TextField):  # type: ignore[type-arg] # Django itself knows no parameters here
    """A text column that holds ciphertext; it can be read and written, never searched."""

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None else encrypt(str(value))

    def from_db_value(self, value: str | None, *_context: object) -> str | None:
        return value if value is None else decrypt(value)
