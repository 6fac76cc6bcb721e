from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """The close itself."""

    dependencies = [("payouts", "0002_close_tables")]

    # Not reversible: what it guards would be lost with it.
    operations = [migrations.RunSQL((SQL / "0003_close.sql").read_text())]
