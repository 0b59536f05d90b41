from typing import Any

from django.db import migrations, models

import terminals.fields

IDS = (("store", "store_id"), ("terminal", "terminal_id"))


def write_as_text(apps: Any, _schema_editor: Any) -> None:
    """A UUID becomes what tills have called it so far: small letters, with dashes."""
    for merchant in apps.get_model("terminals", "Merchant").objects.only("pk", "bio_code").iterator():
        merchant.save(update_fields=["folded_bio_code"])
    for model, name in IDS:
        for row in apps.get_model("terminals", model).objects.only("pk", "uuid").iterator():
            setattr(row, name, str(row.uuid))
            row.save(update_fields=[name, "folded_id"])


class Migration(migrations.Migration):
    dependencies = [
        ("terminals", "0002_back_office"),
    ]

    operations = [
        *(
            operation
            for model, name in IDS
            for operation in (
                migrations.RemoveConstraint(model_name=model, name=f"{model}_once_per_merchant"),
                # Beside each other: neither database turns a UUID into text in the same way, or lets rows be written
                # in the transaction that changed their column's type.
                migrations.RenameField(model_name=model, old_name=name, new_name="uuid"),
                migrations.AddField(
                    model_name=model,
                    name=name,
                    field=models.CharField(max_length=36, default=""),
                    preserve_default=False,
                ),
                migrations.AddField(
                    model_name=model,
                    name="folded_id",
                    field=terminals.fields.FoldedField(max_length=36, of=name, default=""),
                    preserve_default=False,
                ),
            )
        ),
        migrations.AddField(
            model_name="merchant",
            name="folded_bio_code",
            field=terminals.fields.FoldedField(db_index=True, max_length=36, of="bio_code", default=""),
            preserve_default=False,
        ),
        # There is a way back for empty tables only: a `K1` is no UUID.
        migrations.RunPython(write_as_text, migrations.RunPython.noop),
        *(
            operation
            for model, _ in IDS
            for operation in (
                migrations.RemoveField(model_name=model, name="uuid"),
                migrations.AddConstraint(
                    model_name=model,
                    constraint=models.UniqueConstraint(
                        fields=["merchant", "folded_id"], name=f"{model}_once_per_merchant"
                    ),
                ),
            )
        ),
    ]
