from django.db import migrations

from flattr.database.living import Living


class Migration(migrations.Migration):
    """Functions, triggers, views and rights, from the files of their subjects."""

    dependencies = [
        ("buttons", "0001_schema"),
        ("accounts", "0002_guards"),
    ]

    # Not reversible: what it guards would be lost with it.
    operations = [
        Living("buttons/clicks/sql/flattrs.sql", 1, "f5c0aec48ebd"),
        Living("buttons/catalogue/sql/words.sql", 1, "505b157e04c9"),
        Living("buttons/clicks/sql/click.sql", 1, "a42cc9d2dfa6"),
        migrations.RunSQL(
            "CREATE INDEX thing_by_words ON thing"
            " USING gin (thing_words(title, description, tags, host))"
        ),
        migrations.RunSQL("SELECT flattr_open_month(flattr_period(flattr_clock()))"),
    ]
