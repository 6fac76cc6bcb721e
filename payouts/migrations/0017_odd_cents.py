from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Let odd cents move on evenly, whatever their number and that of the creators."""

    dependencies = [("payouts", "0016_inspections")]

    # Not reversible: which months were closed by which rule would be lost.
    operations = [migrations.RunSQL((SQL / "0017_odd_cents.sql").read_text())]
