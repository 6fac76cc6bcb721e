from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Usernames are never given again; the audit log is only added to."""

    dependencies = [("accounts", "0001_initial"), ("flattr", "0001_clock")]

    # Not reversible: what it guards would be lost with it.
    operations = [migrations.RunSQL((SQL / "0002_guards.sql").read_text())]
