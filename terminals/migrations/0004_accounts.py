from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery, deletion

import portal.clock
import portal.encryption


def give_accounts(apps: Any, _schema_editor: Any) -> None:
    """Everybody sells over PoS V10 so far, known by a VAT number."""
    merchants, accounts = apps.get_model("terminals", "Merchant"), apps.get_model("terminals", "ProviderAccount")
    accounts.objects.bulk_create(
        accounts(merchant_id=pk, provider="posv10", merchant_number=vat_number)
        for pk, vat_number in merchants.objects.values_list("pk", "vat_number")
    )
    own = accounts.objects.filter(merchant=OuterRef("merchant")).values("pk")[:1]
    apps.get_model("terminals", "Store").objects.update(account_id=Subquery(own))


class Migration(migrations.Migration):
    dependencies = [("terminals", "0003_ids_of_the_register")]

    operations = [
        migrations.CreateModel(
            name="ProviderAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(choices=[("posv10", "MobilePay PoS V10")], max_length=10)),
                (
                    "merchant_number",
                    models.CharField(help_text="The network's name for it: for PoS V10 a VAT number.", max_length=20),
                ),
                ("label", models.CharField(blank=True, max_length=100)),
                ("is_test", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "credentials",
                    portal.encryption.EncryptedTextField(
                        help_text="Its own keys as JSON; empty where the portal's serve.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=portal.clock.now)),
                (
                    "merchant",
                    models.ForeignKey(on_delete=deletion.PROTECT, related_name="accounts", to="terminals.merchant"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "provider", "merchant_number"), name="account_once_per_merchant"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="store",
            name="account",
            field=models.ForeignKey(
                null=True, on_delete=deletion.PROTECT, related_name="stores", to="terminals.provideraccount"
            ),
        ),
        migrations.RunPython(give_accounts, migrations.RunPython.noop),
    ]
