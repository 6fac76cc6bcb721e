from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """What a close freezes and writes."""

    dependencies = [
        ("payouts", "0001_initial"),
        ("ledger", "0002_ledger"),
        ("buttons", "0002_flattr"),
    ]

    # Not reversible: what it guards would be lost with it.
    operations = [migrations.RunSQL((SQL / "0002_close_tables.sql").read_text())]
