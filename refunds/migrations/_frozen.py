"""What of a refund never changes; SQLite forgets triggers when a column is added, so later migrations say it again."""

from portal.audit.append_only import Frozen

_ENDED = (
    "'Declined', 'Withdrawn', 'Lapsed', 'Captured', 'CancelledByClient', 'CancelledByMobilePay', 'ExpiredAndCaptured'"
)


def frozen_refunds(*later: str) -> Frozen:
    """`later` are columns that the table did not have from the beginning."""
    return Frozen(
        "refunds_refund",
        columns=[
            "id",
            "merchant_id",
            "store_id",
            "payment_id",
            "origin",
            "refund_order_id",
            "amount_minor",
            "left_minor",
            "currency",
            "reason",
            "note",
            "approvals_needed",
            "requester_id",
            "idempotency_key",
            "created_at",
            "lapses_at",
            *later,
        ],
        once=["first_approver_id", "second_approver_id", "reviewer_id", "remote_id"],
        never=[
            "(OLD.review <> '' AND OLD.review <> NEW.review)",
            "(OLD.is_emergency AND NOT NEW.is_emergency)",
            f"(OLD.state <> NEW.state AND OLD.state IN ({_ENDED}))",
        ],
    )
