from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Search the catalogue by words."""

    dependencies = [("buttons", "0002_flattr")]

    operations = [
        migrations.RunSQL(
            (SQL / "0003_search.sql").read_text(),
            "DROP INDEX thing_by_words;"
            " DROP FUNCTION thing_words(text, text, text[], text);",
        )
    ]
