from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = []

    operations = [
        migrations.RunSQL(
            (SQL / "0001_clock.sql").read_text(),
            "DROP FUNCTION flattr_refuse_change(); DROP FUNCTION flattr_moment(); DROP FUNCTION flattr_following(integer);"
            "DROP FUNCTION flattr_month_start(integer);"
            "DROP FUNCTION flattr_period(timestamptz); DROP FUNCTION flattr_clock();"
            "DROP TABLE flattr_clock_offset;",
        )
    ]
