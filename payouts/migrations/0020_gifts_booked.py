from django.db import migrations

from flattr.database.living import Living


class Migration(migrations.Migration):
    """The ledger has of each gift what its state says."""

    dependencies = [
        ("payouts", "0019_invoices"),
    ]

    operations = [
        Living("payouts/gifts/sql/gifts.sql", 3, "b0a243f1391c"),
    ]
