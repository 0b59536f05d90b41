from typing import Any

from django.db import migrations


def keep_keys_of_refunds(apps: Any, _schema_editor: Any) -> None:
    TillKey = apps.get_model("payments", "TillKey")
    keyed = apps.get_model("refunds", "Refund").objects.exclude(idempotency_key=None)
    used = keyed.values_list("merchant_id", "idempotency_key", "created_at").iterator()
    TillKey.objects.bulk_create(
        (TillKey(merchant_id=merchant, key=key, used_at=at) for merchant, key, at in used),
        batch_size=1000,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("payments", "0007_till_keys"), ("refunds", "0003_contradictions")]

    operations = [migrations.RunPython(keep_keys_of_refunds, migrations.RunPython.noop)]
