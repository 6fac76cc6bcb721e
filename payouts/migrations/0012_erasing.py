from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """People who left are erased; the ledger is not."""

    dependencies = [
        ("accounts", "0005_leaving"),
        ("buttons", "0007_proofs"),
        ("payouts", "0011_charged_card"),
    ]

    operations = [
        migrations.RunSQL(
            (SQL / "0012_erasing.sql").read_text(),
            "DROP FUNCTION flattr_erase_person(bigint), flattr_only_numbers(jsonb),"
            " flattr_without_name(jsonb, text)",
        )
    ]
