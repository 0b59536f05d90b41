from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery, deletion


def fill(apps: Any, _schema_editor: Any) -> None:
    stores = apps.get_model("terminals", "Store").objects.filter(pk=OuterRef("store_id"))
    apps.get_model("payments", "Payment").objects.update(account_id=Subquery(stores.values("account_id")[:1]))


class Migration(migrations.Migration):
    dependencies = [("payments", "0007_till_keys"), ("terminals", "0005_account_required")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="account",
            field=models.ForeignKey(
                null=True, on_delete=deletion.PROTECT, related_name="payments", to="terminals.provideraccount"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
