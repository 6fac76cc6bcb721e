from django.db import migrations

from flattr.database.living import Living, text_of


class Migration(migrations.Migration):
    """The platform's clock, and months."""

    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(text_of("flattr/sql/schema.sql")),
        Living("flattr/database/sql/clock.sql", 1, "381524864a36"),
    ]
