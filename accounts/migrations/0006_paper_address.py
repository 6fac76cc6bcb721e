from django.db import migrations, models


class Migration(migrations.Migration):
    """Name and address as people want them on a printed year."""

    dependencies = [("accounts", "0005_notices")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="paper_address",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300
            ),
        ),
    ]
