from django.db import migrations, models


class Migration(migrations.Migration):
    """Switches for more mails; digests are off."""

    dependencies = [
        ("accounts", "0007_mails_to_addresses"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="mail_creator_digest",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="user",
            name="mail_first",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="user",
            name="mail_reader_digest",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="user",
            name="mail_renewal",
            field=models.BooleanField(default=True),
        ),
    ]
