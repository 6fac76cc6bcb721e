from django.db import migrations


class Migration(migrations.Migration):
    """The planner knows how rare ten thousand words are, not a thousand: for one that it
    took for common it went through all things."""

    dependencies = [("buttons", "0011_trends")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ALTER COLUMN words SET STATISTICS 1000",
            f"ALTER TABLE {table} ALTER COLUMN words SET STATISTICS DEFAULT",
        )
        for table in ("found_thing", "found_person")
    ]
