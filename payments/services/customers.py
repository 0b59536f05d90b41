"""Empties what names the customer of a payment that is long over; the payment itself stays."""

from datetime import datetime

from payments.models import Payment


def forget(*, before: datetime, batch: int) -> int:
    """Forget the customers of payments that ended before that; gives of how many, which is a batch at most."""
    rows = Payment.objects.naming_customers(ended_before=before)
    chosen = list(rows.values_list("pk", flat=True)[:batch])
    return rows.filter(pk__in=chosen).update(customer_token=None, customer_receipt_token=None, loyalty_ids_json=None)
