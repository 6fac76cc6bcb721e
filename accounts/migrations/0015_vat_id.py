from django.db import migrations, models


class Migration(migrations.Migration):
    """The VAT id of a creator who has one, for invoices."""

    dependencies = [
        ("accounts", "0014_mails_about_gifts"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="vat_id",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=20
            ),
        ),
    ]
