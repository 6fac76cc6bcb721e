import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Pages of their own that people name on their profile."""

    dependencies = [
        ("accounts", "0010_faces"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="links",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=500),
                blank=True,
                db_default=[],
                default=list,
                size=None,
            ),
        ),
    ]
