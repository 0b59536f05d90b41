from django.db import migrations

from portal.audit.append_only import AppendOnly
from refunds.migrations._frozen import frozen_refunds


class Migration(migrations.Migration):
    dependencies = [("refunds", "0001_initial")]

    operations = [AppendOnly("refunds_refundevent"), frozen_refunds()]
