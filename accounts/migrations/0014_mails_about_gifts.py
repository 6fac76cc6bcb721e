from django.db import migrations, models


class Migration(migrations.Migration):
    """Switches for mails about gifts."""

    dependencies = [
        ("accounts", "0013_gift_allowance"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="mail_gift",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="user",
            name="mail_gift_given",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
