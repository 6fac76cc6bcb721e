from django.db import migrations

from flattr.database.extensions import Extension
from flattr.database.living import Living


class Migration(migrations.Migration):
    """Texts without accents, and how near they are to each other."""

    dependencies = [("flattr", "0001_clock")]

    operations = [
        Extension("unaccent"),
        Extension("pg_trgm"),
        Living("flattr/database/sql/plain.sql", 1, "f82041a0e87b"),
    ]
