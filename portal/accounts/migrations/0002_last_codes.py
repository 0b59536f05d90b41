from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    """Apart from the first one, because allauth's second factors stand between them: they belong to our users."""

    dependencies = [("accounts", "0001_initial"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [
        migrations.CreateModel(
            name="LastCode",
            fields=[
                (
                    "factor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="last_code",
                        serialize=False,
                        to="mfa.authenticator",
                    ),
                ),
                ("counter", models.BigIntegerField(help_text="Which half-minute since 1970 it was the code of.")),
            ],
        ),
    ]
