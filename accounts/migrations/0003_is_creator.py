from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether somebody owns a thing, or has owned one."""

    dependencies = [("accounts", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="is_creator",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                verbose_name="creator",
            ),
        ),
    ]
