from django.db import migrations

from flattr.database.living import Living


class Migration(migrations.Migration):
    """What waits to become a picture of somebody who leaves is erased."""

    dependencies = [
        ("payouts", "0008_erase_pictures"),
        ("buttons", "0007_wanted_pictures"),
    ]

    operations = [
        Living("payouts/leaving/sql/erasing.sql", 4, "de35e929d50d"),
    ]
