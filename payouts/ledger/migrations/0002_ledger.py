from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """The ledger and its guards."""

    dependencies = [("ledger", "0001_initial"), ("flattr", "0001_clock")]

    # Not reversible: what it guards would be lost with it.
    operations = [migrations.RunSQL((SQL / "0002_ledger.sql").read_text())]
