from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """A click is one statement that is planned once for a connection."""

    dependencies = [("buttons", "0010_subscription")]

    operations = [
        migrations.RunSQL(
            (SQL / "0011_click.sql").read_text(),
            "DROP FUNCTION flattr_click(bigint, bigint, text, text, bigint, integer);",
        )
    ]
