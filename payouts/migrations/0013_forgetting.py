from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Flattrs of months long closed are dropped; their statements stay."""

    dependencies = [("payouts", "0012_erasing")]

    operations = [
        migrations.RunSQL(
            (SQL / "0013_forgetting.sql").read_text(),
            "DROP FUNCTION flattr_forget_month(); DROP FUNCTION flattr_forgettable()",
        )
    ]
