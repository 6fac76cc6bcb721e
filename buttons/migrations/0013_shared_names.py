from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Proofs that may rest on a string which is two people's are looked at anew."""

    dependencies = [
        ("accounts", "0007_one_namespace"),
        ("buttons", "0012_old_numbers"),
    ]

    operations = [
        migrations.RunSQL(
            (SQL / "0013_shared_names.sql").read_text(), migrations.RunSQL.noop
        )
    ]
