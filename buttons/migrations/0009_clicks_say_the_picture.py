from django.db import migrations

from flattr.database.living import Living


class Migration(migrations.Migration):
    """The answer to a click names the picture that is shown of the thing."""

    dependencies = [
        ("buttons", "0008_pictures_taken_down"),
    ]

    operations = [
        Living("buttons/clicks/sql/click.sql", 2, "00c76205c148"),
    ]
