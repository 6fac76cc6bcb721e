from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Names hold nothing that cannot be seen."""

    dependencies = [("accounts", "0010_moments")]

    # Not reversible: what was left out is gone.
    operations = [migrations.RunSQL((SQL / "0011_visible_names.sql").read_text())]
