from django.db import migrations, models


class Migration(migrations.Migration):
    """Where a person's face is shown."""

    dependencies = [
        ("accounts", "0009_staff_among_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="picture",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=32
            ),
        ),
    ]
