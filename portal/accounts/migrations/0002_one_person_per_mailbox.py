from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
import django.db.models.deletion

from portal.accounts import addresses
import portal.clock


def fill_mailboxes(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Several old accounts may share a mailbox: they stay, and are one person from now on.

    An address is kept in the spelling that is looked for at the door, unless another account has that.
    """
    users = apps.get_model("accounts", "User").objects
    for pk, email in list(users.values_list("pk", "email")):
        kept = addresses.as_kept(email)
        is_free = not users.filter(email=kept).exclude(pk=pk).exists()
        users.filter(pk=pk).update(mailbox=addresses.mailbox(email), email=kept if is_free else email)


def fill_invitations(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Whoever has signed in before has come."""
    for membership in apps.get_model("accounts", "Membership").objects.select_related("user").iterator():
        membership.invited_as = membership.user.name
        membership.accepted_at = membership.created_at if membership.user.last_login else None
        membership.save(update_fields=["invited_as", "accepted_at"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="mailbox",
            field=models.CharField(
                db_default="",
                db_index=True,
                default="",
                editable=False,
                help_text="Accounts that share one are one person.",
                max_length=254,
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="invited_as",
            field=models.CharField(
                db_default="", default="", help_text="What the inviter calls the person.", max_length=100
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="accepted_at",
            field=models.DateTimeField(help_text="When the person first opened the merchant's pages.", null=True),
        ),
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
        migrations.CreateModel(
            name="Knock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("wrong", "Wrong password"), ("forgotten", "Forgotten password")], max_length=10
                    ),
                ),
                ("email", models.CharField(max_length=254)),
                ("at", models.DateTimeField(default=portal.clock.now)),
                ("request_id", models.CharField(max_length=64)),
                ("network_address", models.CharField(blank=True, max_length=45)),
            ],
        ),
        migrations.RunPython(fill_mailboxes, migrations.RunPython.noop),
        migrations.RunPython(fill_invitations, migrations.RunPython.noop),
    ]
