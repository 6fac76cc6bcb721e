from django.db import migrations, models


class Migration(migrations.Migration):
    """Which version of the terms somebody agreed to."""

    dependencies = [
        ("accounts", "0011_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="terms_version",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, editable=False
            ),
        ),
    ]
