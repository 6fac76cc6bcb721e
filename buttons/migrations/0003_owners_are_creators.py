from django.db import migrations

from flattr.database.living import Living


class Migration(migrations.Migration):
    """Whoever owns a thing is a creator."""

    dependencies = [("buttons", "0002_guards"), ("accounts", "0003_is_creator")]

    operations = [
        Living("buttons/things/sql/owners.sql", 1, "15b7ac6ed779"),
        migrations.RunSQL(
            "UPDATE person SET is_creator = true WHERE id IN (SELECT owner_id FROM thing)",
            migrations.RunSQL.noop,
        ),
    ]
