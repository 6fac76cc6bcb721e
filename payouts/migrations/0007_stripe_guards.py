from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """What moved money stays as it moved it."""

    dependencies = [("payouts", "0006_stripe")]

    # Not reversible: what it guards would be lost with it.
    operations = [migrations.RunSQL((SQL / "0007_stripe_guards.sql").read_text())]
