from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """The audit log says when, and budgets of months that are over stay."""

    dependencies = [("accounts", "0009_old_program"), ("flattr", "0001_clock")]

    # Not reversible: moments could be chosen again.
    operations = [migrations.RunSQL((SQL / "0010_moments.sql").read_text())]
