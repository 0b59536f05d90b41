from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion
import django.db.models.functions.text

import portal.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("terminals", "0002_back_office"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "is_platform_administrator",
                    models.BooleanField(
                        default=False, help_text="Adds and disables merchants, and administers each of them."
                    ),
                ),
                ("created_at", models.DateTimeField(default=portal.clock.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"), name="email_once_in_any_case"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("clerk", "Clerk"),
                            ("approver", "Approver"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=20,
                    ),
                ),
                ("is_whole", models.BooleanField(default=False, help_text="For all stores, whatever is listed.")),
                ("created_at", models.DateTimeField(default=portal.clock.now)),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="terminals.merchant"
                    ),
                ),
                ("stores", models.ManyToManyField(blank=True, related_name="memberships", to="terminals.store")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "merchant"), name="one_role_per_person_and_merchant"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["administrator", "clerk", "approver", "auditor"])),
                        name="role_known",
                    ),
                ],
            },
        ),
    ]
