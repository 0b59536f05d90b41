import uuid

from django.db import migrations, models
import django.db.models.deletion

import portal.clock
import portal.database.encrypted_fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("terminals", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Registration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("url", models.CharField(max_length=500)),
                ("events", models.JSONField()),
                ("remote_id", models.CharField(max_length=64)),
                ("secret", portal.database.encrypted_fields.EncryptedTextField()),
                ("created_at", models.DateTimeField(default=portal.clock.now)),
                ("ended_at", models.DateTimeField(help_text="Since then the network has it no more.", null=True)),
                ("last_received_at", models.DateTimeField(null=True)),
                ("last_failed_at", models.DateTimeField(null=True)),
                (
                    "failures",
                    models.PositiveIntegerField(default=0, help_text="Deliveries that were not the network's own."),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registrations",
                        to="terminals.provideraccount",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_key", models.CharField(max_length=64)),
                ("name", models.CharField(blank=True, max_length=100)),
                ("reference", models.CharField(blank=True, max_length=64)),
                ("body", portal.database.encrypted_fields.EncryptedTextField(help_text="May name a customer.")),
                ("received_at", models.DateTimeField(default=portal.clock.now)),
                (
                    "due_at",
                    models.DateTimeField(
                        default=portal.clock.now, help_text="When a worker must look after it.", null=True
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Waits for a worker"),
                            ("read", "The payment was looked up"),
                            ("paired", "The customer was noted"),
                            ("unknown", "Nothing of ours is meant"),
                            ("unreadable", "It says nothing that can be read"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="terminals.provideraccount",
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="webhooks.registration",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(fields=("account", "remote_id"), name="registration_once"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="delivery_due"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["received_at"], name="delivery_by_age"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("account", "event_key"), name="delivery_once"),
        ),
    ]
