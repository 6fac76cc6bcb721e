from django.db import migrations

from flattr.database.living import Living


class Migration(migrations.Migration):
    """Gifts count where an income is looked at, and for whoever leaves."""

    dependencies = [
        ("payouts", "0015_winding_down"),
    ]

    operations = [
        Living("payouts/gifts/sql/gifts.sql", 2, "2f0cf5dfa9b2"),
        Living("payouts/leaving/sql/erasing.sql", 7, "9b6d9b359aef"),
    ]
