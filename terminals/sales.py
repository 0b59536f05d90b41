"""Sales, for who looks at terminals: payments are an app further up, and this is the only way there."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payments.querysets import PaymentQuerySet


def payments() -> "PaymentQuerySet":
    from payments.models import Payment  # noqa: PLC0415 - payments stand on terminals

    return Payment.objects.all()
