from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Close a month in time that grows with its flattrs alone, and lock the ledger for
    as little of it as can be."""

    dependencies = [("payouts", "0013_forgetting")]

    # Not reversible: the functions before it compute the same, slowly.
    operations = [
        migrations.RunSQL((SQL / "0014_close_faster.sql").read_text()),
        migrations.RunSQL((SQL / "0014_split_by_month.sql").read_text()),
        migrations.RunSQL((SQL / "0014_close_in_bulk.sql").read_text()),
    ]
