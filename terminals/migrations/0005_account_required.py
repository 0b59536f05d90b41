from django.db import migrations, models
from django.db.models import deletion


class Migration(migrations.Migration):
    dependencies = [("terminals", "0004_accounts")]

    operations = [
        migrations.AlterField(
            model_name="store",
            name="account",
            field=models.ForeignKey(on_delete=deletion.PROTECT, related_name="stores", to="terminals.provideraccount"),
        ),
    ]
