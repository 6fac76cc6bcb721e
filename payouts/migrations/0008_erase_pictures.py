from django.db import migrations

from flattr.database.living import Living


class Migration(migrations.Migration):
    """Pictures of somebody who leaves are erased."""

    dependencies = [
        ("payouts", "0007_payouts_by_day"),
        ("buttons", "0006_pictures"),
    ]

    operations = [
        Living("payouts/leaving/sql/erasing.sql", 3, "e3043071d06d"),
    ]
