"""Hands out payments by the thousand, and writes down who took them away."""

from collections.abc import Iterator

from payments.models import Payment
from payments.querysets import PaymentQuerySet
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from terminals.models import Merchant

_CHUNK = 2000


def export(
    *, payments: PaymentQuerySet, order: str, merchant: Merchant, question: dict[str, str], by: Actor
) -> Iterator[Payment]:
    """Give all the payments, a chunk in memory at a time; `question` is what the audit log says was asked for."""
    asked = {name: value[:100] for name, value in question.items()}
    audit.record(Action.PAYMENTS_EXPORTED, by=by, on=merchant, merchant_id=merchant.pk, question=asked)
    sign = "-" if order.startswith("-") else ""
    found: Iterator[Payment] = payments.with_names().order_by(order, f"{sign}pk").iterator(chunk_size=_CHUNK)
    return found
