from django.db import migrations, models
import django.db.models.deletion

import portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("terminals", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="merchant",
            name="time_zone",
            field=models.CharField(
                choices=[("Europe/Copenhagen", "Copenhagen"), ("Europe/Helsinki", "Helsinki")],
                default="Europe/Copenhagen",
                max_length=40,
            ),
        ),
        migrations.CreateModel(
            name="Synchronisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for a worker"),
                            ("asking", "Asking MobilePay"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("actor", models.CharField(max_length=120)),
                ("requested_at", models.DateTimeField(default=portal.clock.now)),
                ("changed_at", models.DateTimeField(default=portal.clock.now)),
                ("new", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=400)),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="synchronisations",
                        to="terminals.merchant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "asking"))),
                        fields=("merchant",),
                        name="one_running_synchronisation_per_merchant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "asking", "done", "failed"])),
                        name="synchronisation_state_known",
                    ),
                ],
            },
        ),
    ]
