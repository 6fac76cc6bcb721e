from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Close a month in time that grows with its flattrs alone."""

    dependencies = [("payouts", "0013_forgetting")]

    # Not reversible: the functions before it compute the same, slowly.
    operations = [
        migrations.RunSQL((SQL / "0014_close_faster.sql").read_text()),
    ]
