from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """A sign-up with a known address holds its name like any other."""

    dependencies = [("accounts", "0002_guards")]

    operations = [
        migrations.RunSQL(
            (SQL / "0003_hold_name.sql").read_text(),
            "DROP FUNCTION flattr_hold_name(text, text)",
        )
    ]
