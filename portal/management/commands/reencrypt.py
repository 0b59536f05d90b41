"""`manage.py reencrypt`: write everything encrypted anew with the first key, so that older keys can go."""

from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction
from django.db.models.functions import Cast

from portal import encryption
from portal.database.encrypted_fields import EncryptedTextField
from portal.encryption import InvalidToken

# What allauth encrypts through our adapter lies in these members of an authenticator's JSON.
_SECRETS = ("secret", "seed")
# So many rows are read before they are written: SQLite lets nobody write while others read on.
_BATCH = 500


class Command(BaseCommand):
    help = "Encrypt everything with the first of ENCRYPTION_KEYS; running it again does what is left."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            columns = sum(_rewrite(model, field) for model, field in _encrypted_columns())
            factors = sum(_rewrite_factor(pk) for pk in Authenticator.objects.values_list("pk", flat=True))
        except InvalidToken as error:
            raise CommandError("Some texts were written with a key that ENCRYPTION_KEYS lacks.") from error
        self.stdout.write(f"Encrypted anew: {columns} texts, {factors} second factors.")


def _encrypted_columns() -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001 - Django's documented access to fields
            if isinstance(field, EncryptedTextField):
                yield model, field.name


def _rewrite(model: type[models.Model], field: str) -> int:
    rows = model._default_manager.annotate(ciphertext=Cast(field, models.TextField()))  # noqa: SLF001
    written = 0
    for pk, ciphertext in _in_batches(rows.exclude(**{field: None})):
        renewed = encryption.renewed(ciphertext)
        if renewed:
            # What somebody has changed meanwhile is written with the first key already.
            unchanged = rows.filter(pk=pk, ciphertext=ciphertext)
            written += unchanged.update(**{field: models.Value(renewed, models.TextField())})
    return written


def _in_batches(rows: models.QuerySet[Any]) -> Iterator[tuple[Any, str]]:
    ordered = rows.order_by("pk").values_list("pk", "ciphertext")
    batch = list(ordered[:_BATCH])
    while batch:
        yield from batch
        batch = list(ordered.filter(pk__gt=batch[-1][0])[:_BATCH])


@transaction.atomic
def _rewrite_factor(pk: int) -> int:
    factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if factor is None:
        return 0
    secrets = {name: encryption.renewed(factor.data[name]) for name in _SECRETS if name in factor.data}
    changed = {name: ciphertext for name, ciphertext in secrets.items() if ciphertext}
    if not changed:
        return 0
    factor.data |= changed
    factor.save(update_fields=["data"])
    return 1
