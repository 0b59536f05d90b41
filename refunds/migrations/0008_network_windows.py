import datetime

from django.db import migrations, models

import refunds.models.policy


class Migration(migrations.Migration):
    dependencies = [("refunds", "0007_refused_reason")]

    operations = [
        migrations.RemoveConstraint(model_name="policy", name="policy_times_sensible"),
        migrations.AlterField(
            model_name="policy",
            name="window",
            field=models.DurationField(
                default=refunds.models.policy.longest_window,
                help_text="How long after its capture a payment is refunded.",
            ),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.CheckConstraint(
                condition=models.Q(("lifetime__gt", datetime.timedelta(0)), ("window__gt", datetime.timedelta(0))),
                name="policy_times_sensible",
            ),
        ),
    ]
