from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Flattrs in monthly partitions, and the public count."""

    dependencies = [("buttons", "0001_initial"), ("accounts", "0002_guards")]

    # Not reversible: what it guards would be lost with it.
    operations = [migrations.RunSQL((SQL / "0002_flattr.sql").read_text())]
