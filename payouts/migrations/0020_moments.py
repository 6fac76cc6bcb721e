from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Approvals and bank accounts count from when they came."""

    dependencies = [("payouts", "0019_disputes_further")]

    # Not reversible: moments could be chosen again.
    operations = [migrations.RunSQL((SQL / "0020_moments.sql").read_text())]
