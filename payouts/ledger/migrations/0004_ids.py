from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Let the ledger number itself, whatever an insert says."""

    dependencies = [("ledger", "0003_seals")]

    # Not reversible: whoever may insert could slip past the seals again.
    operations = [migrations.RunSQL((SQL / "0004_ids.sql").read_text())]
