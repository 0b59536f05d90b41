from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery, deletion


def fill(apps: Any, _schema_editor: Any) -> None:
    payments, terminals = apps.get_model("payments", "Payment"), apps.get_model("terminals", "Terminal")
    store = terminals.objects.filter(pk=OuterRef("terminal_id")).values("store_id")[:1]
    payments.objects.filter(store=None).update(store_id=Subquery(store))


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_append_only"), ("terminals", "0002_back_office")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="store",
            field=models.ForeignKey(
                null=True, on_delete=deletion.PROTECT, related_name="payments", to="terminals.store"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
