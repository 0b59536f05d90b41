"""What networks send of their own accord, read by their drivers; today one network sends anything."""

from portal.mobilepay.epayment.webhooks import CHECK_IN, Delivery, is_genuine, parse

# What an account is told of: of payments at one address, and of customers who check in at another.
PAYMENT_EVENTS = tuple(
    f"epayments.payment.{name}.v1"
    for name in (*("created", "aborted", "expired", "cancelled", "captured", "refunded", "authorized", "terminated"),)
)
CHECK_IN_EVENTS = (CHECK_IN,)

__all__ = ["CHECK_IN_EVENTS", "PAYMENT_EVENTS", "Delivery", "is_genuine", "parse"]
