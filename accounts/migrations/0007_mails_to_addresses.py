import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Mails to people who have no account."""

    dependencies = [
        ("accounts", "0006_paper_address"),
    ]

    operations = [
        migrations.AlterField(
            model_name="outbox",
            name="person",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
                verbose_name="to",
            ),
        ),
    ]
