from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_back_office_actions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="entry",
            name="action",
            field=models.CharField(
                choices=[
                    ("merchant:added", "Added a merchant"),
                    ("merchant:changed", "Changed a merchant"),
                    ("merchant:imported", "Imported merchants"),
                    ("stores:requested", "Asked to synchronise stores"),
                    ("stores:failed", "Stores could not be synchronised"),
                    ("stores:synchronised", "Synchronised stores with MobilePay"),
                    ("terminal:added", "Added a terminal"),
                    ("terminal:changed", "Changed a terminal"),
                    ("token:issued", "Issued an access token"),
                    ("token:reset", "Reset an access token"),
                    ("token:revoked", "Revoked an access token"),
                    ("enrolment:opened", "Opened an enrolment window"),
                    ("enrolment:closed", "Closed an enrolment window"),
                    ("pos:requested", "Asked MobilePay for a point of sale"),
                    ("pos:registered", "Registered a point of sale"),
                    ("pos:refused", "MobilePay refused a point of sale"),
                    ("pos:deleting", "Asked MobilePay to delete a point of sale"),
                    ("pos:deleted", "Deleted a point of sale"),
                    ("pos:kept", "MobilePay refused to delete a point of sale"),
                    ("pos:drifted", "A point of sale differs from MobilePay's record"),
                    ("pos:agrees", "A point of sale agrees with MobilePay's record again"),
                    ("payment:noted", "Began a payment"),
                    ("payment:intended", "Asked MobilePay to change a payment"),
                    ("payment:refused", "MobilePay refused to change a payment"),
                    ("payment:moved", "A payment changed its state"),
                    ("payment:adopted", "Adopted a payment that only MobilePay knew"),
                    ("payment:contradicted", "MobilePay reports a state that cannot follow ours"),
                    ("payment:stranger_cancelled", "Cancelled a payment that only MobilePay knew"),
                    ("payment:exported", "Exported payments"),
                    ("audit:exported", "Exported the audit log"),
                    ("person:invited", "Invited a person"),
                    ("person:changed", "Changed a person's role"),
                    ("person:removed", "Removed a person"),
                    ("person:signed_in", "Signed in"),
                    ("person:sign_in_failed", "Failed to sign in"),
                    ("person:password_changed", "Changed their password"),
                    ("person:factor_added", "Added a second factor"),
                    ("person:factor_removed", "Removed a second factor"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["-at"], name="audit_newest"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["merchant_id", "action", "-at"], name="audit_by_action"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["subject_id"], name="audit_by_subject_id"),
        ),
    ]
