from django.apps.registry import Apps
from django.db import migrations, models

from portal.mobilepay.posv10.errors import Code


def give_reasons(apps: Apps, _schema_editor: object) -> None:
    """Those refused so far were refused by PoS V10, whose table says why."""
    refused = apps.get_model("refunds", "Refund").objects.exclude(refused_code="")
    for code in Code:
        refused.filter(refused_code=code).update(refused_reason=code.refusal.reason)


class Migration(migrations.Migration):
    dependencies = [("refunds", "0006_strays")]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="refused_reason",
            field=models.CharField(help_text="Why MobilePay did not take the refund.", max_length=20, null=True),
        ),
        migrations.RunPython(give_reasons, migrations.RunPython.noop),
    ]
