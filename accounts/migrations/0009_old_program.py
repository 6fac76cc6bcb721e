from django.db import migrations, models


class Migration(migrations.Migration):
    """Which apps have their keys compiled in, where everybody can read them."""

    dependencies = [("accounts", "0008_mailboxes")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="keys_are_public",
            field=models.BooleanField(default=False, db_default=False, editable=False),
        ),
    ]
