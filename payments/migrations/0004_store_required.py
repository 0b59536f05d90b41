from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0003_store"),
        ("terminals", "0002_back_office"),
    ]

    operations = [
        migrations.AlterField(
            model_name="payment",
            name="store",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="terminals.store"
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["merchant", "state", "-created_at"], name="payment_by_state"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["merchant", "-amount_minor"], name="payment_by_amount"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["store", "-created_at"], name="payment_by_store"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                condition=models.Q(("state", "Captured")),
                fields=["merchant", "changed_at", "store", "currency", "captured_minor"],
                name="payment_taken",
            ),
        ),
    ]
