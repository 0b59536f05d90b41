from django.db import migrations, models

from portal.audit.append_only import AppendOnly

_NOT_ROUTINE = models.Q(is_routine=False)


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_actions_by_reference")]

    operations = [
        migrations.RemoveIndex(model_name="entry", name="audit_by_subject"),
        migrations.RemoveIndex(model_name="entry", name="audit_by_actor"),
        migrations.RemoveIndex(model_name="entry", name="audit_by_action"),
        # What stands in the log already counts as rare: no row of it can be changed.
        migrations.AddField(
            model_name="entry", name="is_routine", field=models.BooleanField(default=False, db_default=False)
        ),
        migrations.AlterField(model_name="entry", name="subject", field=models.CharField(blank=True, max_length=120)),
        # SQLite has written the table anew for that, without its triggers.
        AppendOnly("audit_entry"),
        migrations.AddIndex(model_name="entry", index=models.Index(fields=["actor", "-at"], name="audit_by_name")),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["action", "merchant_id", "-at"], name="audit_rare_action", condition=_NOT_ROUTINE
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["actor_kind", "merchant_id", "-at"], name="audit_rare_kind", condition=_NOT_ROUTINE
            ),
        ),
    ]
