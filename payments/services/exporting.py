"""Hands out rows by the thousand, and writes down who took them away."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from terminals.models import Merchant

_CHUNK = 2000


def export(
    *, rows: models.QuerySet[Any], order: str, action: Action, merchant: Merchant, question: dict[str, str], by: Actor
) -> Iterator[Any]:
    """Give all the rows, a chunk in memory at a time; `question` is what the audit log says was asked for."""
    asked = {name: value[:100] for name, value in question.items()}
    audit.record(action, by=by, on=merchant, merchant_id=merchant.pk, question=asked)
    sign = "-" if order.startswith("-") else ""
    return rows.order_by(order, f"{sign}pk").iterator(chunk_size=_CHUNK)
