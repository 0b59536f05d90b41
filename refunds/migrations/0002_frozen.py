from django.db import migrations

from portal.audit.append_only import AppendOnly, Frozen


class Migration(migrations.Migration):
    dependencies = [("refunds", "0001_initial")]

    operations = [
        AppendOnly("refunds_refundevent"),
        Frozen(
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
            ],
            once=["first_approver_id", "second_approver_id", "reviewer_id", "remote_id"],
        ),
    ]
