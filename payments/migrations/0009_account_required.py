from django.db import migrations, models
from django.db.models import deletion

from portal.audit.append_only import Frozen


class Migration(migrations.Migration):
    dependencies = [("payments", "0008_account")]

    operations = [
        migrations.AlterField(
            model_name="payment",
            name="account",
            field=models.ForeignKey(
                on_delete=deletion.PROTECT, related_name="payments", to="terminals.provideraccount"
            ),
        ),
        # SQLite forgets triggers when a table is made anew, so this comes last.
        Frozen("payments_payment", columns=["account_id"], once=[], never=[]),
    ]
