import datetime
import uuid

from django.db import migrations, models
import django.db.models.deletion

import portal.clock
import portal.database.encrypted_fields
import portal.operations.models
import terminals.fields
import terminals.states


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Merchant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bio_code", models.CharField(max_length=36, unique=True)),
                ("folded_bio_code", terminals.fields.FoldedField(db_index=True, max_length=36, of="bio_code")),
                ("name", models.CharField(max_length=100)),
                ("vat_number", models.CharField(max_length=14)),
                ("currencies", models.JSONField()),
                (
                    "time_zone",
                    models.CharField(
                        choices=[("Europe/Copenhagen", "Copenhagen"), ("Europe/Helsinki", "Helsinki")],
                        default="Europe/Copenhagen",
                        max_length=40,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                (
                    "answers_always_200",
                    models.BooleanField(
                        default=False,
                        help_text="Answer tills with HTTP 200 even when refusing: some read a body only then.",
                    ),
                ),
                (
                    "payment_timeout",
                    models.DurationField(
                        default=datetime.timedelta(seconds=600),
                        help_text="An unfinished payment is cancelled this long after it last moved.",
                    ),
                ),
                (
                    "token_overlap",
                    models.DurationField(
                        default=datetime.timedelta(0),
                        help_text="How long the old access token still works after a reset.",
                    ),
                ),
                (
                    "second_factor_for_all",
                    models.BooleanField(
                        default=False,
                        help_text="Not only those who decide about money need a second factor, but all its people.",
                    ),
                ),
                ("enrolment_open_until", models.DateTimeField(null=True)),
                ("stores_synchronised_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=portal.clock.now)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("token_overlap__gte", datetime.timedelta(0)),
                            ("token_overlap__lte", datetime.timedelta(days=1)),
                        ),
                        name="token_overlap_within_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(choices=terminals.states.providers, max_length=10)),
                (
                    "merchant_number",
                    models.CharField(
                        help_text="The network's name for it: a sales unit's number, or for PoS V10 a VAT number.",
                        max_length=20,
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=100)),
                ("is_test", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "credentials",
                    portal.database.encrypted_fields.EncryptedTextField(
                        help_text="Its own keys as JSON; empty where the portal's serve.", null=True
                    ),
                ),
                (
                    "captures_parts",
                    models.BooleanField(help_text="Whether a part can be captured; empty: not known.", null=True),
                ),
                (
                    "may_push",
                    models.BooleanField(
                        help_text="Whether it may send requests to phones; empty: not known.", null=True
                    ),
                ),
                (
                    "problem",
                    models.CharField(
                        blank=True, help_text="Why the network last took nothing from it.", max_length=200
                    ),
                ),
                ("problem_at", models.DateTimeField(null=True)),
                ("checked_at", models.DateTimeField(help_text="When its connection was last tested.", null=True)),
                ("created_at", models.DateTimeField(default=portal.clock.now)),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="accounts", to="terminals.merchant"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Store",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("store_id", models.CharField(max_length=36)),
                ("folded_id", terminals.fields.FoldedField(max_length=36, of="store_id")),
                ("name", models.CharField(max_length=100)),
                ("street", models.CharField(blank=True, max_length=200)),
                ("zip_code", models.CharField(blank=True, max_length=20)),
                ("city", models.CharField(blank=True, max_length=100)),
                ("brand_name", models.CharField(blank=True, max_length=100)),
                ("brand_id", models.CharField(blank=True, max_length=20)),
                ("location_id", models.CharField(blank=True, max_length=20)),
                ("synchronised_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stores",
                        to="terminals.provideraccount",
                    ),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stores", to="terminals.merchant"
                    ),
                ),
            ],
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
        ),
        migrations.CreateModel(
            name="Terminal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("terminal_id", models.CharField(max_length=36)),
                ("folded_id", terminals.fields.FoldedField(max_length=36, of="terminal_id")),
                ("name", models.CharField(max_length=36)),
                (
                    "beacon_id",
                    models.CharField(
                        blank=True, help_text="Of an old sticker that is kept; else empty.", max_length=36
                    ),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="terminals", to="terminals.merchant"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="terminals", to="terminals.store"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PointOfSale",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "operation",
                    models.CharField(blank=True, choices=portal.operations.models.operations, default="", max_length=8),
                ),
                (
                    "operation_key",
                    models.UUIDField(
                        default=uuid.uuid4, help_text="What the idempotency keys of its calls are made of."
                    ),
                ),
                (
                    "operation_since",
                    models.DateTimeField(
                        default=portal.clock.now, help_text="Since when the network may know that key."
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                (
                    "is_held_up",
                    models.BooleanField(default=False, help_text="The network asked to come back, at the last try."),
                ),
                ("due_at", models.DateTimeField(help_text="When a worker must look after it.", null=True)),
                (
                    "claimed_until",
                    models.DateTimeField(help_text="A worker looks after it until then at the latest.", null=True),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("Registering", "Being registered"),
                            ("Registered", "Registered"),
                            ("Deleting", "Being deleted"),
                            ("Deleted", "Deleted"),
                            ("Refused", "Refused by MobilePay"),
                        ],
                        default="Registering",
                        max_length=12,
                    ),
                ),
                ("pos_id", models.UUIDField(help_text="MobilePay's id; empty until it has answered.", null=True)),
                ("beacon_id", models.CharField(max_length=36)),
                ("is_printed", models.BooleanField(default=False, help_text="Whether its code is an old sticker's.")),
                (
                    "qr_content",
                    models.CharField(blank=True, help_text="What its code says; empty until it is up.", max_length=500),
                ),
                ("name", models.CharField(max_length=36)),
                ("created_at", models.DateTimeField(default=portal.clock.now)),
                ("changed_at", models.DateTimeField(default=portal.clock.now)),
                (
                    "drift",
                    models.JSONField(default=dict, help_text="What MobilePay's record says otherwise, by field."),
                ),
                ("drifted_at", models.DateTimeField(help_text="Since then it says otherwise.", null=True)),
                ("compared_at", models.DateTimeField(null=True)),
                (
                    "check_in",
                    portal.database.encrypted_fields.EncryptedTextField(
                        help_text="MobilePay's last answer about who is checked in.", null=True
                    ),
                ),
                ("check_in_fresh_until", models.DateTimeField(default=portal.clock.now)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points_of_sale",
                        to="terminals.provideraccount",
                    ),
                ),
                (
                    "terminal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points_of_sale",
                        to="terminals.terminal",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AccessToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lookup_id", models.CharField(max_length=10, unique=True)),
                ("digest", models.BinaryField(max_length=32)),
                ("created_at", models.DateTimeField(default=portal.clock.now)),
                ("expires_at", models.DateTimeField(help_text="The end of the overlap after a reset.", null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to="terminals.merchant"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("expires_at", None), ("revoked_at", None)),
                        fields=("merchant",),
                        name="one_current_token_per_merchant",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "token",
                    portal.database.encrypted_fields.EncryptedTextField(help_text="Names the customer to the network."),
                ),
                (
                    "token_digest",
                    models.CharField(help_text="Tells a repeated delivery without holding the token.", max_length=64),
                ),
                ("at", models.DateTimeField(help_text="By the network's clock.")),
                ("received_at", models.DateTimeField(default=portal.clock.now)),
                (
                    "used_by",
                    models.UUIDField(
                        help_text="The payment that it was used for, or that was paid meanwhile.", null=True
                    ),
                ),
                (
                    "point_of_sale",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_ins",
                        to="terminals.pointofsale",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["point_of_sale", "-at"], name="check_in_newest"),
                    models.Index(fields=["used_by"], name="check_in_used_by"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("point_of_sale", "token_digest"), name="check_in_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="provideraccount",
            constraint=models.UniqueConstraint(
                fields=("merchant", "provider", "merchant_number"), name="account_once_per_merchant"
            ),
        ),
        migrations.AddConstraint(
            model_name="provideraccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("provider", "epayment")), fields=("merchant_number",), name="sales_unit_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="store",
            constraint=models.UniqueConstraint(fields=("merchant", "folded_id"), name="store_once_per_merchant"),
        ),
        migrations.AddConstraint(
            model_name="synchronisation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("waiting", "asking"))),
                fields=("merchant",),
                name="one_running_synchronisation_per_merchant",
            ),
        ),
        migrations.AddConstraint(
            model_name="synchronisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "asking", "done", "failed"])),
                name="synchronisation_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="terminal",
            constraint=models.UniqueConstraint(fields=("merchant", "folded_id"), name="terminal_once_per_merchant"),
        ),
        migrations.AddIndex(
            model_name="pointofsale",
            index=models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="pos_in_doubt"),
        ),
        migrations.AddConstraint(
            model_name="pointofsale",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("Registering", "Registered", "Deleting"))),
                fields=("terminal",),
                name="one_live_pos_per_terminal",
            ),
        ),
        migrations.AddConstraint(
            model_name="pointofsale",
            constraint=models.UniqueConstraint(fields=("pos_id",), name="pos_id_once"),
        ),
        migrations.AddConstraint(
            model_name="pointofsale",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["Registering", "Registered", "Deleting", "Deleted", "Refused"])),
                name="pos_state_known",
            ),
        ),
        migrations.CreateModel(
            name="LastCall",
            fields=[
                (
                    "terminal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="last_call",
                        serialize=False,
                        to="terminals.terminal",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("lookup_id", models.CharField(max_length=10)),
                ("credential_source", models.CharField(max_length=20)),
                ("address", models.CharField(blank=True, max_length=45)),
            ],
        ),
        migrations.CreateModel(
            name="RefusedTill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "address",
                    models.CharField(
                        blank=True, help_text="Where it called from, when its call named no terminal.", max_length=45
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("old_token", "Its access token was replaced or revoked"),
                            ("merchant_disabled", "The merchant is disabled"),
                        ],
                        max_length=20,
                    ),
                ),
                ("lookup_id", models.CharField(max_length=10)),
                ("since", models.DateTimeField()),
                ("at", models.DateTimeField(help_text="Its last try.")),
                ("calls", models.PositiveIntegerField(default=0)),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refused_tills",
                        to="terminals.merchant",
                    ),
                ),
                (
                    "terminal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refusals",
                        to="terminals.terminal",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["merchant", "-at"], name="refused_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("terminal__isnull", False)),
                        fields=("terminal",),
                        name="refused_terminal_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("terminal__isnull", True)),
                        fields=("merchant", "address"),
                        name="refused_address_once",
                    ),
                ],
            },
        ),
    ]
